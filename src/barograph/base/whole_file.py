"""Files that are there whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole_file(file: Path, *, replaces: bool, mode: int = 0o600, lasting: bool = True) -> Iterator[BinaryIO]:
    """A file to write to that appears under its name at the end of the block, and on the disk, not only in memory.

    ``replaces`` says whether one of that name gives way. Without ``lasting`` nobody waits for the disk, so that a loss
    of power may leave a part of the file: for what is looked at before it is believed, and can be made anew.
    Raises FileExistsError where one does not give way, and OSError.
    """
    with suppress(FileExistsError):  # a file in its place: what follows says that it is no folder
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as opened:
            yield opened
            opened.flush()
            if lasting:
                os.fsync(opened.fileno())
        if replaces:
            unfinished.replace(file)
        else:
            os.link(unfinished, file)  # unlike renaming, linking refuses to replace another file
        if lasting:
            sync_folder(file.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make a new name in a folder durable: until then a loss of power may undo it."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)

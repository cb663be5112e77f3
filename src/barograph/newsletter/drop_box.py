"""The box in which the edge leaves sealed drops, one file each: ``NAME.drop``.

A drop sealed to a key that we do not have is set aside as ``NAME.unreadable`` for a week, and then removed. It may
hold somebody's wish to be erased, and the right key may come back: an older copy of ``sender.key`` was put in its
place, or two senders' files were mixed up. A drop that no key could open is removed at once.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from barograph.newsletter.errors import NewsletterError
from barograph.newsletter.keys import SenderKeys
from barograph.trust.sealing import key_number

DROP = ".drop"
ASIDE = ".unreadable"
KEPT_ASIDE = timedelta(days=7)
LONGEST = 4096
"""Bytes read of a file; every true drop is shorter."""


class BoxError(NewsletterError):
    """The box or a file in it cannot be read or removed."""


@contextmanager
def alone_with(box: Path) -> Iterator[bool]:
    """Whether this process may empty the box: no other does at the same time, and there is one."""
    try:
        folder = os.open(box, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        yield False
        return
    except OSError as error:
        raise _cannot(box, error) from error
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        free = False
    else:
        free = True
    try:
        yield free
    finally:
        os.close(folder)


def drops(box: Path) -> list[Path]:
    """The files of all drops, the oldest first: a later wish goes before an earlier one."""
    return [path for _, path in sorted(_files(box, DROP))]


def read(file: Path) -> bytes | None:
    """The start of a file, or nothing when it has gone meanwhile. Raises BoxError."""
    try:
        with file.open("rb") as opened:
            return opened.read(LONGEST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _cannot(file, error) from error


def remove(file: Path) -> None:
    """Remove a file whose content is dealt with. Raises BoxError."""
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot(file, error) from error


def set_aside(file: Path) -> None:
    """Keep a drop whose key is missing."""
    with suppress(FileNotFoundError):
        file.rename(file.with_suffix(ASIDE))


def look_after_set_aside(box: Path, keys: SenderKeys, now: datetime) -> None:
    """Put back what was set aside and can be opened now; remove what was dropped more than a week ago."""
    known = {key.public.number for key in keys.sealing}
    too_old = (now - KEPT_ASIDE).timestamp() * 1e9
    for dropped, file in _files(box, ASIDE):
        if key_number(read(file) or b"") in known:
            file.rename(file.with_suffix(DROP))
        elif dropped < too_old:
            remove(file)


def _files(box: Path, suffix: str) -> Iterator[tuple[int, Path]]:
    """Files of a kind, each with when it was dropped (nanoseconds)."""
    with os.scandir(box) as entries:
        for entry in entries:
            if not entry.name.endswith(suffix) or not entry.is_file(follow_symlinks=False):
                continue
            with suppress(FileNotFoundError):
                yield entry.stat(follow_symlinks=False).st_mtime_ns, Path(entry.path)


def _cannot(path: Path, error: OSError) -> BoxError:
    return BoxError(
        f"the edge's box cannot be emptied ({path.parent.name}/{path.name}: {error.strerror}): let the sender's user "
        "read and write this folder and its files"
    )

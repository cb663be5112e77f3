"""Making the folders of all commentaries ahead, on a processor that would idle while the record is read.

Nearly every page has a folder of its own, and to make ten thousand of them takes a twelfth of a build. Whoever writes a
page makes its folder if it is not there, so this may come late, or not at all.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from barograph.release.folder import make_folders

Ahead = Callable[[Iterable[str]], None]
"""Takes the addresses of pages as soon as they can be known."""


def nothing_ahead(_addresses: Iterable[str]) -> None:
    """Makes no folders: whoever writes the pages will."""


@contextmanager
def folders_ahead(folder: Path | None, in_child: Callable[[], None]) -> Iterator[Ahead]:
    """What makes the folders of pages below ``folder``, if there is one, in another process.

    That process is ended with the block, even if folders are missing: by then the pages are written, or never will be.
    The addresses are looked for in that process, after ``in_child`` has opened there what cannot be shared. This
    process is forked, so it must have no threads.
    """
    fork = multiprocessing.get_context("fork")
    children = []

    def begin(addresses: Iterable[str]) -> None:
        child = fork.Process(target=_make_all, args=(folder, addresses, in_child), daemon=True)
        with suppress(OSError):  # no process is to be had
            child.start()
            children.append(child)

    try:
        yield begin if folder else nothing_ahead
    finally:
        for child in children:
            child.terminate()
            child.join()


def _make_all(folder: Path, addresses: Iterable[str], in_child: Callable[[], None]) -> None:
    with suppress(Exception, KeyboardInterrupt):  # whoever reads or writes meets the same, and tells it
        in_child()
        os.umask(0)  # a folder has its mode from the first moment on: this may end before it could get another
        make_folders(folder, addresses)

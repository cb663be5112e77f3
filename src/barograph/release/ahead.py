"""Work done ahead, by a process of its own, while everything is built: folders of pages made, and files synced.

One processor would idle while the record is read, and nearly every commentary has a folder of its own: making ten
thousand of them takes a twelfth of a build. The disk would idle while pages are rendered. Nothing depends on either:
whoever writes a page makes its folder if it is not there, and in the end everything is synced once more.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from barograph.release.folder import make_folders

PAUSE = 0.4
"""Seconds from one sync to the next."""
Ahead = Callable[[Iterable[str]], None]
"""Takes the addresses of pages as soon as they can be known."""


def nothing_ahead(_addresses: Iterable[str]) -> None:
    """Makes no folders: whoever writes the pages will."""


@contextmanager
def working_ahead(folder: Path | None, in_child: Callable[[], None]) -> Iterator[Ahead]:
    """What makes the folders of pages below ``folder``, if there is one, and syncs what comes to lie in them.

    The addresses are looked for in the other process, after ``in_child`` has opened there what cannot be shared. It
    ends with this. This process is forked, so it must have no threads.
    """
    fork = multiprocessing.get_context("fork")
    children = []

    def begin(addresses: Iterable[str]) -> None:
        children.append(fork.Process(target=_work, args=(folder, addresses, in_child, os.getpid()), daemon=True))
        children[-1].start()

    try:
        yield begin if folder else nothing_ahead
    finally:
        for child in children:
            child.terminate()
            child.join()


def _work(folder: Path, addresses: Iterable[str], in_child: Callable[[], None], parent: int) -> None:
    with suppress(Exception):  # whoever reads the record or writes the pages meets the same, and tells it
        in_child()
        make_folders(folder, addresses)
    while os.getppid() == parent:  # it may have been killed
        time.sleep(PAUSE)
        os.sync()

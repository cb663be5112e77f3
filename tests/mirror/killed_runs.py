"""Runs that are killed: run as a program, in a process of its own that may be forked.

``python -m tests.mirror.killed_runs KILLS FOLDER`` mirrors one release after the other, kills each run again and again
at a random moment until one comes to its end, and prints how many were killed and how many files were fetched in all.
It ends with an error as soon as ``current`` is anything but a whole release of the publisher.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import BinaryIO

from barograph.mirror.mirroring import mirror_release
from barograph.mirror.source import FolderSource
from barograph.trust.verify import check_release
from tests.mirror.publisher import TODAY, Publisher

PAGES = 60


class Counted(FolderSource):
    """Writes a byte to a file for each page that is fetched, so that those of killed runs count, too."""

    def __init__(self, folder: Path, count: Path) -> None:
        super().__init__(folder)
        self._count = os.open(count, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def fetch(self, path: str, file: BinaryIO, limit: int) -> None:
        super().fetch(path, file, limit)
        if path.startswith("page"):
            os.write(self._count, b".")


def mirror(publisher: Publisher, place: Path) -> None:
    """One run."""
    source = Counted(publisher.folder, place / "count")
    mirror_release(source, place / "mirror", publisher.key.public, today=TODAY, kept=2)


def is_killed(publisher: Publisher, place: Path, seconds: float) -> bool:
    """Run in a fork that is killed after some time; false when it had ended before."""
    child = os.fork()
    if not child:
        status = 1
        try:
            mirror(publisher, place)
            status = 0
        finally:
            os._exit(status)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def check(publisher: Publisher, dest: Path, newest: int) -> int:
    """The number of the release that is served, 0 before the first; fails unless it is whole."""
    if not (dest / "current").is_symlink():
        assert newest == 1
        return 0
    for folder in dest.glob("0*"):
        checked = check_release(folder, publisher.key.public, today=TODAY)
        assert checked.problems == (), (folder, checked.problems)
    number = int((dest / "current").readlink().name[:6])
    assert number in {newest - 1, newest}
    return number


def kill_again_and_again(place: Path, kills: int) -> None:
    """Kill so many runs at least, each release until its mirroring came to an end."""
    chance = random.Random(2024)  # noqa: S311 (moments, not secrets)
    publisher = Publisher(place / "publisher")
    number = killed = 0
    while killed < kills:
        number += 1
        # Half of the pages are those of the release before.
        publisher.publish({f"page{page}": b"%d %d" % (page, number if page % 2 else 0) for page in range(PAGES)})
        patience = 0.05
        while is_killed(publisher, place, chance.uniform(0, patience)):
            killed += 1
            patience *= 1.05  # on a busy machine, too, a run has to come to its end some time
            check(publisher, place / "mirror", number)
        assert check(publisher, place / "mirror", number) == number
        assert not (place / "mirror" / ".mirroring").exists()
    print(killed, number, (place / "count").stat().st_size)


if __name__ == "__main__":
    os.sync = lambda: None  # a killed process loses nothing of what it wrote; only a power cut would
    os.fsync = lambda fd: None  # noqa: ARG005 (its name is part of the type)
    kill_again_and_again(Path(sys.argv[2]), int(sys.argv[1]))

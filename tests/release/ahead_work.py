"""Folders made ahead: run as a program, in a process of its own that may be forked.

``python -m tests.release.ahead_work all|failing|ending|nothing|stopped FOLDER`` prints what came of it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from barograph.release.ahead import folders_ahead
from barograph.release.folder import write_file

PARENT = os.getpid()


def wait_for(arrived: Callable[[], bool]) -> None:
    while not arrived():
        time.sleep(0.001)


def make_all(folder: Path) -> None:
    """Another process makes them, and writing there works before, meanwhile and afterwards."""

    def addresses() -> Iterator[str]:
        assert os.getpid() != PARENT
        yield from (f"en/economy/{number}/" for number in range(100))

    write_file(folder, "en/economy/7/index.html", b"before")
    opened = folder / "opened"
    with folders_ahead(folder, opened.touch) as ahead:
        ahead(addresses())
        write_file(folder, "en/economy/99/index.html", b"meanwhile")
        wait_for(lambda: len(list((folder / "en" / "economy").iterdir())) == 100)
    write_file(folder, "en/economy/50/index.html", b"afterwards")
    assert opened.exists()
    assert len(list(folder.glob("en/economy/*/index.html"))) == 3
    modes = {oct(made.stat().st_mode & 0o777) for made in (folder / "en").rglob("*") if made.is_dir()}
    print(len(list((folder / "en" / "economy").iterdir())), *modes)


def make_and_fail(folder: Path) -> None:
    """What fails there is told by whoever needs it, not twice."""

    def addresses() -> Iterator[str]:
        yield "en/first/"
        (folder / "failed").touch()
        raise ValueError("the database has gone")

    with folders_ahead(folder, lambda: None) as ahead:
        ahead(addresses())
        wait_for((folder / "failed").exists)
    print(*[made.name for made in (folder / "en").iterdir()])


def make_and_end_early(folder: Path) -> None:
    """Ended after a folder is made and before anything else, it leaves none that a web server cannot read."""
    make, made = os.mkdir, []

    def make_and_count(path: str, mode: int = 0o777) -> None:
        make(path, mode)
        made.append(path)
        if os.getpid() != PARENT and len(made) == 3:
            (folder / "ended").touch()
            os._exit(1)

    os.mkdir = make_and_count  # type: ignore[assignment]
    with folders_ahead(folder, lambda: None) as ahead:
        ahead(f"en/economy/{number}/" for number in range(9))
        wait_for((folder / "ended").exists)
    print(*sorted(f"{found.name} {found.stat().st_mode & 0o777:o}" for found in folder.rglob("*") if found.is_dir()))


def make_nothing(folder: Path) -> None:
    """Where there is no process to be had, somebody else makes the folders."""

    def no_process() -> int:
        raise BlockingIOError

    os.fork = no_process
    with folders_ahead(folder, lambda: None) as ahead:
        ahead(["en/"])
    print("nothing", *folder.iterdir())


def make_and_be_stopped(folder: Path) -> None:
    """After an error nobody makes folders any more, not even one that would go on for long."""

    def addresses() -> Iterator[str]:
        yield f"{os.getpid()}/"
        time.sleep(600)

    try:
        with folders_ahead(folder, lambda: None) as ahead:
            ahead(addresses())
            wait_for(lambda: any(folder.iterdir()))
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        print("still there" if Path("/proc", next(folder.iterdir()).name).exists() else "gone")


if __name__ == "__main__":
    os.umask(0o077)
    work = {
        "all": make_all,
        "failing": make_and_fail,
        "ending": make_and_end_early,
        "nothing": make_nothing,
        "stopped": make_and_be_stopped,
    }
    work[sys.argv[1]](Path(sys.argv[2]))

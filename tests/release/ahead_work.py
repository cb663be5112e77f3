"""Work done ahead: run as a program, in a process of its own that may be forked.

``python -m tests.release.ahead_work all|failing|stopped|killed FOLDER`` prints what came of it.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from barograph.release import ahead as ahead_module
from barograph.release.ahead import working_ahead
from barograph.release.folder import write_file

PARENT = os.getpid()


def wait_for(arrived: Callable[[], bool]) -> None:
    while not arrived():
        time.sleep(0.001)


def work_to_the_end(folder: Path) -> None:
    """Another process makes the folders and syncs; writing there works before, meanwhile and afterwards."""

    def addresses() -> Iterator[str]:
        assert os.getpid() != PARENT
        yield from (f"en/economy/{number}/" for number in range(100))

    ahead_module.PAUSE = 0.001
    os.sync = (folder / "synced").touch
    write_file(folder, "en/economy/7/index.html", b"before")
    opened = folder / "opened"
    with working_ahead(folder, opened.touch) as ahead:
        ahead(addresses())
        write_file(folder, "en/economy/99/index.html", b"meanwhile")
        wait_for((folder / "synced").exists)
    write_file(folder, "en/economy/50/index.html", b"afterwards")
    assert opened.exists()
    assert len(list(folder.glob("en/economy/*/index.html"))) == 3
    modes = {oct(made.stat().st_mode & 0o777) for made in (folder / "en").rglob("*") if made.is_dir()}
    print(len(list((folder / "en" / "economy").iterdir())), *modes)


def fail(folder: Path) -> None:
    """What fails there is told by whoever needs it, not twice."""

    def addresses() -> Iterator[str]:
        yield "en/first/"
        (folder / "failed").touch()
        raise ValueError("the database has gone")

    with working_ahead(folder, lambda: None) as ahead:
        ahead(addresses())
        wait_for((folder / "failed").exists)
    print(*[made.name for made in (folder / "en").iterdir()])


def slow_addresses(folder: Path) -> Iterator[str]:
    """Whoever asks for them leaves its number and waits for long."""
    yield f"{os.getpid()}/"
    (folder / "waiting").touch()
    time.sleep(600)


def be_stopped(folder: Path) -> None:
    """After an error nobody makes folders any more, not even one that would go on for long."""
    try:
        with working_ahead(folder, lambda: None) as ahead:
            ahead(slow_addresses(folder))
            wait_for((folder / "waiting").exists)
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        number = next(made.name for made in folder.iterdir() if made.is_dir())
        print("still there" if Path("/proc", number).exists() else "gone")


def be_killed(folder: Path) -> None:
    """Nobody goes on syncing for a process that was killed."""

    def addresses() -> Iterator[str]:
        yield f"{os.getpid()}/"

    ahead_module.PAUSE = 0.001
    first = os.fork()
    if not first:
        with working_ahead(folder, lambda: None) as ahead:
            ahead(addresses())
            time.sleep(600)
    wait_for(lambda: any(folder.iterdir()))
    os.kill(first, signal.SIGKILL)
    os.waitpid(first, 0)
    number = next(folder.iterdir()).name
    wait_for(lambda: not Path("/proc", number).exists() or "\tZ" in Path("/proc", number, "status").read_text())
    print("gone")


if __name__ == "__main__":
    os.umask(0o077)
    work = {"all": work_to_the_end, "failing": fail, "stopped": be_stopped, "killed": be_killed}
    work[sys.argv[1]](Path(sys.argv[2]))

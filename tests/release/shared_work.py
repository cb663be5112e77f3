"""Units that several processes render: run as a program, in a process of its own that may be forked.

``python -m tests.release.shared_work all|slow|dying|failing|killed FOLDER`` prints what came of it.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from barograph.base.release_folders import ReleaseFolderError
from barograph.release.draft import Draft
from barograph.release.language_pages import Ready
from barograph.release.rendering import PORTIONS, render_into
from barograph.release.shelf import Shelf
from barograph.release.units import File, Unit

PARENT = os.getpid()
MANY = 40


def plain(number: int, _ready: Ready) -> Iterator[File]:
    yield f"{number}.txt", b"%d" % number


def units_of(count: int, render: Callable[[int, Ready], Iterator[File]] = plain) -> list[Unit]:
    return [Unit(f"edition/{number}", "", partial(render, number)) for number in range(count)]


def rendered(folder: Path, units: list[Unit], processes: int) -> Draft:
    folder.mkdir()
    draft = Draft(folder)
    render_into(draft, units, Shelf(folder / "none"), processes=processes)
    assert sorted(draft.hashes) == sorted(path.name for path in folder.iterdir())
    return draft


def wait_for(arrived: Callable[[], bool]) -> None:
    while not arrived():
        time.sleep(0.001)


def render_all(folder: Path) -> None:
    """More units than portions, in one process and in three: the same, in the order in which they were given."""
    units = [*units_of(2 * PORTIONS + 7), Unit("feeds/", "", partial(plain, 9999))]
    alone, together = rendered(folder / "alone", units, 1), rendered(folder / "together", units, 3)
    assert alone.hashes == together.hashes
    assert list(alone.units.items()) == list(together.units.items())
    assert list(together.units) == [unit.name for unit in units]
    assert not rendered(folder / "nothing", [], 3).units
    print(len(together.hashes))


def render_a_slow_one(folder: Path) -> None:
    """The last unit takes until all others are there: somebody else must have rendered those."""

    def slow(_ready: Ready) -> Iterator[File]:
        wait_for(lambda: len(list((folder / "slow").iterdir())) == MANY)
        yield "slow.txt", b""

    print(len(rendered(folder / "slow", [*units_of(MANY), Unit("feeds/", "", slow)], 2).hashes))


def render_and_die(folder: Path) -> None:
    """A process dies as soon as it has taken a unit, which the other waits for."""

    def dying(number: int, _ready: Ready) -> Iterator[File]:
        if os.getpid() != PARENT:
            (folder / "died").touch()
            os._exit(1)
        wait_for((folder / "died").exists)
        yield f"{number}.txt", b""

    try:
        rendered(folder / "dying", units_of(MANY, dying), 2)
    except ReleaseFolderError as error:
        print(error)


def render_and_fail(folder: Path) -> None:
    """Rendering raises an error in another process."""

    def failing(number: int, _ready: Ready) -> Iterator[File]:
        if os.getpid() != PARENT:
            (folder / "failed").touch()
            raise ValueError("in another process")
        wait_for((folder / "failed").exists)
        yield f"{number}.txt", b""

    try:
        rendered(folder / "failing", units_of(MANY, failing), 2)
    except ValueError as error:
        print(error)


def render_and_be_killed(folder: Path) -> None:
    """Who divides the work is killed while another process has an answer that is too long for a pipe."""

    def told(number: int, _ready: Ready) -> Iterator[File]:
        if os.getpid() == int((folder / "parent").read_text()):
            wait_for((folder / "child").exists)
            os.kill(os.getpid(), signal.SIGKILL)
        (folder / "written").write_text(str(os.getpid()))
        (folder / "written").rename(folder / "child")  # so that nobody finds it empty
        yield f"{number}.txt", b"%d" % number

    killed = os.fork()
    if not killed:
        (folder / "parent").write_text(str(os.getpid()))
        rendered(folder / "killed", units_of(PORTIONS, told), 2)
    os.waitpid(killed, 0)
    child = int((folder / "child").read_text())
    until = time.monotonic() + 30
    while _is_running(child) and time.monotonic() < until:
        time.sleep(0.01)
    print("still there" if _is_running(child) else "gone")
    with suppress(ProcessLookupError):  # it would hold the test's pipe open
        os.kill(child, signal.SIGKILL)


def _is_running(process: int) -> bool:
    """Whether it is there and not only waits for somebody to ask what came of it."""
    try:
        return "\tZ" not in Path("/proc", str(process), "status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


if __name__ == "__main__":
    render = {
        "all": render_all,
        "slow": render_a_slow_one,
        "dying": render_and_die,
        "failing": render_and_fail,
        "killed": render_and_be_killed,
    }
    render[sys.argv[1]](Path(sys.argv[2]))

"""Runs a command, or a newsroom, and says what it costs. Part of static_build.py, for Linux."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SAMPLED_EVERY = 0.02
"""Seconds between two looks at the memory."""


READY_WITHIN = 120.0
"""Seconds within which a newsroom must be able to build."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds by the clock, and seconds of processor of a command and of all processes that it started."""

    wall: float
    cpu: float


def timed(command: list[str]) -> Cost:
    """Run a command to its end, undisturbed; what was written before is on the disk before it starts.

    Ends this program when the command fails.
    """
    os.sync()
    before = time.perf_counter()
    process = _start(command)
    _pid, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - before
    _expect_success(command, os.waitstatus_to_exitcode(status))
    return Cost(wall, usage.ru_utime + usage.ru_stime)


def peak_memory(command: list[str]) -> float:
    """Run a command to its end, and give the greatest sum of memory of its processes, in MiB.

    What processes share counts once (PSS). Looking slows the command down, so this is never done while time is taken.
    """
    process = _start(command)
    peak, over = 0, threading.Event()

    def look() -> None:
        nonlocal peak
        while not over.wait(SAMPLED_EVERY):
            peak = max(peak, sum(map(_memory, _session(process.pid))))

    watcher = threading.Thread(target=look)
    watcher.start()
    status = process.wait()
    over.set()
    watcher.join()
    _expect_success(command, status)
    return peak / 1024


class Newsroom:
    """A newsroom that runs beside the commands: `barograph serve`."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    @property
    def memory(self) -> float:
        """The memory of all its processes, in MiB."""
        return sum(map(_memory, _session(self.process.pid))) / 1024

    @property
    def cpu(self) -> float:
        """The seconds of processor that it has used so far."""
        return sum(map(_processor, _session(self.process.pid)))


@contextmanager
def running_newsroom(barograph: str, site: Path) -> Iterator[Newsroom]:
    """A newsroom that listens on a free port, and has read what is public, so that it answers who asks it to build."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = _start([barograph, "--site", str(site), "serve", "--port", str(port)])
    try:
        deadline = time.monotonic() + READY_WITHIN
        while not _listens(site / "private" / "build.sock"):
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit("the newsroom does not listen; run “barograph serve” by hand to see why")
            time.sleep(0.1)
        yield Newsroom(process)
    finally:
        process.terminate()
        process.wait()


def _listens(path: Path) -> bool:
    """Whether somebody has made the socket; a file that an earlier newsroom left is refused."""
    with socket.socket(socket.AF_UNIX) as asked, suppress(OSError):
        asked.connect(str(path))
        return True
    return False


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    """The command in a session of its own, by which all its processes are found."""
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 (ours)


def _expect_success(command: list[str], status: int) -> None:
    if status:
        sys.exit(f"“{' '.join(command)}” ended with {status}; run it by hand to see why")


def _session(leader: int) -> Iterator[int]:
    """The processes of a session."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                # pid (name) state parent group session …; the name may hold anything.
                session = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[3]
                if int(session) == leader:
                    yield int(folder.name)


def _memory(pid: int) -> int:
    """A process's part of the memory, in KiB; nothing for one that has just ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def _processor(pid: int) -> float:
    """A process's seconds of processor, with those of its children that have ended."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return 0.0

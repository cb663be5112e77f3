"""The box: a folder in which sealed wishes lie until the sender takes them away.

A drop is written whole or not at all: under another name, flushed to the disk, then renamed. All have one size. Their
times are those of the day's first moment, each a nanosecond after the one before, so that a copy of the disk tells in
which order wishes came, which the sender needs, and not when. The file system itself may note more (``ctime``), for as
long as a drop lies there.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import threading
import time
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

from barograph.edge.limits import BusyError

FOLDER = "box"
ENDING = ".drop"
UNFINISHED = ".new"
CAP = 50_000
"""Sign-ups that may wait at once: 54 MB, or 200 on a disk that gives each file 4 kB. A sender at work leaves few."""
LOOK_SECONDS = 30
"""How often the drops are counted anew: the sender takes them away without telling."""
FORGOTTEN_SECONDS = 3600
"""After this time an unfinished file is one that a crash left behind."""


class Box:
    """The box in a folder. It may be used from several threads."""

    def __init__(self, folder: Path, *, cap: int = CAP) -> None:
        self.folder = folder / FOLDER
        self.cap = cap
        self._names = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._newest = 0
        self._waiting = self._look_through()
        self._looked_at = time.monotonic()

    def put(self, sealed: bytes, day: date) -> None:
        """Drop a sign-up. Raises BusyError when too many wait, OSError when the disk does not take it."""
        self._count_in()
        self._write(secrets.token_hex(16), sealed, day)

    def put_once(self, what: str, sealed: bytes, day: date) -> None:
        """Drop the use of a link: used again, it takes the place of what was dropped before, so it fills nothing.

        The name is made from ``what`` with a key that this process alone has, so that no holder of a link can
        find its drop. Raises OSError when the disk does not take it.
        """
        name = hmac.new(self._names, what.encode(), hashlib.sha256).hexdigest()[:32]
        self._write(name, sealed, day)

    def _count_in(self) -> None:
        """One more; how many there are is looked up now and then only."""
        with self._lock:
            if time.monotonic() - self._looked_at > LOOK_SECONDS:
                self._waiting, self._looked_at = self._look_through(), time.monotonic()
            if self._waiting >= self.cap:
                raise BusyError
            self._waiting += 1

    def _look_through(self) -> int:
        """How many drops wait, and which is the newest. What a crash left unfinished goes.

        A folder that cannot be read is not spoken of here, but when something is to be written into it.
        """
        waiting = 0
        with suppress(OSError), os.scandir(self.folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):  # the sender may take it away at any time
                    if entry.name.endswith(ENDING):
                        waiting += 1
                        self._newest = max(self._newest, entry.stat().st_mtime_ns)
                    elif entry.name.endswith(UNFINISHED) and time.time() - entry.stat().st_ctime > FORGOTTEN_SECONDS:
                        Path(entry.path).unlink()
        return waiting

    def _next_time(self, day: date) -> int:
        """The time to give to a drop, in nanoseconds since 1970."""
        with self._lock:
            self._newest = max(self._newest + 1, _first_moment(day))
            return self._newest

    def _write(self, name: str, sealed: bytes, day: date) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self.folder / f".{secrets.token_hex(16)}{UNFINISHED}"
        moment = self._next_time(day)
        try:
            # The group may read it, so that the sender can be another user; what it reads is sealed.
            with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o640), "wb") as file:
                file.write(sealed)
                file.flush()
                os.utime(file.fileno(), ns=(moment, moment))
                os.fsync(file.fileno())
            unfinished.replace(self.folder / f"{name}{ENDING}")
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        self._flush_folder(_first_moment(day))

    def _flush_folder(self, moment: int) -> None:
        """Put the new name on the disk, so that a power cut does not take it back."""
        folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            with suppress(PermissionError):  # the folder may be another user's, and then keeps its own time
                os.utime(folder, ns=(moment, moment))
            os.fsync(folder)
        finally:
            os.close(folder)


def _first_moment(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 10**9

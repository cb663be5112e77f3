"""Who works with the sender's keys: any number of processes at once, or a single one that replaces them.

A process that went on sealing rows with keys that another is about to destroy would lose its readers.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from django.db import connections

from barograph.newsletter import DATABASE
from barograph.newsletter.errors import NewsletterError

FILE = "in_use"
_NUMBER = 0x6261726F67726170
"""Of PostgreSQL's advisory lock: “barograp” in ASCII, which nobody else is likely to take."""
_held: dict[Path, int] = {}
"""The open lock file of each sender's folder: held as long as this process lives."""


class KeysInUseError(NewsletterError):
    """Another process works with the keys, or replaces them at this moment."""


def hold_keys(folder: Path, *, alone: bool = False) -> None:
    """Take part in using the keys until this process ends, or have them ``alone``. Calling it again is harmless.

    On one machine a lock file tells the others; with PostgreSQL, where senders may be on several machines, a lock in
    the database does so too. Raises KeysInUseError.
    """
    if folder not in _held:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _held[folder] = os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(_held[folder], (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        raise _refusal(alone=alone) from None
    if connections[DATABASE].vendor == "postgresql" and not _lock_in_database(alone=alone):
        raise _refusal(alone=alone)


def _lock_in_database(*, alone: bool) -> bool:
    """Held by this thread's connection, and given back when it is closed; never piled up when called again."""
    with connections[DATABASE].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")
        cursor.execute(f"SELECT pg_try_advisory_lock{'' if alone else '_shared'}(%s)", [_NUMBER])
        return bool(cursor.fetchone()[0])


def _refusal(*, alone: bool) -> KeysInUseError:
    if alone:
        return KeysInUseError(
            "another process works with the sender's keys: end “barograph newsletter run” and every sending or import "
            "first, on all machines, and start it again afterwards"
        )
    return KeysInUseError("the sender's keys are being replaced by “barograph newsletter rotate”: try again after it")

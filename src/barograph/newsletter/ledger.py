"""The ledger of a sending process: what it holds, what it is about to send, and what came of it, written durably.

The protocol is told in ``newsletter.models.Delivery``. The statements are written out because each message costs
several of them: for a group of messages they are five in all, and one wait for the disk.
"""

# ruff: noqa: S608 (what is put together are our own words; values go as parameters)

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connections
from django.utils import timezone

from barograph.newsletter import DATABASE
from barograph.newsletter.deliveries import Outcome, Reserved
from barograph.newsletter.errors import NewsletterError
from barograph.newsletter.models import Campaign, Worker

LEASE = timedelta(seconds=60)
"""How long a process may be silent before another takes what it holds."""
HEARTBEAT = 10.0
"""Seconds after which a lease is renewed although nothing was written."""
RATE_OVER = 30.0
"""Seconds over which messages a second are counted."""
TO_SEND = "state IN ('queued', 'claimed')"
"""What the index of deliveries to send holds; only a statement with these very words is answered from it."""
IN_DOUBT = "in doubt"
"""The reason of a delivery that was claimed, and of whose answer nothing is known."""


class LeaseLostError(NewsletterError):
    """Another process took over what this one held, because it was silent for longer than its lease."""


class DatabaseLedger:
    """Implements ``deliveries.Ledger`` for one campaign, for as long as one process sends.

    It has a database connection of its own, which any thread may use, one at a time.
    """

    def __init__(self, campaign: Campaign, *, settle_seconds: float = 10) -> None:
        self.campaign = campaign.pk
        self._settle = timedelta(seconds=settle_seconds)
        self._lock, self._over = threading.RLock(), threading.Event()
        self._unwritten: list[Outcome] = []
        self._unanswered: set[int] = set()
        self._rate = _Rate()
        self._renewed = time.monotonic()
        self._worker: int = Worker.objects.create(
            campaign=campaign, host=this_host(), pid=os.getpid(), lease_until=_now() + LEASE
        ).pk
        self._connection = connections[DATABASE].copy()
        self._connection.inc_thread_sharing()
        self._say = _SqlitePhrases() if self._connection.vendor == "sqlite" else _PostgresPhrases()
        with self._connection.cursor() as cursor:
            cursor.execute(self._say.durably)
        with self._transaction() as cursor:
            self._renew(cursor)  # now by the database's clock
        self._heart = threading.Thread(target=self._beat, name="lease", daemon=True)
        self._heart.start()

    def reserve(self, limit: int) -> list[Reserved]:
        """Up to ``limit`` deliveries that are due, held by this process. Raises LeaseLostError."""
        with self._transaction() as cursor:
            self._renew(cursor)
            ids = self._take(cursor, "state = 'deferred' AND next_try <= %s ORDER BY next_try", limit, self._time())
            if len(ids) < limit:
                ids += self._take(cursor, f"{TO_SEND} AND state = 'queued' ORDER BY id", limit - len(ids))
            if not ids:
                return []
            cursor.execute(
                "SELECT d.id, d.subscriber, d.language, d.tries, s.sealed, s.generation FROM newsletter_delivery d "
                f"JOIN newsletter_subscriber s ON s.id = d.subscriber WHERE d.id {self._say.among}",
                [self._say.list(ids)],
            )
            reserved = [
                Reserved(row[0], _uuid(row[1]), row[2], row[3], bytes(row[4]), row[5]) for row in cursor.fetchall()
            ]
            if gone := set(ids) - {held.id for held in reserved}:  # erased, but for these rows
                cursor.execute(
                    f"DELETE FROM newsletter_delivery WHERE id {self._say.among}", [self._say.list(list(gone))]
                )
        return reserved

    def commit(self, *, outcomes: Sequence[Outcome], claims: Sequence[int]) -> set[int]:
        """See ``deliveries.Ledger``. What could not be written is written with the next commit, or at the end."""
        with self._lock:
            outcomes = [*self._unwritten, *outcomes]
            self._unwritten = outcomes
            try:
                with self._transaction() as cursor:
                    self._renew(cursor)
                    self._mark(cursor, outcomes)
                    claimed = self._claim(cursor, claims) if claims else set()
            except LeaseLostError:
                self._unwritten = []
                self._mark_late(outcomes)
                raise
            self._unwritten = []
            self._rate.count(len(outcomes))
            self._unanswered |= claimed
            self._unanswered.difference_update(outcome.id for outcome in outcomes)
            return claimed

    def next_due(self) -> datetime | None:
        """When the next delivery that was put off is due, if any waits.

        Nothing while something claimed has no answer: the sending, which asks when it has nothing in hand, then ends,
        and what is in doubt is seen to before anything is waited for.
        """
        if self._unanswered:
            return None
        with self._lock, self._connection.cursor() as cursor:
            cursor.execute(
                "SELECT MIN(next_try) FROM newsletter_delivery "
                "WHERE campaign_id = %s AND state = 'deferred' AND worker_id IS NULL",
                [self.campaign],
            )
            found = cursor.fetchone()[0]
        return datetime.fromisoformat(found).replace(tzinfo=UTC) if isinstance(found, str) else found

    def close(self) -> None:
        """Give back what is reserved; what is claimed and has no answer is in doubt from now on."""
        if self._over.is_set():
            return
        self._over.set()
        self._heart.join()
        try:
            if self._unwritten:
                self.commit(outcomes=(), claims=())
            with self._transaction() as cursor:
                self._renew(cursor)
                let_go(cursor, self._worker, self._time(self._settle))
        except LeaseLostError:
            pass  # whoever took over has seen to it
        finally:
            self._connection.close()

    def _take(self, cursor: Any, due: str, limit: int, *parameters: Any) -> list[int]:
        """Hold up to ``limit`` deliveries. The words of an index's condition stand here as they stand there."""
        cursor.execute(
            f"UPDATE newsletter_delivery SET worker_id = %s WHERE id {self._say.picked_before}"
            f"SELECT id FROM newsletter_delivery WHERE campaign_id = %s AND worker_id IS NULL AND {due} LIMIT %s"
            f"{self._say.picked_after} RETURNING id",
            [self._worker, self.campaign, *parameters, limit],
        )
        return sorted(row[0] for row in cursor.fetchall())

    def _mark(self, cursor: Any, outcomes: Sequence[Outcome]) -> None:
        """Write down what came of deliveries that this process holds; a second time does nothing."""
        if sent := [outcome.id for outcome in outcomes if outcome.state == "sent"]:
            cursor.execute(
                "UPDATE newsletter_delivery SET state = 'sent', tries = tries + 1, worker_id = NULL, next_try = NULL, "
                f"reason = '' WHERE id {self._say.among} AND worker_id = %s",
                [self._say.list(sent), self._worker],
            )
        if others := [outcome for outcome in outcomes if outcome.state != "sent"]:
            cursor.executemany(
                "UPDATE newsletter_delivery SET state = %s, tries = tries + 1, worker_id = NULL, next_try = %s, "
                "reason = %s WHERE id = %s AND worker_id = %s",
                [(one.state, self._say.time(one.next_try), one.reason[:60], one.id, self._worker) for one in others],
            )

    def _mark_late(self, outcomes: Sequence[Outcome]) -> None:
        """The lease is lost, but an answer is a fact: what nobody has taken up again since is sent, not in doubt."""
        with suppress(DatabaseError), self._transaction() as cursor:
            cursor.execute(
                "UPDATE newsletter_delivery SET state = 'sent', tries = tries + 1, next_try = NULL, reason = '' "
                f"WHERE id {self._say.among} AND worker_id IS NULL AND state IN ('unknown', 'queued')",
                [self._say.list([outcome.id for outcome in outcomes if outcome.state == "sent"])],
            )

    def _claim(self, cursor: Any, claims: Sequence[int]) -> set[int]:
        cursor.execute(
            "UPDATE newsletter_delivery SET state = 'claimed', claimed_at = %s "
            f"WHERE id {self._say.among} AND worker_id = %s AND state IN ('queued', 'deferred') RETURNING id",
            [self._time(), self._say.list(claims), self._worker],
        )
        return {row[0] for row in cursor.fetchall()}

    def _renew(self, cursor: Any) -> None:
        """Go on holding. It locks the worker's row, so nobody takes over before this transaction ends."""
        cursor.execute(
            f"UPDATE newsletter_worker SET lease_until = {self._say.lease_end}, per_second = %s WHERE id = %s",
            [self._say.lease(), self._rate.per_second(), self._worker],
        )
        if cursor.rowcount != 1:
            raise LeaseLostError(
                "this process was silent for so long that another took over what it held: it sends nothing more. "
                "Run the command again to go on"
            )
        self._renewed = time.monotonic()

    def _beat(self) -> None:
        """Renew the lease while the sending waits for a relay. A failure shows in the next commit."""
        while not self._over.wait(HEARTBEAT / 2):
            if time.monotonic() - self._renewed > HEARTBEAT:
                with suppress(DatabaseError, LeaseLostError), self._transaction() as cursor:
                    self._renew(cursor)

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        with self._lock, self._connection.cursor() as cursor:
            cursor.execute(self._say.begin)
            try:
                yield cursor
                cursor.execute("COMMIT")
            except BaseException:
                with suppress(DatabaseError):
                    cursor.execute("ROLLBACK")
                raise

    def _time(self, later: timedelta = timedelta()) -> Any:
        return self._say.time(_now() + later)


class _Rate:
    """Counts messages a second over the last half minute."""

    def __init__(self) -> None:
        self._counts: deque[tuple[float, int]] = deque()
        self._sum = 0

    def count(self, messages: int) -> None:
        """Note that some were settled just now."""
        self._counts.append((time.monotonic(), messages))
        self._sum += messages

    def per_second(self) -> float:
        """The rate; 0 before there is a second to count over."""
        now = time.monotonic()
        while self._counts and self._counts[0][0] < now - RATE_OVER:
            self._sum -= self._counts.popleft()[1]
        span = now - self._counts[0][0] if self._counts else 0.0
        return self._sum / span if span >= 1 else 0.0


class _SqlitePhrases:
    """What is said differently in SQLite. One list as JSON, so that the statement is the same for any number."""

    durably = "PRAGMA synchronous=FULL"
    begin = "BEGIN IMMEDIATE"
    among = "IN (SELECT value FROM json_each(%s))"
    picked_before, picked_after = "IN (", ")"
    lease_end = "%s"

    def lease(self) -> Any:
        """What fills ``lease_end``: the clock is this machine's."""
        return self.time(_now() + LEASE)

    def list(self, ids: Sequence[int]) -> Any:
        """What fills ``among``."""
        return json.dumps(ids)

    def time(self, moment: datetime | None) -> Any:
        """As Django writes it: in UTC, without saying so."""
        return None if moment is None else str(moment.astimezone(UTC).replace(tzinfo=None))


class _PostgresPhrases:
    """What is said differently in PostgreSQL, where processes reserve side by side."""

    durably = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
    begin = "BEGIN"
    among = "= ANY(%s)"
    picked_before, picked_after = "= ANY(ARRAY(", " FOR UPDATE SKIP LOCKED))"
    lease_end = "clock_timestamp() + %s"

    def lease(self) -> Any:
        """What fills ``lease_end``: the clock is the database's, for machines need not agree on the time."""
        return LEASE

    def list(self, ids: Sequence[int]) -> Any:
        """What fills ``among``."""
        return [*ids]

    def time(self, moment: datetime | None) -> Any:
        """As it is."""
        return moment


def let_go(cursor: Any, worker: int, askable: Any) -> None:
    """Free what a worker reserved, put in doubt what it claimed (Postfix's log can be asked from ``askable`` on)."""
    its = "WHERE campaign_id = (SELECT campaign_id FROM newsletter_worker WHERE id = %s) AND worker_id = %s"
    cursor.execute(
        "UPDATE newsletter_delivery SET worker_id = NULL, state = 'unknown', next_try = %s, reason = %s "
        f"{its} AND {TO_SEND} AND state = 'claimed'",
        [askable, IN_DOUBT, worker, worker],
    )
    for held in (TO_SEND, "state = 'deferred'"):
        cursor.execute(
            f"UPDATE newsletter_delivery SET worker_id = NULL {its} AND {held}",
            [worker, worker],
        )
    cursor.execute("DELETE FROM newsletter_worker WHERE id = %s", [worker])


def this_host() -> str:
    """Names this machine since it was started, and this list of processes: within it a process id means something.

    Two containers with one host name are two hosts; so is a machine before and after a restart.
    """
    start, processes = Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid")
    try:
        return f"{socket.gethostname()[:100]} {start.read_text(encoding='ascii').strip()} {processes.readlink()}"
    except OSError:  # not Linux
        return socket.gethostname()[:200]


def _now() -> datetime:
    return timezone.now()


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(int=int(value, 16))  # quicker than to read it as text

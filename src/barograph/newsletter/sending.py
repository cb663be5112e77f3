"""Hands the deliveries of a ledger to relays: several connections each, one durable commit for all that wait.

Every connection goes round like this: claim a message (durably), send its data together with the next one's
envelope, learn what came of both, and write that down in the same commit as the next claim. What was not claimed is
never sent, and what was claimed is settled or, after a crash, known to be in doubt.
"""

from __future__ import annotations

import asyncio
import gc
import ssl
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from barograph.newsletter.commits import GroupCommits
from barograph.newsletter.deliveries import Ledger, Make, Outcome, Reserved
from barograph.newsletter.pacing import Pace
from barograph.newsletter.pool import Item, Pool
from barograph.newsletter.relays import Relay
from barograph.newsletter.settling import SendingReport, Settling
from barograph.newsletter.smtp import READY, TAKEN, UNTOUCHED, USUAL, Answer, Connection, Patience
from barograph.newsletter.smtp_opening import RelayDownError, open_connection

__all__ = ["SendingReport", "send"]

_LOOK = 0.05
"""Seconds between looks at the wish to stop."""
_LOOKS_PER_REPORT = 20
_LONGEST_SLEEP = 60.0
"""Seconds; the machine's clock may be set, or another process put something off."""


def send(
    *,
    ledger: Ledger,
    make: Make,
    relays: Sequence[Relay],
    retries: Sequence[int],
    stop: threading.Event,
    progress: Callable[[SendingReport], None] = lambda _: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    patience: Patience = USUAL,
) -> SendingReport:
    """Send everything that is due, and what becomes due by and by; returns when nothing waits any more.

    ``retries`` are the seconds before each new try of a message that was put off. Once ``stop`` is set, messages
    under way are brought to their end and no others are begun. ``progress`` is called once a second, and at the end.
    The ledger is closed in any case.

    Raises LeaseLostError, and whatever else the ledger or ``make`` raise; nothing is sent after that.
    """
    tls = ssl.create_default_context() if any(relay.tls != "none" for relay in relays) else None
    settling = Settling(retries, now)
    paces = [Pace(relay, patience.first_pause, patience.longest_pause) for relay in relays]
    with _little_garbage(), ThreadPoolExecutor(1, thread_name_prefix="ledger") as thread:
        try:
            sending = _Sending(ledger, thread, make, settling, lambda relay: open_connection(relay, patience, tls))
            asyncio.run(sending.run(paces, stop, progress))
        finally:
            thread.submit(ledger.close).result()
    return settling.report


@contextmanager
def _little_garbage() -> Iterator[None]:
    """What was made before the sending, the whole of Django, is not looked through for garbage again and again."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


class _Sending:
    def __init__(
        self,
        ledger: Ledger,
        thread: ThreadPoolExecutor,
        make: Make,
        settling: Settling,
        connect: Callable[[Relay], Coroutine[object, object, Connection]],
    ) -> None:
        self._ledger, self._thread, self._settling, self._connect = ledger, thread, settling, connect
        self._commits = GroupCommits(ledger, thread)
        self._pool = Pool(ledger, make, thread, self._refuse)
        self._unsendable: list[Outcome] = []

    async def run(
        self, paces: Sequence[Pace], stop: threading.Event, progress: Callable[[SendingReport], None]
    ) -> None:
        """Rounds of sending, until nothing waits or ``stop`` is set."""
        watch = asyncio.create_task(self._watch(stop, progress))
        try:
            await self._round(paces)
            while await self._something_is_due():
                await self._round(paces)
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch
            progress(self._settling.report)

    async def _watch(self, stop: threading.Event, progress: Callable[[SendingReport], None]) -> None:
        try:
            while not stop.is_set():
                for _ in range(_LOOKS_PER_REPORT):
                    if not stop.is_set():
                        await asyncio.sleep(_LOOK)
                progress(self._settling.report)
        finally:
            self._pool.stop()

    async def _round(self, paces: Sequence[Pace]) -> None:
        """Send what is due now. The first error ends everything."""
        self._pool.begin()
        lanes = [asyncio.create_task(self._lane(pace)) for pace in paces for _ in range(pace.relay.connections)]
        try:
            await asyncio.gather(*lanes)
        finally:
            for lane in lanes:
                lane.cancel()
            await asyncio.gather(*lanes, return_exceptions=True)

    async def _something_is_due(self) -> bool:
        """Wait for the next delivery that was put off; false when none is, or nothing more is to be sent."""
        loop = asyncio.get_running_loop()
        while not self._pool.stopped:
            due = await loop.run_in_executor(self._thread, self._ledger.next_due)
            if due is None:
                return False
            seconds = self._settling.seconds_until(due)
            await self._pool.wait(min(max(seconds, _LOOK), _LONGEST_SLEEP))
            if seconds <= 0:
                return not self._pool.stopped
        return False

    async def _lane(self, pace: Pace) -> None:
        """One connection to a relay, opened again when it breaks, for as long as there is something to send."""
        while await self._pool.has_work():
            if pause := pace.wait_for_connection():
                await self._pool.wait(pause)
                continue
            try:
                connection = await self._connect(pace.relay)
            except RelayDownError as error:
                pace.failed(str(error))
                continue
            try:
                trouble = await self._converse(connection, pace)
            except BaseException:
                connection.abort("stopped")
                raise
            if trouble:
                pace.failed(trouble)
            await connection.close()
        if self._unsendable:
            await self._write([])

    async def _converse(self, connection: Connection, pace: Pace) -> str:
        """Hand over messages for as long as the connection holds and there are any; returns what went wrong with it.

        A refused recipient is no trouble; a refused sender is, and a relay that wants to be left alone. Nor is one that
        closes after some messages: many do so by custom.
        """
        handed_over = False
        while item := await self._next(pace):
            outcomes: list[Outcome] = []
            answer = await connection.offer(item.outgoing)
            while item and answer is READY:
                if not await self._claim(item, outcomes):
                    return ""
                following = None if pace.relay.per_second else self._pool.take()
                taken, answer = await connection.deliver(item.outgoing, following.outgoing if following else None)
                outcomes = self._settle(item, taken, pace)
                handed_over |= taken is TAKEN
                item = following
            if item:
                outcomes += self._settle(item, answer, pace)
            if outcomes:
                await self._write(outcomes)
            if connection.lost:
                return "" if handed_over and not connection.lost.startswith("421") else connection.lost
            if answer.stage == "MAIL" and answer.reply:
                return f"refuses the sender's address ({answer.reply.reason})"
        return ""

    async def _next(self, pace: Pace) -> Item | None:
        """The next message, at its time; nothing when there is none any more."""
        while await self._pool.has_work():
            if item := self._pool.take():
                moment = time.monotonic() + pace.wait_for_message()
                while (seconds := moment - time.monotonic()) > 0 and not self._pool.stopped:
                    await self._pool.wait(seconds)
                if not self._pool.stopped:
                    return item
                self._pool.give_back(item)
        return None

    async def _claim(self, item: Item, outcomes: list[Outcome]) -> bool:
        """Write down what came of the message before, and that this one is about to be sent; false when it must not."""
        if self._pool.stopped:
            await self._write(outcomes)
            self._pool.give_back(item)
            return False
        claimed = await self._write(outcomes, item.row.id)
        if not claimed:  # its reader was erased meanwhile
            self._pool.done()
        return claimed

    def _settle(self, item: Item, answer: Answer, pace: Pace) -> list[Outcome]:
        if answer is UNTOUCHED:
            self._pool.give_back(item)
            return []
        self._pool.done()
        if answer is TAKEN:
            pace.worked()
        outcome = self._settling.outcome(item.row, answer)
        return [outcome] if outcome else []

    def _refuse(self, row: Reserved, reason: str) -> None:
        """No message comes of a delivery: written down with the next commit."""
        self._unsendable.append(self._settling.failed(row, reason))

    def _write(self, outcomes: list[Outcome], claim: int | None = None) -> asyncio.Future[bool]:
        if self._unsendable:
            outcomes, self._unsendable = outcomes + self._unsendable, []
        return self._commits.write(outcomes, claim)

"""What a sending process holds: deliveries reserved in groups, made into messages one by one."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from typing import NamedTuple

from barograph.newsletter.deliveries import Ledger, Make, Outgoing, Reserved

GROUP = 500
"""Deliveries reserved at a time."""
ASK_AGAIN = 5.0
"""Seconds after which the ledger is asked again, while the last messages are under way."""
_ADDRESS = re.compile(r"[!-;=?-~]+")
"""What may stand between < and >: ASCII without spaces, so that nothing can end the command early."""


class Item(NamedTuple):
    """A delivery and its message."""

    row: Reserved
    outgoing: Outgoing


class Pool:
    """Gives out messages, and knows when none is left. ``refused`` hears of a delivery that no message comes of."""

    def __init__(self, ledger: Ledger, make: Make, thread: Executor, refused: Callable[[Reserved, str], None]) -> None:
        self._ledger, self._make, self._thread, self._refused = ledger, make, thread, refused
        self._rows: deque[Reserved] = deque()
        self._in_hand = 0
        self._exhausted = self.stopped = False
        self._reserving: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    async def has_work(self) -> bool:
        """Wait until there is something to send; false when there is nothing any more, or no more is to be sent.

        A message in another connection's hand may still come back, so it is waited for. Raises what the ledger raises.
        """
        while not self.stopped:
            if self._rows:
                return True
            if self._reserving is None and not self._exhausted:
                self._reserve()
            if self._reserving is not None:
                await asyncio.shield(self._reserving)
            elif self._in_hand == 0:
                return False
            elif not await self.wait(ASK_AGAIN):
                self._exhausted = False
        return False

    def take(self) -> Item | None:
        """The next message, if one is there at once; it is in hand until ``done`` or ``give_back``."""
        while self._rows and not self.stopped:
            row = self._rows.popleft()
            if len(self._rows) == GROUP // 2 and self._reserving is None and not self._exhausted:
                self._reserve()
            outgoing = self._make(row)
            if outgoing is None:
                self._refused(row, "the row cannot be opened")
            elif not _ADDRESS.fullmatch(outgoing.recipient) or not _ADDRESS.fullmatch(outgoing.return_path):
                self._refused(row, "no relay could take the address")
            else:
                self._in_hand += 1
                return Item(row, outgoing)
        return None

    def done(self) -> None:
        """A message that was in hand is settled."""
        self._in_hand -= 1
        if not self._in_hand:
            self.tell()

    def give_back(self, item: Item) -> None:
        """A message that was in hand was not sent, through no fault of its own."""
        self._rows.appendleft(item.row)
        self._in_hand -= 1
        self.tell()

    def stop(self) -> None:
        """Give out no more."""
        self.stopped = True
        self.tell()

    def begin(self) -> None:
        """Ask the ledger again."""
        self._exhausted = False

    def tell(self) -> None:
        """Wake everybody who waits."""
        self._news.set()
        self._news.clear()

    async def wait(self, seconds: float) -> bool:
        """Wait for news; false when there were none for so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return False
        return True

    def _reserve(self) -> None:
        self._reserving = asyncio.get_running_loop().create_task(self._ask())

    async def _ask(self) -> None:
        try:
            rows = await asyncio.get_running_loop().run_in_executor(self._thread, self._ledger.reserve, GROUP)
            self._rows.extend(rows)
            self._exhausted = not rows
        finally:
            self._reserving = None
            self.tell()

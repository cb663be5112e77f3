"""One durable commit for all connections that wait for one at the moment."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Executor
from functools import partial

from barograph.newsletter.deliveries import Ledger, Outcome


class GroupCommits:
    """Collects what connections want written down while the commit before is under way.

    Waiting for the disk costs a good part of a millisecond; this way it is the same for one message and for fifty.
    """

    def __init__(self, ledger: Ledger, thread: Executor) -> None:
        self._ledger, self._thread = ledger, thread
        self._outcomes: list[Outcome] = []
        self._claims: list[int] = []
        self._waiting: list[tuple[asyncio.Future[bool], int | None]] = []
        self._running: asyncio.Task[None] | None = None

    def write(self, outcomes: Sequence[Outcome], claim: int | None = None) -> asyncio.Future[bool]:
        """Write down outcomes, and that a delivery is about to be sent; true when it may be, or none was claimed.

        Raises (when awaited) whatever the ledger raises: nothing may be sent then.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bool] = loop.create_future()
        self._outcomes += outcomes
        if claim is not None:
            self._claims.append(claim)
        self._waiting.append((future, claim))
        if self._running is None:
            self._running = loop.create_task(self._run())
        return future

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                waiting, outcomes, claims = self._waiting, self._outcomes, self._claims
                self._waiting, self._outcomes, self._claims = [], [], []
                commit = partial(self._ledger.commit, outcomes=outcomes, claims=claims)
                try:
                    claimed = await loop.run_in_executor(self._thread, commit)
                except Exception as error:  # noqa: BLE001 (each connection that waits raises it)
                    for future, _ in waiting:
                        if not future.done():
                            future.set_exception(error)
                    continue
                for future, claim in waiting:
                    if not future.done():
                        future.set_result(claim is None or claim in claimed)
        finally:
            self._running = None

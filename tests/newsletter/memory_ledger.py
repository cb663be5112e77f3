"""A ledger in memory that holds the sending to its word: no claim without a reservation, no answer without either."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from barograph.newsletter.deliveries import Outcome, Outgoing, Reserved


class MemoryLedger:
    """Implements ``deliveries.Ledger``. Readers are called as their addresses begin; their numbers count from 0."""

    def __init__(self, readers: Iterable[str]) -> None:
        self.readers = list(readers)
        self.state = dict.fromkeys(range(len(self.readers)), "queued")
        self.tries = dict.fromkeys(self.state, 0)
        self.reasons: dict[int, list[str]] = {number: [] for number in self.state}
        self.next_try: dict[int, datetime] = {}
        self.reserved: set[int] = set()
        self.ever_claimed: set[int] = set()
        self.erased: set[int] = set()
        self.commits = 0
        self.closed = False
        self.fails: Exception | None = None
        """What is raised from now on."""
        self._lock = threading.Lock()

    @classmethod
    def of(cls, number: int) -> MemoryLedger:
        """So many ordinary readers."""
        return cls(f"reader{index}" for index in range(number))

    def reserve(self, limit: int) -> list[Reserved]:
        self._check()
        now = datetime.now(UTC)
        due = [
            number
            for number, state in self.state.items()
            if number not in self.reserved
            and (state == "queued" or (state == "deferred" and self.next_try[number] <= now))
        ][:limit]
        self.reserved |= set(due)
        return [Reserved(number, UUID(int=number), "en", self.tries[number], b"", 1) for number in due]

    def commit(self, *, outcomes: Sequence[Outcome], claims: Sequence[int]) -> set[int]:
        with self._lock:
            self._check()
            self.commits += 1
            for outcome in outcomes:
                assert outcome.id in self.reserved
                assert outcome.state != "sent" or self.state[outcome.id] == "claimed"
                self.reserved.discard(outcome.id)
                self.state[outcome.id] = outcome.state
                self.tries[outcome.id] += 1
                self.reasons[outcome.id].append(outcome.reason)
                if outcome.next_try:
                    self.next_try[outcome.id] = outcome.next_try
            assert len(set(claims)) == len(claims)
            assert set(claims) <= self.reserved
            assert all(self.state[number] in {"queued", "deferred"} for number in claims)
            claimed = set(claims) - self.erased
            self.ever_claimed |= claimed
            self.state |= dict.fromkeys(claimed, "claimed")
            return claimed

    def next_due(self) -> datetime | None:
        waiting = [self.next_try[number] for number, state in self.state.items() if state == "deferred"]
        return min(waiting, default=None)

    def close(self) -> None:
        self.closed = True

    def make(self, row: Reserved) -> Outgoing | None:
        """The message of a delivery; readers called “nobody…” cannot be opened."""
        reader = self.readers[row.id]
        if reader.startswith("nobody"):
            return None
        return Outgoing(
            f"{reader}@example.org", f"b+{row.id}@example.net", (b"Message-ID: <%d>\r\n\r\nHi\r\n" % row.id,)
        )

    def in_state(self, state: str) -> set[int]:
        """Which deliveries are in a state."""
        return {number for number, found in self.state.items() if found == state}

    def _check(self) -> None:
        assert not self.closed
        if self.fails:
            raise self.fails

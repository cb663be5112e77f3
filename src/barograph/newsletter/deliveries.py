"""What passes between the ledger, which knows who gets what, and the sending, which knows how.

The ledger reserves (``Reserved``), a maker turns each into a message (``Outgoing``), the sending hands it to a relay
and tells the ledger what came of it (``Outcome``). There is one of each for every message: tuples are made quickest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID


class Reserved(NamedTuple):
    """A delivery that this process holds, with its subscriber's sealed row; surely not sent yet."""

    id: int
    subscriber: UUID
    language: str
    tries: int
    sealed: bytes
    generation: int


class Outgoing(NamedTuple):
    """A message on its way. ``pieces`` put together are the data of RFC 5321: CRLF, dots doubled, no closing dot.

    Most pieces are the same bytes for every reader.
    """

    recipient: str
    return_path: str
    pieces: tuple[bytes, ...]

    def __repr__(self) -> str:
        """Nobody's address."""
        return "Outgoing(…)"


class Outcome(NamedTuple):
    """What came of a delivery: ``sent``, ``deferred`` until ``next_try``, or ``failed``; with the relay's reason.

    ``reason`` is the reply code and the enhanced status (RFC 3463), such as “450 4.2.1”: a relay's own words may
    hold an address.
    """

    id: int
    state: str
    reason: str = ""
    next_try: datetime | None = None


class Ledger(Protocol):
    """What the sending needs of the ledger. Its methods block: the sending calls them in a thread."""

    def reserve(self, limit: int) -> list[Reserved]:
        """Up to ``limit`` deliveries that are due, held by this process; none when there is nothing due now."""

    def commit(self, *, outcomes: Sequence[Outcome], claims: Sequence[int]) -> set[int]:
        """Write down, durably and at once, what came of some deliveries, and that others are about to be sent.

        Returns the ids that are really claimed: one whose subscriber was erased meanwhile is not. Raises
        ``LeaseLostError`` when another process has taken over what this one held: nothing more may be sent then.
        """

    def next_due(self) -> datetime | None:
        """When the next deferred delivery is due, if any waits."""

    def close(self) -> None:
        """Give back what is reserved and not claimed."""


Make = Callable[[Reserved], Outgoing | None]
"""Makes the message of a delivery; nothing when its row cannot be opened, which counts as failed."""

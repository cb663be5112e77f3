"""How fast a relay is given messages, and how long it is left alone after it failed."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from barograph.newsletter.relays import Relay

logger = logging.getLogger(__name__)

_CATCH_UP = 0.1
"""Seconds of the limit that may be made up for, because clocks of programs are coarse."""


@dataclass
class Pace:
    """What is kept in mind about one relay. Times are seconds on a monotonic clock."""

    relay: Relay
    first_pause: float = 1.0
    longest_pause: float = 300.0
    clock: Callable[[], float] = time.monotonic
    failures: int = 0
    """In a row; a message that it takes ends the row."""
    _resume_at: float = field(default=0.0, init=False)
    _next_message_at: float = field(default=0.0, init=False)

    def wait_for_connection(self) -> float:
        """How long the relay is still left alone."""
        return max(0.0, self._resume_at - self.clock())

    def wait_for_message(self) -> float:
        """Take the next place in the row of messages, and say how long it is until then."""
        if not self.relay.per_second:
            return 0.0
        now = self.clock()
        place = max(self._next_message_at, now - _CATCH_UP)
        self._next_message_at = place + 1 / self.relay.per_second
        return max(0.0, place - now)

    def failed(self, reason: str) -> None:
        """Leave the relay alone, longer each time. ``reason`` is the rest of a sentence about it."""
        if self.wait_for_connection():  # its other connections break for the same cause
            return
        pause = min(self.first_pause * 2.0**self.failures, self.longest_pause)
        self.failures += 1
        self._resume_at = self.clock() + pause * (1 + secrets.randbelow(100) / 1000)
        logger.warning("The relay %s: %s. It is tried again in %.0f seconds", self.relay.name, reason, pause)

    def worked(self) -> None:
        """It took a message."""
        self.failures = 0

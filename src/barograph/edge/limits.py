"""Limits that need to know nobody: how many wishes are taken in all."""

from __future__ import annotations

import threading

A_MINUTE = 120
"""Sign-ups a minute, from everybody together; the sender's budgets for confirmation mails are far lower."""
BURST = 600
"""Sign-ups that are taken at once after a quiet time, as when somebody well-known mentions the newsletter."""


class BusyError(Exception):
    """More was asked for than is taken for now; later it may be taken."""


class TokenBucket:
    """Lets ``burst`` through at once and ``a_minute`` after that; kept in memory only, for several threads."""

    def __init__(self, a_minute: float = A_MINUTE, burst: int = BURST) -> None:
        self.a_second, self.burst = a_minute / 60, burst
        self._left = float(burst)
        self._at: float | None = None
        self._lock = threading.Lock()

    def take(self, now: float) -> None:
        """Let one more pass, at this time in seconds on any clock; one that is set back gives nothing.

        Raises BusyError when there were too many.
        """
        with self._lock:
            passed = 0.0 if self._at is None else max(0.0, now - self._at)
            self._at = now
            self._left = min(self.burst, self._left + passed * self.a_second)
            if self._left < 1:
                raise BusyError
            self._left -= 1

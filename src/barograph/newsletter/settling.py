"""From a relay's answer to the outcome of a delivery: sent, put off until when, or failed and why."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from barograph.newsletter.deliveries import Outcome, Reserved
from barograph.newsletter.smtp import DOUBT, TAKEN, Answer

_JITTER = 100
"""Thousandths by which a wait may be longer, so that what was put off together does not come back together."""


@dataclass(frozen=True, slots=True)
class SendingReport:
    """What came of the deliveries so far, this process's only. Those ``in_doubt`` stay claimed in the ledger."""

    sent: int = 0
    deferred: int = 0
    failed: int = 0
    in_doubt: int = 0


class Settling:
    """Judges answers by the list of ``retries`` (seconds before each new try), and counts what came out."""

    def __init__(self, retries: Sequence[int], now: Callable[[], datetime]) -> None:
        self._retries, self._now = retries, now
        self._sent = self._deferred = self._failed = self._in_doubt = 0

    @property
    def report(self) -> SendingReport:
        """The counts."""
        return SendingReport(self._sent, self._deferred, self._failed, self._in_doubt)

    def outcome(self, row: Reserved, answer: Answer) -> Outcome | None:
        """What is to be written down; nothing for what is in doubt, which the ledger knows as claimed.

        A refusal after MAIL is about our address or the relay, so no reader's delivery fails by it at once; its
        reason begins with “MAIL”, so that nobody takes it for a reader's bounce.
        """
        if answer is TAKEN:
            self._sent += 1
            return Outcome(row.id, "sent")
        if answer is DOUBT:
            self._in_doubt += 1
            return None
        if answer.reply is None:
            return self.put_off(row, "connection lost")
        if answer.stage == "MAIL":
            return self.put_off(row, f"MAIL {answer.reply.reason}")
        return (self.put_off if answer.reply.kind == 4 else self.failed)(row, answer.reply.reason)

    def put_off(self, row: Reserved, reason: str) -> Outcome:
        """Try it again later, or give it up when it was tried often enough."""
        if row.tries >= len(self._retries):
            return self.failed(row, reason)
        self._deferred += 1
        seconds = self._retries[row.tries] * (1 + secrets.randbelow(_JITTER + 1) / 1000)
        return Outcome(row.id, "deferred", reason, self._now() + timedelta(seconds=seconds))

    def failed(self, row: Reserved, reason: str) -> Outcome:
        """Nothing more is tried."""
        self._failed += 1
        return Outcome(row.id, "failed", reason)

    def seconds_until(self, moment: datetime) -> float:
        """How long it is until then; negative when it was."""
        return (moment - self._now()).total_seconds()

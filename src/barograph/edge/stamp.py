"""The stamp of a form: when it was shown, signed with a key that is in this process's memory only.

A program that fills in forms sends them within a second, or sends one it fetched long ago. A stamp of eight bytes of
time (nanoseconds), one byte for its kind and sixteen of HMAC-SHA256 tells; it says nothing of who got the form.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

SHORTEST = timedelta(seconds=3)
"""Nobody types an address faster."""
LONGEST = timedelta(hours=2)
"""A form that was open longer comes back once, with all that was filled in."""
_LENGTH = 8 + 1 + 16


class Stamps:
    """Makes and checks stamps."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def make(self, now: datetime, *, at_once: bool = False) -> str:
        """A stamp for a form shown now; ``at_once`` for one that came back and may be sent as soon as it is there."""
        content = round(now.timestamp() * 1e9).to_bytes(8, "big") + bytes([at_once])
        return base64.urlsafe_b64encode(content + self._signature(content)).decode().rstrip("=")

    def holds(self, stamp: str, now: datetime) -> bool:
        """Whether a form with this stamp was shown by this process, not too recently and not too long ago."""
        try:
            raw = base64.b64decode(stamp.encode("ascii") + b"==", altchars=b"-_", validate=True)
        except ValueError:
            return False
        content, signature = raw[:9], raw[9:]
        if len(raw) != _LENGTH or not hmac.compare_digest(signature, self._signature(content)):
            return False
        age = timedelta(seconds=now.timestamp() - int.from_bytes(content[:8], "big") / 1e9)
        shortest = timedelta(0) if content[8] else SHORTEST
        return shortest <= age <= LONGEST

    def _signature(self, content: bytes) -> bytes:
        return hmac.new(self._key, content, hashlib.sha256).digest()[:16]

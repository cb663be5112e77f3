"""Signed tokens in links: anyone with the public key can check one, without a table of those that exist.

A token is 84 bytes in base64url, 112 characters: purpose (1), number of the signing key (1), last day (2, days
since 2024-01-01, 0 for never), a random number (16), an Ed25519 signature of these with a context (64). It carries
nothing about anybody.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LENGTH = 112
"""Characters of every token."""
_SPELLING = re.compile(rf"[A-Za-z0-9_-]{{{LENGTH}}}")
_EPOCH = date(2024, 1, 1)
_CONTEXT = b"barograph token 1\0"


class TokenError(ValueError):
    """A token is forged, damaged, out of date, or for something else."""


class Purpose(IntEnum):
    """What a token allows."""

    CONFIRM = 1
    UNSUBSCRIBE = 2
    ERASE = 3


@dataclass(frozen=True, slots=True)
class Token:
    """What a valid token says."""

    purpose: Purpose
    number: bytes
    last_day: date | None


@dataclass(frozen=True, slots=True)
class TokenPublicKey:
    """The half that checks; anyone may have it."""

    raw: bytes

    @property
    def number(self) -> int:
        """One byte by which a token says who signed it."""
        return hashlib.sha256(self.raw).digest()[0]

    @property
    def line(self) -> str:
        """The key in one line of text."""
        return base64.b64encode(self.raw).decode()

    @classmethod
    def read(cls, line: str) -> TokenPublicKey:
        """The key that ``line`` wrote. Raises TokenError for anything else."""
        try:
            raw = base64.b64decode(line, validate=True)
        except ValueError as error:
            raise TokenError("this is not a token key") from error
        if len(raw) != 32:
            raise TokenError("this is not a token key: it has another length")
        return cls(raw)


@dataclass(frozen=True, slots=True)
class TokenKey:
    """The half that signs. Its representation says nothing of it."""

    _private: Ed25519PrivateKey

    @classmethod
    def make(cls) -> TokenKey:
        """A new one."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_bytes(cls, raw: bytes) -> TokenKey:
        """The key out of its 32 secret bytes. Raises TokenError for another length."""
        try:
            return cls(Ed25519PrivateKey.from_private_bytes(raw))
        except ValueError as error:
            raise TokenError("this is not a token key: it has another length") from error

    @property
    def secret(self) -> bytes:
        """Its 32 secret bytes, for a file that is encrypted itself."""
        return self._private.private_bytes_raw()

    @property
    def public(self) -> TokenPublicKey:
        """The half that checks."""
        return TokenPublicKey(self._private.public_key().public_bytes_raw())

    def sign(self, purpose: Purpose, number: bytes, last_day: date | None = None) -> str:
        """A token for a 16-byte number, valid up to and with ``last_day``, or for ever."""
        days = (last_day - _EPOCH).days if last_day else 0
        content = bytes([purpose, self.public.number]) + days.to_bytes(2, "big") + number
        return base64.urlsafe_b64encode(content + self._private.sign(_CONTEXT + content)).decode()

    def __repr__(self) -> str:
        """No more than the key's number."""
        return f"TokenKey(number {self.public.number})"


def read_token(text: str, keys: Iterable[TokenPublicKey], *, today: date) -> Token:
    """What a token says. Raises TokenError unless one of the keys signed it and its last day has not passed."""
    # One token has one spelling: Python's decoder would take “+” and “/” as well.
    if not _SPELLING.fullmatch(text):
        raise TokenError("this is no token")
    raw = base64.urlsafe_b64decode(text)
    content, signature = raw[:20], raw[20:]
    if not any(_signed(key, content, signature) for key in keys if key.number == content[1]):
        raise TokenError("nobody we know signed this token")
    days = int.from_bytes(content[2:4], "big")
    last_day = _EPOCH + timedelta(days=days) if days else None
    if last_day is not None and today > last_day:
        raise TokenError("this token is out of date")
    if content[0] not in list(Purpose):
        raise TokenError("this token is for something that only a newer version knows")
    return Token(Purpose(content[0]), content[4:], last_day)


def _signed(key: TokenPublicKey, content: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, _CONTEXT + content)
    except InvalidSignature:
        return False
    return True

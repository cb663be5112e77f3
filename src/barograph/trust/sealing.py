"""Sealing bytes to a public key: whoever seals cannot open, and whoever copies the sealer learns nothing.

HPKE of RFC 9180 in its base mode: X25519, HKDF-SHA256, ChaCha20-Poly1305. A sealed message is
``version (1) · suite (1) · key id (8) · encapsulated key and ciphertext``; the key id is the start of the
public key's SHA-256. ``context`` binds a message to its purpose and place: opened elsewhere, it fails.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

VERSION = 1
X25519_CHACHA = 1
"""The suite in use; a successor gets the next number, and both can be read while keys change."""
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_HEAD = 10


class SealError(ValueError):
    """A message cannot be opened: it is damaged, for another key, or of another place."""


@dataclass(frozen=True, slots=True)
class SealingPublicKey:
    """The half that seals; anyone may have it."""

    raw: bytes

    @property
    def number(self) -> bytes:
        """Eight bytes by which a message says for whom it is."""
        return hashlib.sha256(self.raw).digest()[:8]

    @property
    def line(self) -> str:
        """The key in one line of text."""
        return base64.b64encode(self.raw).decode()

    @classmethod
    def read(cls, line: str) -> SealingPublicKey:
        """The key that ``line`` wrote. Raises SealError for anything else."""
        try:
            raw = base64.b64decode(line, validate=True)
        except ValueError as error:
            raise SealError("this is not a sealing key") from error
        if len(raw) != 32:
            raise SealError("this is not a sealing key: it has another length")
        return cls(raw)

    def seal(self, content: bytes, context: bytes) -> bytes:
        """Content that only the holder of the private half can read, and only with the same context."""
        sealed = _SUITE.encrypt(content, X25519PublicKey.from_public_bytes(self.raw), info=context)
        return bytes([VERSION, X25519_CHACHA]) + self.number + sealed


@dataclass(frozen=True, slots=True)
class SealingKey:
    """The half that opens. Its representation says nothing of it."""

    _private: X25519PrivateKey

    @classmethod
    def make(cls) -> SealingKey:
        """A new one."""
        return cls(X25519PrivateKey.generate())

    @classmethod
    def from_bytes(cls, raw: bytes) -> SealingKey:
        """The key out of its 32 secret bytes. Raises SealError for another length."""
        try:
            return cls(X25519PrivateKey.from_private_bytes(raw))
        except ValueError as error:
            raise SealError("this is not a sealing key: it has another length") from error

    @property
    def secret(self) -> bytes:
        """Its 32 secret bytes, for a file that is encrypted itself."""
        return self._private.private_bytes_raw()

    @property
    def public(self) -> SealingPublicKey:
        """The half that seals."""
        return SealingPublicKey(self._private.public_key().public_bytes_raw())

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """What was sealed. Raises SealError when it is damaged, for another key, or was sealed in another context."""
        if len(sealed) <= _HEAD or sealed[0] != VERSION or sealed[1] != X25519_CHACHA:
            raise SealError("this was not sealed by Barograph, or by a newer version of it")
        if sealed[2:_HEAD] != self.public.number:
            raise SealError("this was sealed to another key")
        try:
            return _SUITE.decrypt(sealed[_HEAD:], self._private, info=context)
        except (InvalidTag, ValueError) as error:
            raise SealError("this cannot be opened: it was changed, or belongs elsewhere") from error

    def __repr__(self) -> str:
        """No more than the key's number."""
        return f"SealingKey(number {self.public.number.hex()})"


def key_number(sealed: bytes) -> bytes:
    """For which key a message was sealed: its number; empty when it is no sealed message."""
    return sealed[2:_HEAD] if len(sealed) > _HEAD and sealed[0] == VERSION else b""

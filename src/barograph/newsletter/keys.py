"""The sender's keys while it works: opened out of one encrypted file, kept in memory only.

``newsletter.key_file`` reads and writes that file; ``newsletter.rotation`` replaces the keys.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from barograph.base.drops import CONTEXT
from barograph.trust.sealing import SealError, SealingKey, key_number
from barograph.trust.sender_keys import SenderPublicKeys
from barograph.trust.tokens import TokenKey, TokenPublicKey


@dataclass(frozen=True)
class RowKeys:
    """The secrets of one generation of rows: one seals them, one makes the index by which a reader is found."""

    generation: int
    rows: bytes
    indexing: bytes

    @classmethod
    def make(cls, generation: int) -> RowKeys:
        """Fresh ones."""
        return cls(generation, secrets.token_bytes(32), secrets.token_bytes(32))

    @cached_property
    def cipher(self) -> ChaCha20Poly1305:
        """What seals rows."""
        return ChaCha20Poly1305(self.rows)

    def index(self, text: str) -> bytes:
        """The index of an address (or a mail domain): the same for the same text, and nothing without the key."""
        return hmac.digest(self.indexing, text.encode(), "sha256")

    def __repr__(self) -> str:
        """No more than the generation."""
        return f"RowKeys(generation {self.generation})"


@dataclass(frozen=True)
class SenderKeys:
    """Everything secret that the sender has."""

    sealing: tuple[SealingKey, ...]
    """What opens drops: the newest first; an older one while the edge may still seal to it."""
    tokens: TokenKey
    known_tokens: tuple[TokenPublicKey, ...]
    """Whose links are still taken: links in old mails go on working after a rotation."""
    row_keys: RowKeys
    messages: bytes
    """Derives delivery ids and Message-IDs, the same on every try and telling nobody an address."""
    old_row_keys: RowKeys | None = None
    """While a rotation is under way: the generation that rows are moved away from."""
    demo: bool = False
    """Marked as a demo's own: its passphrase lies beside it."""
    older_until: date | None = None
    """The last day of the older sealing keys: after it they are destroyed."""

    @classmethod
    def make(cls, *, demo: bool = False) -> SenderKeys:
        """Fresh keys."""
        tokens = TokenKey.make()
        return cls((SealingKey.make(),), tokens, (tokens.public,), RowKeys.make(1), secrets.token_bytes(32), demo=demo)

    @property
    def public(self) -> SenderPublicKeys:
        """What the edge and the newsroom get."""
        return SenderPublicKeys(self.sealing[0].public, self.known_tokens, self.demo)

    def open_drop(self, sealed: bytes, context: bytes = CONTEXT) -> bytes:
        """What was sealed to any of the sealing keys. Raises SealError when none of them opens it."""
        number = key_number(sealed)
        for key in self.sealing:
            if key.public.number == number:
                return key.open(sealed, context)
        raise SealError("this was sealed to another key")

    def rows_of(self, generation: int) -> RowKeys:
        """The secrets of a row's generation. Raises KeyError for one whose key was destroyed."""
        for keys in (self.row_keys, self.old_row_keys):
            if keys is not None and keys.generation == generation:
                return keys
        raise KeyError(generation)

    def derive(self, purpose: bytes, *parts: bytes) -> bytes:
        """32 bytes that are the same for the same parts, and that nobody else can work out."""
        return hmac.digest(self.messages, b"\0".join([purpose, *parts]), hashlib.sha256)

    def __repr__(self) -> str:
        """Nothing secret."""
        return f"SenderKeys(generation {self.row_keys.generation})"

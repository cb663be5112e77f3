"""A reader as a sealed row holds it: address, choices, consent, and the link that ends it all.

A row is ``nonce (12) · ciphertext`` of ChaCha20-Poly1305, bound to the row's id: a row copied to another place cannot
be opened. Inside are three lines, padded: the address, the link's token, and choices and consent as JSON, which is
the same for many readers and so is read once for all of them. The key is the sender's and absent while it is idle.
Drops arrive sealed to a public key; rows are sealed with a symmetric one, because the sender alone writes and reads
them, and opens a million in seconds.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag

from barograph.base.drops import CONSENT_VERSION, Choices
from barograph.newsletter.keys import RowKeys
from barograph.trust.sealing import SealError

SIZE = 768
"""Bytes of every row before sealing, so that its length says nothing."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who gets which mail. ``day`` and ``consent`` say when, and to which words, the reader agreed.

    Its representation, which may come into a log, has neither the address nor the link.
    """

    address: str = field(repr=False)
    choices: Choices
    token: str = field(repr=False)
    """Signed once, with ``trust.tokens``: the reader's link for unsubscribing."""
    day: date | None = None
    consent: int = CONSENT_VERSION


def seal_reader(keys: RowKeys, number: UUID, reader: Reader) -> bytes:
    """The row's content. Raises ValueError for a reader that does not fit, which no checked address is."""
    choices = reader.choices
    day = reader.day.isoformat() if reader.day else ""
    agreed = [choices.language, choices.sections, choices.cadence, choices.mode, day, reader.consent]
    content = "\n".join([reader.address, reader.token, json.dumps(agreed), ""]).encode()
    if len(content) > SIZE:
        raise ValueError("the reader's choices are too long to be kept")
    if content.count(b"\n") != 3:
        raise ValueError("an address or a token has no line ends")
    nonce = secrets.token_bytes(12)
    return nonce + keys.cipher.encrypt(nonce, content.ljust(SIZE), number.bytes)


def open_reader(keys: RowKeys, number: UUID, sealed: bytes) -> Reader:
    """The reader of a row. Raises SealError when the row was changed, moved, or sealed with another key."""
    sealed = bytes(sealed)
    try:
        content = keys.cipher.decrypt(sealed[:12], sealed[12:], number.bytes)
    except (InvalidTag, ValueError) as error:
        raise SealError("a subscriber's row cannot be opened: it was changed, or sealed with another key") from error
    address, token, agreed, _padding = content.split(b"\n", 3)
    return Reader(address.decode(), _choices(agreed), token.decode("ascii"), *_consent(agreed))


@lru_cache(1024)
def _choices(agreed: bytes) -> Choices:
    language, sections, cadence, mode, _day, _version = json.loads(agreed)
    return Choices(language, tuple(sections), cadence, mode)


@lru_cache(1024)
def _consent(agreed: bytes) -> tuple[date | None, int]:
    *_choices, day, version = json.loads(agreed)
    return date.fromisoformat(day) if day else None, version

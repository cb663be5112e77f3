"""A message that is the same for many readers: encoded once, and completed for each of them with a few bytes."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from barograph.newsletter.dkim import DkimKey, Signing
from barograph.newsletter.headers import plain
from barograph.newsletter.splicing import Encoded, Slot, encode, encode_around

LINK = "\ue000"
"""Stands where a reader's token goes: a character for private use, which has to be taken out of all other text."""


@dataclass(frozen=True, slots=True)
class Page:
    """A text of a message, in which ``LINK`` stands once or not at all. One with a file name is attached."""

    kind: str
    text: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A message without what is a reader's own: ``shared`` are its pieces around the slots, ready to be sent."""

    personal: bytes
    """The headers that differ, with ``%b`` for address, number of the Message-ID, and twice the token."""
    shared: tuple[bytes, ...]
    slots: tuple[Slot, ...]
    signing: Signing | None

    def fill(self, address: bytes, number: bytes, token: bytes) -> tuple[bytes, ...]:
        """The message for one reader, as ``Outgoing.pieces`` has it. Whoever calls has checked all three."""
        personal = self.personal % (address, number, token, token)
        spliced = [slot.fill(token) for slot in self.slots]
        pieces = [personal, self.shared[0]]
        for own, shared in zip(spliced, self.shared[1:], strict=True):
            pieces += own, shared
        if self.signing is not None:
            pieces.insert(0, self.signing.signature(personal, spliced))
        return tuple(pieces)


def make_template(*, personal: bytes, headers: bytes, pages: tuple[Page, ...], key: DkimKey | None) -> Template:
    """A template of the headers that differ, the headers that do not, and the texts; signed if there is a key."""
    kind = "mixed" if any(page.file for page in pages) else "alternative"
    # The boundary depends on what all copies share. No line of an encoded text can hold “=_” (RFC 2045, 6.7).
    digest = hashlib.sha256("\0".join(page.text for page in pages).encode() + headers)
    boundary = f"=_{digest.hexdigest()[:32]}"
    headers += plain("MIME-Version", "1.0") + plain("Content-Type", f'multipart/{kind};\r\n boundary="{boundary}"')
    line = f"--{boundary}".encode("ascii")
    body, slots = [b""], []
    for page in pages:
        encoded = _encoded(page)
        body[-1] += line + b"\r\n" + _page_headers(page, encoded) + b"\r\n" + encoded.before
        if encoded.slot is not None:
            slots.append(encoded.slot)
            body.append(encoded.after)
    body[-1] += line + b"--\r\n"
    signing = Signing(key, personal=personal, headers=headers, body=body) if key else None
    shared = tuple(_dots_doubled(piece) for piece in (headers + b"\r\n" + body[0], *body[1:]))
    return Template(personal, shared, tuple(slots), signing)


def _encoded(page: Page) -> Encoded:
    before, link, after = page.text.partition(LINK)
    return encode_around(before, after) if link else encode(page.text)


def _page_headers(page: Page, encoded: Encoded) -> bytes:
    lines = plain("Content-Type", f"{page.kind}; charset=utf-8") + plain("Content-Transfer-Encoding", encoded.encoding)
    if page.file:
        lines += plain("Content-Disposition", f'attachment; filename="{page.file}"')
    return lines


def _dots_doubled(piece: bytes) -> bytes:
    # RFC 5321, 4.5.2. Every piece begins a line, and those of one reader never with a dot.
    return re.sub(rb"(?m)^\.", b"..", piece)

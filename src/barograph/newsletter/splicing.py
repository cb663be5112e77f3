"""Encoding a text once, with a place in it where each reader's token is put in afterwards, as a few bytes.

Each text is sent in whichever of quoted-printable and base64 is shorter: the first for languages in Latin letters,
as filters and people who read sources like it; the second for all others, where the first would be more than
twice as long. Both are made so that the token has lines of its own, and everything around it is the same for everybody.
"""

from __future__ import annotations

import re
from binascii import b2a_base64, b2a_qp
from dataclasses import dataclass

from barograph.trust.tokens import LENGTH

LINE = 57
"""Bytes that make a full line of base64: 76 characters (RFC 2045, 6.8)."""
_PIECE = 2 * LINE
_BREAK = b"=\r\n"
"""A line break of quoted-printable that is not in the text (RFC 2045, 6.7)."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The lines of an encoded text that hold the token.

    Base64 encodes three bytes as four characters. A token has 112 bytes and begins anywhere, so with up to two
    bytes of the text before it (``lead``) and after it (``tail``), its piece begins at a multiple of three and
    has 114 bytes: two full lines. The line before it may be short, which no decoder minds.
    """

    base64: bool
    lead: bytes = b""
    tail: bytes = b""

    def fill(self, token: bytes) -> bytes:
        """Its lines, with a reader's token."""
        if not self.base64:  # a token's characters stand for themselves, and none of them is a dot
            return token[:56] + _BREAK + token[56:] + _BREAK
        line = b2a_base64(self.lead + token + self.tail, newline=False)
        return line[:76] + b"\r\n" + line[76:] + b"\r\n"


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text ready for a MIME part: its transfer encoding, and its lines before, in and after the slot."""

    encoding: str
    before: bytes
    slot: Slot | None = None
    after: bytes = b""


def encode(text: str) -> Encoded:
    """A text without a token, in the shorter encoding."""
    raw = _lines(text)
    quoted, base64 = _quoted(raw), _base64(raw)
    if len(quoted) <= len(base64):
        return Encoded("quoted-printable", quoted)
    return Encoded("base64", base64)


def encode_around(before: str, after: str) -> Encoded:
    """A text with a token between two halves, in the shorter encoding."""
    head, foot = _lines(before, last=False), _lines(after)
    quoted = Encoded("quoted-printable", _quoted(head) + _BREAK, Slot(base64=False), _quoted(foot))
    start = len(head) - len(head) % 3
    end = _PIECE - LENGTH - (len(head) - start)
    slot = Slot(True, head[start:], foot[:end])
    base64 = Encoded("base64", _base64(head[:start]), slot, _base64(foot[end:]))
    return min(quoted, base64, key=lambda encoded: len(encoded.before) + len(encoded.after))


def _lines(text: str, *, last: bool = True) -> bytes:
    # Text has the line ends of mail also inside an encoding (RFC 2046, 4.1.1).
    text = re.sub(r"\r\n?|\n", "\n", text)
    return (text.rstrip() + "\n" if last else text).replace("\n", "\r\n").encode()


def _quoted(raw: bytes) -> bytes:
    # It takes the line ends it meets first for its own; before there is one, it would end lines with LF alone.
    return b2a_qp(raw.replace(b"\r\n", b"\n"), istext=True).replace(b"\n", b"\r\n")


def _base64(raw: bytes) -> bytes:
    lines = (b2a_base64(raw[start : start + LINE], newline=False) for start in range(0, len(raw), LINE))
    return b"".join(line + b"\r\n" for line in lines)

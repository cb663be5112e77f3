"""What a mail that came to us is about, found without taking it apart.

Anybody can send anything. So nothing here follows the nesting of a message (RFC 2046), every search looks once at a
bounded number of bytes, and what is not understood is nothing: a report (RFC 3464) is known by the fields it must
have, wherever they stand.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from itertools import islice

from barograph.newsletter.bounces import STATUS
from barograph.newsletter.envelope import delivery_of

MOST = 262_144
"""Bytes of a message that are looked at. A report stands before the message that it is about."""
_MOST_OF_A_REPORT = 16_384
_MOST_HEADERS = 500
_MOST_OF_A_SUBJECT = 4_000
_MOST_TOKENS = 20
_ADDRESSED = ("to", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "original-recipient")

_BLANK = re.compile(rb"\r?\n\r?\n")
_NAME = re.compile(r"[!-9;-~]{1,100}")
_REPORT = re.compile(rb"^content-type:\s{0,80}message/(?:global-)?delivery-status\b", re.IGNORECASE | re.MULTILINE)
_ENCODED = re.compile(rb"^content-transfer-encoding:\s{0,80}base64", re.IGNORECASE | re.MULTILINE)
_ACTION = re.compile(r"^action:[ \t]{0,80}(\w+)", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"^status:[ \t]{0,80}([245]\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)
_DIAGNOSIS = re.compile(r"^diagnostic-code:(.{0,1000})", re.IGNORECASE | re.MULTILINE | re.DOTALL)
_REPLY = re.compile(r"(?<![\d.])[45]\d\d[ -]#?([45]\.[0-7]\.\d{1,3})(?![\d.])")
_MAIL_SYSTEM = re.compile(r"\b(?:mailer-daemon|postmaster|mail-daemon)@|^\s*mailer-daemon\b", re.IGNORECASE)
# Of all tokens of ours, those that unsubscribe begin so: the first byte is 2.
_TOKEN = re.compile(r"(?=(A[g-v][A-Za-z0-9_-]{110}))")


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail that came to us: its headers by name in small letters, and as much of it as is looked at."""

    headers: dict[str, list[str]]
    content: bytes

    def first(self, name: str) -> str:
        """The first header of a name, or nothing."""
        return self.headers.get(name, [""])[0]

    @property
    def reply(self) -> bool:
        """Whether a program wrote it as an answer (RFC 3834)."""
        return not self.first("auto-submitted").lower().startswith(("no", "auto-generated")) and (
            "auto-submitted" in self.headers or "x-autoreply" in self.headers
        )


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a delivery: ``failed``, ``delayed`` or something better, and the status (RFC 3463), if it says."""

    action: str
    status: str


def read_arrived(raw: bytes) -> Arrived:
    """A mail as it came. Anything is taken for one."""
    content = raw[:MOST]
    end = _BLANK.search(content)
    lines = re.sub(r"\r?\n[ \t]", " ", content[: end.start() if end else None].decode("utf-8", "replace")).split("\n")
    headers: dict[str, list[str]] = {}
    for line in islice(lines, _MOST_HEADERS):
        name, colon, value = line.partition(":")
        if colon and _NAME.fullmatch(name):
            headers.setdefault(name.lower(), []).append(value.strip())
    return Arrived(headers, content)


def read_report(mail: Arrived) -> Report | None:
    """What a report on a delivery says, by RFC 3464 or in a mail system's own words; ``None`` for other mail."""
    if found := _REPORT.search(mail.content):
        fields = _fields(mail.content[found.start() :][:_MOST_OF_A_REPORT])
        if actions := [action.lower() for action in _ACTION.findall(fields)]:
            return Report("failed" if "failed" in actions else actions[0], _status(fields))
    text = mail.content[:_MOST_OF_A_REPORT].decode("latin-1")
    reply = _REPLY.search(text)
    # Bounces come from nobody, and so do the answers of careful programs, not all of which say what they are
    # (RFC 3834). What a host replied is in a bounce only.
    from_nobody = mail.first("return-path") == "<>" and not mail.reply
    if not found and not _from_a_mail_system(mail) and not (from_nobody and reply):
        return None
    status = reply or STATUS.search(text)
    return Report("failed", status[1] if status else "")


def returned_delivery(mail: Arrived, return_address: str) -> int | None:
    """The delivery that a mail is about, by the address it came to, or that a report in it names."""
    values = (value for name in _ADDRESSED for value in mail.headers.get(name, ()))
    found = delivery_of(values, return_address)
    if found is None and _REPORT.search(mail.content):
        found = delivery_of([mail.content.decode("latin-1")], return_address)
    return found


def possible_tokens(mail: Arrived) -> Iterator[str]:
    """What may be a token to unsubscribe in the subject, whatever mail programs made of it: “Re:”, folds, encodings."""
    subject = _decoded(mail.first("subject")[:_MOST_OF_A_SUBJECT])
    texts = (subject, re.sub(r"\s", "", subject))
    found = (match[1] for text in texts for match in _TOKEN.finditer(text))
    yield from islice(dict.fromkeys(found), _MOST_TOKENS)


def _fields(part: bytes) -> str:
    """The fields of a report's part, which should not be encoded and sometimes is."""
    head, *body = _BLANK.split(part, maxsplit=1)
    content = body[0] if body else b""
    content = re.split(rb"(?m)^--", content, maxsplit=1)[0]
    if _ENCODED.search(head):
        try:
            content = b64decode(content)
        except ValueError:
            return ""
    return content.decode("latin-1")


def _status(fields: str) -> str:
    """The status; where it says nothing but “failed”, what the other host said may say more."""
    stated = _STATUS.search(fields)
    if stated and not stated[1].endswith(".0.0"):
        return stated[1]
    diagnosis = _DIAGNOSIS.search(fields)
    said = STATUS.search(diagnosis[1]) if diagnosis else None
    if said and not said[1].startswith("2"):
        return said[1]
    return stated[1] if stated else ""


def _from_a_mail_system(mail: Arrived) -> bool:
    return "x-failed-recipients" in mail.headers or _MAIL_SYSTEM.search(mail.first("from")[:1000]) is not None


def _decoded(subject: str) -> str:
    try:
        parts = decode_header(subject)
    except (HeaderParseError, ValueError):
        return subject
    return "".join(part if isinstance(part, str) else part.decode("ascii", "ignore") for part, _charset in parts)

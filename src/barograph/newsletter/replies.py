"""What a relay answers: lines of RFC 5321, section 4.2, with the enhanced status codes of RFC 3463.

A relay is somebody else's program. What it says is bounded in length and taken for nothing but a number.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

LONGEST_LINE = 2000
"""Bytes; RFC 5321 allows 512, and some relays explain themselves at greater length."""
MOST_LINES = 100
_STATUS = re.compile(rb"([245]\.\d{1,3}\.\d{1,3})(?: |$)")


class ReplyError(ValueError):
    """What came is no SMTP; the message never repeats it."""


class Reply(NamedTuple):
    """A relay's answer to one command. ``lines`` are without code and line ends."""

    code: int
    lines: tuple[bytes, ...]

    @property
    def kind(self) -> int:
        """2 is yes, 3 is “go on”, 4 is “not now”, 5 is no."""
        return self.code // 100

    @property
    def reason(self) -> str:
        """Code and enhanced status, such as “550 5.1.1”; a relay's own words may hold an address."""
        status = _STATUS.match(self.lines[0])
        return f"{self.code} {status[1].decode()}" if status and status[1][:1] == b"%d" % self.kind else f"{self.code}"


class ReplyReader:
    """Makes replies out of bytes as they come, in any portions."""

    def __init__(self) -> None:
        self._rest = b""
        self._lines: tuple[bytes, ...] = ()
        self._code = b""

    @property
    def clean(self) -> bool:
        """Whether nothing is there of a reply that has not come to its end."""
        return not self._rest and not self._lines

    def feed(self, data: bytes) -> list[Reply]:
        """The replies that are complete now. Raises ReplyError; nothing can be read after that."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            raise ReplyError("the relay sent a line without an end")
        replies = []
        for line in lines:
            reply: Reply | None
            if self._lines or line[3:4] == b"-":
                reply = self._continue(line)
            else:
                reply = _one_line(line)
            if reply is not None:
                replies.append(reply)
        return replies

    def _continue(self, line: bytes) -> Reply | None:
        """One line of several: the same code in all, “-” after it in all but the last."""
        number = _number(line)
        if self._lines and line[:3] != self._code:
            raise ReplyError("the relay changed its mind in the middle of a reply")
        if len(self._lines) >= MOST_LINES:
            raise ReplyError("the relay sent a reply without an end")
        self._code = line[:3]
        self._lines += (line[4:].rstrip(b"\r"),)
        if line[3:4] == b"-":
            return None
        reply, self._lines = Reply(number, self._lines), ()
        return reply


@lru_cache(64)
def _one_line(line: bytes) -> Reply:
    """A reply of one line; relays say the same few things all day."""
    return Reply(_number(line), (line[4:].rstrip(b"\r"),))


def _number(line: bytes) -> int:
    """The code at the beginning of a line."""
    code = line[:3]
    if len(line) > LONGEST_LINE or not code.isdigit() or line[3:4] not in {b" ", b"-", b"\r", b""}:
        raise ReplyError("the relay sent something that is not SMTP")
    number = int(code)
    if not 200 <= number <= 599:
        raise ReplyError("the relay sent a code that SMTP does not have")
    return number

"""What Postfix's log says about messages: whether it took them into its queue.

A line is ``TIME HOST postfix/PROGRAM[PID]: QUEUE-ID: TEXT``. TIME is that of RFC 3339, or that of RFC 3164 (“Jan 15
08:00:00”: no year, and the machine's time zone, which need not be that of the site and of this process). ``cleanup``
logs a message's id as soon as it has read the headers, also when the rest never comes; ``qmgr`` logs “(queue active)”
once the message is safe in the queue (Postfix's OVERVIEW and DEBUG_README). So it takes both lines to know that a
message was taken.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

_LINE = re.compile(rb"postfix[\w.-]*/(?:[\w-]+/)*(?P<program>\w+)\[\d+\]: (?P<queue>[0-9A-Za-z]{6,20}): (?P<text>.*)")
_MESSAGE_ID = re.compile(rb"(?:resent-)?message-id=<(?P<id>[^>]*)>")
_QUEUED = re.compile(rb"from=<.*\(queue active\)|removed$|to=<.* status=")
_OLD_TIME = re.compile(rb"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d")
_FIRST_BYTES = 65536
CLOCK = Path("/etc/localtime")
"""The machine's time zone (RFC 9636, tzfile(5))."""


class LogError(Exception):
    """The log cannot tell; the message, short enough for a delivery's reason, says why."""


@dataclass(frozen=True)
class LogAnswer:
    """What the log says: which messages Postfix took, and from when to when it tells anything."""

    accepted: frozenset[str]
    begins: datetime
    ends: datetime

    def covers(self, moment: datetime) -> bool:
        """Whether the log was being written then, so that its silence means something. Its times are whole seconds."""
        return self.begins <= moment and moment.replace(microsecond=0) <= self.ends


def ask_log(log: Path, message_ids: Collection[str], *, now: datetime) -> LogAnswer:
    """Which of the messages Postfix took, by its log and the one before it (``.1``).

    ``now`` tells the year, where the log does not. Raises LogError when there is no log, it cannot be read, or it
    is not one.
    """
    search = _Search({number.encode() for number in message_ids})
    begins: datetime | None = None
    ends: datetime | None = None
    for file in (log.with_name(log.name + ".1"), log):
        try:
            first, last = _bounds(file, now)
            search.read(file)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise LogError("Postfix’s log cannot be read") from error
        begins, ends = begins or first, last or ends
    if begins is None or ends is None:
        raise LogError("Postfix’s log is missing or has no times")
    return LogAnswer(frozenset(number.decode() for number in search.accepted), begins, ends)


class _Search:
    """Finds messages in logs that are read one after the other."""

    def __init__(self, wanted: set[bytes]) -> None:
        self.wanted = wanted
        self.accepted: set[bytes] = set()
        self._queues: dict[bytes, bytes] = {}

    def read(self, file: Path) -> None:
        """Read a log to its end."""
        with file.open("rb") as lines:
            for line in lines:
                if b"message-id=" in line or self._queues:
                    self._read_line(line)

    def _read_line(self, line: bytes) -> None:
        found = _LINE.search(line)
        if found is None:
            return
        queue, text = found["queue"], found["text"]
        if named := _MESSAGE_ID.match(text):
            self._queues.pop(queue, None)  # a queue id may come again, for another message
            if named["id"] in self.wanted:
                self._queues[queue] = named["id"]
        elif queue in self._queues and found["program"] != b"cleanup" and _QUEUED.match(text):
            self.accepted.add(self._queues[queue])


def _bounds(file: Path, now: datetime) -> tuple[datetime | None, datetime | None]:
    """The times of a log's first and last line; a line may be cut off, so a few are tried."""
    with file.open("rb") as opened:
        beginning = opened.read(_FIRST_BYTES)
        opened.seek(max(0, file.stat().st_size - _FIRST_BYTES))
        end = opened.read()
    first = next(_times(beginning.splitlines(), now), None)
    return first, next(_times(reversed(end.splitlines()), now), None)


def _times(lines: Collection[bytes] | Iterator[bytes], now: datetime) -> Iterator[datetime]:
    for line in lines:
        moment = _time(line, now)
        if moment is not None:
            yield moment


def _time(line: bytes, now: datetime) -> datetime | None:
    """When a line was written, if it begins with a time."""
    try:
        if not _OLD_TIME.match(line):
            moment = datetime.fromisoformat(line.split(b" ", 1)[0].decode("ascii"))
            return moment if moment.tzinfo else None
        text = line[:15].decode("ascii")
        moment = _local(now.year, text)
        if moment > now + timedelta(days=1):  # December's lines, read in January
            moment = _local(now.year - 1, text)
    except ValueError:
        return None
    return moment.astimezone(UTC)


def _local(year: int, text: str) -> datetime:
    """A time without a year on the machine's clock. Raises ValueError when there is no such day."""
    return datetime.strptime(f"{year} {text}", "%Y %b %d %H:%M:%S").replace(tzinfo=_machine_zone())


def _machine_zone() -> tzinfo:
    """The zone in which Postfix writes. This process's own does not tell: Django makes it the site's."""
    try:
        with CLOCK.open("rb") as file:
            return ZoneInfo.from_file(file)
    except (OSError, ValueError):  # a machine without it keeps universal time
        return UTC

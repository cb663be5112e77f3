"""A list of readers as another service exports it: CSV (RFC 4180), its columns and its words for where readers stand.

It is read line by line, so that a list of any length fits in memory.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from barograph.newsletter.errors import NewsletterError

LONGEST_LINE = 1024 * 1024
"""Bytes; a longer line is no list."""
MOST_LINES = 100
"""Of one row, whose fields may hold line breaks; more means a quotation mark that nobody closed."""

EMAIL = {"email", "emailaddress", "mail", "mailaddress", "emailid", "subscriber", "subscriberemail", "useremail"}
LANGUAGE = {"language", "lang", "locale", "languagecode", "preferredlanguage", "subscriberlanguage"}
STATE = {
    "state", "status", "emailstatus", "subscriberstatus", "subscriptionstatus", "globalstatus", "liststatus",
    "substatus", "memberstatus", "subscribed", "subscribedtoemails", "confirmed", "subscribertype", "type",
}  # fmt: skip
MARKS = {
    "unsubtime": "unsubscribed", "unsubscribed": "unsubscribed", "unsubscribedat": "unsubscribed",
    "unsubscribedon": "unsubscribed", "unsubscribedate": "unsubscribed", "unsubscribeddate": "unsubscribed",
    "unsubscriptiondate": "unsubscribed", "optout": "optedout", "optedout": "optedout", "optouttime": "optedout",
    "cleantime": "cleaned", "bounced": "bounced", "bouncedat": "bounced", "complained": "complained",
    "emaildisabled": "disabled", "disabled": "disabled", "blocked": "blocked", "suppressed": "suppressed",
    "deleted": "deleted", "deletedat": "deleted",
}  # fmt: skip
"""Columns that say something by holding anything but a “no”, such as the time of it."""
NO = {"", "false", "no", "0"}

TAKEN = {
    "", "active", "subscribed", "confirmed", "enabled", "delivered", "sent", "opened", "clicked", "valid", "verified",
    "regular", "ok", "true", "yes", "1", "free", "paid", "comped", "gifted", "premium",
}  # fmt: skip
LEFT_OUT = {
    "bounced", "hardbounced", "hardbounce", "softbounced", "softbounce", "unsubscribed", "optedout", "optout",
    "nonsubscribed", "cleaned", "blocklisted", "blacklisted", "blocked", "complained", "complaint", "spam",
    "spamcomplaint", "abuse", "suppressed", "disabled", "inactive", "deleted", "removed", "archived", "invalid",
    "undeliverable", "failed", "rejected", "pending", "unconfirmed", "unverified", "unactivated", "paused", "false",
    "no", "0",
}  # fmt: skip
"""Readers who cannot be reached, who do not want mail, or who never said yes."""
UNCLEAR = "?"
"""Stands for a state that is no plain word, and is not repeated."""


class ListError(NewsletterError):
    """The file is no list that can be read; the message names a line, and no address."""


LONGEST_CELL = 131_072
"""Characters; the csv module's own limit, which any other part of a program may have changed."""


@dataclass(frozen=True, slots=True)
class Row:
    """A reader in the list. ``states`` are those that it is left out for, or that nobody knows; none means taken."""

    line: int
    email: str = field(repr=False)
    language: str
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Damaged:
    """A line that is no row."""

    line: int


def read_list(file: Path) -> Iterator[Row | Damaged]:
    """The readers in a file, in its order. Raises ListError when it cannot be read, or not to its end."""
    try:
        with file.open("rb") as opened:
            lines = _Lines(opened)
            header = next(lines, "")
            delimiter, columns = _columns(header)
            lines.begin_row()
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            while True:
                line = lines.number + 1
                try:
                    cells = next(reader, None)
                except csv.Error:
                    yield Damaged(line)
                    continue
                finally:
                    lines.begin_row()
                if cells is None:
                    return
                if any(len(cell) > LONGEST_CELL for cell in cells):
                    yield Damaged(line)
                elif any(cell.strip() for cell in cells):
                    yield columns.row(line, cells)
    except OSError as error:
        raise ListError(f"{file.name} cannot be read ({error.strerror}): give a file that is there") from error


def word(text: str) -> str:
    """A state or the name of a column as it is compared: its letters and digits only."""
    return re.sub(r"[\W_]+", "", text).casefold()


def _state(text: str) -> str:
    """A state as it is compared, or “?”: in a list whose columns are shifted it may be anything, also an address."""
    return word(text) if re.fullmatch(r"[\w -]{0,20}", text) else UNCLEAR


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where in a row each thing stands."""

    email: int
    languages: tuple[int, ...]
    states: tuple[int, ...]
    marks: tuple[tuple[int, str], ...]

    def row(self, line: int, cells: Sequence[str]) -> Row | Damaged:
        """A row of the file. Cells that are missing at its end are empty."""

        def cell(number: int) -> str:
            return cells[number].strip() if number < len(cells) else ""

        states = [_state(cell(number)) for number in self.states]
        states += [state for number, state in self.marks if cell(number).lower() not in NO]
        language = next((text for number in self.languages if (text := cell(number))), "")
        return Row(line, cell(self.email), language, tuple(state for state in states if state not in TAKEN))


def _columns(header: str) -> tuple[str, _Columns]:
    """The delimiter, and the columns it leads to. Raises ListError when no column holds addresses."""
    for delimiter in (",", ";", "\t"):
        try:
            names = [word(name) for name in next(csv.reader([header], delimiter=delimiter), [])]
        except csv.Error:
            continue
        emails = [number for number, name in enumerate(names) if name in EMAIL]
        if emails:
            return delimiter, _Columns(
                names.index("email") if "email" in names else emails[0],  # “subscriber” beside it is a name
                tuple(number for number, name in enumerate(names) if name in LANGUAGE),
                tuple(number for number, name in enumerate(names) if name in STATE),
                tuple((number, MARKS[name]) for number, name in enumerate(names) if name in MARKS),
            )
    raise ListError(
        "line 1 does not say which column holds the addresses: it must name the columns, one of them “email”, "
        "separated by commas, semicolons or tabs"
    )


class _Lines:
    """The lines of a file, decoded and counted; refuses to read on where a row does not end."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.number = 0
        self._first_of_row = 1

    def begin_row(self) -> None:
        """The next line is the first of another row."""
        self._first_of_row = self.number + 1

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.file.readline(LONGEST_LINE + 1)
        if not line:
            if self.number >= self._first_of_row:
                raise self._never_closed()
            raise StopIteration
        if self.number - self._first_of_row >= MOST_LINES:
            raise self._never_closed()
        self.number += 1
        if len(line) > LONGEST_LINE:
            raise ListError(f"line {self.number} is longer than any row of a list: is this a CSV file?")
        try:
            return line.decode("utf-8-sig" if self.number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise ListError(
                f"line {self.number} is not UTF-8: save the list as “CSV UTF-8” and import it again; what stood "
                "above is taken already"
            ) from error

    def _never_closed(self) -> ListError:
        return ListError(
            f"in the row of line {self._first_of_row} a quotation mark is opened and never closed: correct it and "
            "import the list again; what stood above is taken already"
        )

"""Whether a text says the same facts in two languages: numbers, percentages, dates, links, paragraphs.

Only what can be read without understanding the text is compared, and only whether it is there: how often a
number is repeated is a matter of style. Where languages write a thing in different ways, the ways are read as
one (1,000 and 1 000; January 22–28 and 22–28 студзеня). Numbers in words are not read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from html.parser import HTMLParser
from urllib.parse import urlsplit, urlunsplit

from barograph.editions.conventions import DASHES, OF_WORDS, PERCENT_WORDS, SPACES, conventions

_AT_DIGIT = r"(?=\d)"
"""Stands before what begins with a digit: where there is none, which is nearly everywhere, nothing else is tried."""
_NUMBER = rf"(?:\d{{1,3}}(?:[{SPACES}'’]\d{{3}})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*)"
_PERCENT = rf"(?:\s?[%٪]|\s?(?:{'|'.join(PERCENT_WORDS)}))"
_PHONE = re.compile(rf"\+\d[\d()\s{DASHES}]{{6,}}\d")
_DIGIT = re.compile(r"\d")
_ANY_NUMBER = re.compile(_AT_DIGIT + _NUMBER)
_SHORT_YEAR = re.compile(rf"{_AT_DIGIT}(?<!\d)(\d\d)(\d\d)(?:/|[{DASHES}])(\d\d)(?![\d.,]|[/{DASHES}]\d)")
_ISO_DAY = re.compile(_AT_DIGIT + r"(?<!\d)(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)")
_DOTTED_DAY = re.compile(_AT_DIGIT + r"(?<!\d)(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?!\d)")
_SLASHED_DAY = re.compile(_AT_DIGIT + r"(?<!\d)(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>\d{4})(?!\d)")
_SEPARATORS = re.compile(rf"[{SPACES}'’]")
_TAKEN = " \x00 "
_KEPT = 256
"""Texts of which the facts are kept: what is in an editor's hands at one time."""


class Kind(StrEnum):
    """What two languages can disagree in."""

    NUMBERS = "numbers"
    PERCENTAGES = "percentages"
    DATES = "dates"
    LINKS = "links"
    LEADS = "leads"
    PARAGRAPHS = "paragraphs"
    HEADINGS = "headings"
    LIST_ITEMS = "list_items"
    QUOTATIONS = "quotations"
    SUMMARIES = "summaries"
    PICTURES = "pictures"


COUNTED = {
    "lead": Kind.LEADS,
    "paragraph": Kind.PARAGRAPHS,
    "heading": Kind.HEADINGS,
    "list.item": Kind.LIST_ITEMS,
    "quote.text": Kind.QUOTATIONS,
    "summary": Kind.SUMMARIES,
    "picture": Kind.PICTURES,
}
"""Kinds of part whose number is compared."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text: what it is (``paragraph``, ``heading``, ``list.item``, …) and its words, plain or HTML."""

    kind: str
    text: str
    is_markup: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text states, each fact in its own spelling by a spelling that is the same in every language.

    ``in_names`` are numbers that are part of a name, such as COVID-19.
    """

    numbers: Mapping[str, str] = field(default_factory=dict)
    in_names: Mapping[str, str] = field(default_factory=dict)
    percentages: Mapping[str, str] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[Kind, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """What only the first text and what only the second one has; for a count, how many each has."""

    kind: Kind
    first: tuple[str, ...]
    second: tuple[str, ...]


def facts(parts: Iterable[Part], language: str) -> Facts:
    """The facts of a text whose parts are in this language."""
    return _facts(tuple(parts), language)


@lru_cache(maxsize=_KEPT)
def _facts(parts: tuple[Part, ...], language: str) -> Facts:
    """Facts, those of texts that were read lately from memory: whoever publishes has just seen what they are."""
    reading = _Reading(language)
    for part in parts:
        words, links, paragraphs = _read_markup(part.text) if part.is_markup else (part.text, [], 1)
        reading.read(words)
        for link in links:
            reading.links.setdefault(_link(link, language), link)
        if part.kind in COUNTED and words.strip():
            # One block of prose may hold several paragraphs.
            reading.counts[COUNTED[part.kind]] += max(paragraphs, 1) if part.kind == "paragraph" else 1
    return Facts(
        reading.numbers, reading.in_names, reading.percentages, reading.dates, reading.links, dict(reading.counts)
    )


def differences(first: Facts, second: Facts) -> list[Difference]:
    """What two texts disagree in."""
    found = [Difference(Kind.NUMBERS, *_numbers_apart(first, second))]
    for kind in (Kind.PERCENTAGES, Kind.DATES, Kind.LINKS):
        one, other = getattr(first, kind), getattr(second, kind)
        found.append(Difference(kind, _lacking(one, other), _lacking(other, one)))
    for kind in COUNTED.values():
        counts = first.counts.get(kind, 0), second.counts.get(kind, 0)
        if counts[0] != counts[1]:
            found.append(Difference(kind, (str(counts[0]),), (str(counts[1]),)))
    return [difference for difference in found if difference.first or difference.second]


def _numbers_apart(first: Facts, second: Facts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The numbers that only one of the texts has.

    A number in a name counts only when each text has one that the other lacks: “G7” may well be written
    out in another language, but an F-16 must not become an F-35.
    """
    one_has, other_has = {**first.numbers, **first.in_names}, {**second.numbers, **second.in_names}
    in_first, in_second = _lacking(first.in_names, other_has), _lacking(second.in_names, one_has)
    if not (in_first and in_second):
        in_first = in_second = ()
    return _lacking(first.numbers, other_has) + in_first, _lacking(second.numbers, one_has) + in_second


def _lacking(these: Mapping[str, str], those: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(spelling for key, spelling in these.items() if key not in those)


class _Reading:
    """Collects the facts of one text. What was understood is taken out of the words before the next look."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.conventions = conventions(language)
        self.numbers: dict[str, str] = {}
        self.in_names: dict[str, str] = {}
        self.percentages: dict[str, str] = {}
        self.dates: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.counts: Counter[Kind] = Counter()

    def read(self, words: str) -> None:
        """Take in the numbers, percentages and dates of some words."""
        if not _DIGIT.search(words):
            return
        words = _PHONE.sub(self._take_phone, words)
        words = self._read_dates(words)
        words = _SHORT_YEAR.sub(self._take_years, words)
        words = _percentage_pattern(self.language).sub(self._take_percentage, words)
        for found in _ANY_NUMBER.finditer(words):
            before, after = words[max(0, found.start() - 2) : found.start()], words[found.end() : found.end() + 1]
            in_name = _begins_in_name(before) or after.isupper()
            self._add(self.in_names if in_name else self.numbers, found[0])

    def _add(self, facts: dict[str, str], spelling: str) -> None:
        facts.setdefault(_number(spelling, self.conventions.decimal), spelling)

    def _take_phone(self, found: re.Match[str]) -> str:
        self.numbers.setdefault("+" + re.sub(r"\D", "", found[0]), found[0])
        return _TAKEN

    def _take_years(self, found: re.Match[str]) -> str:
        """A year and the next, such as 2023/24: whichever way the second is written."""
        century, first, second = found.groups()
        if int(second) != int(first) + 1:
            return found[0]
        for year in (first, second):
            self.numbers.setdefault(century + year, century + year)
        return _TAKEN

    def _take_percentage(self, found: re.Match[str]) -> str:
        for end in ("low", "high"):
            if found[end]:
                self.percentages.setdefault(_number(found[end], self.conventions.decimal), f"{found[end]}%")
        return _TAKEN

    def _read_dates(self, words: str) -> str:
        words = _ISO_DAY.sub(self._take_day, words)
        words = _DOTTED_DAY.sub(self._take_day, words)
        words = _SLASHED_DAY.sub(self._take_slashed_day, words)
        for pattern in _date_patterns(self.language):
            words = pattern.sub(self._take_named_day, words)
        return words

    def _take_day(self, found: re.Match[str]) -> str:
        year, month, day = (int(found[name]) for name in ("year", "month", "day"))
        return self._add_days(found, [day], month, year)

    def _take_slashed_day(self, found: re.Match[str]) -> str:
        first, second = int(found["first"]), int(found["second"])
        month_first = second > 12 or (first <= 12 and self.conventions.month_first)
        month, day = (first, second) if month_first else (second, first)
        return self._add_days(found, [day], month, int(found["year"]))

    def _take_named_day(self, found: re.Match[str]) -> str:
        parts = found.groupdict()
        month = self.conventions.month_number(found["month"])
        days = [int(parts[name]) for name in ("day", "last_day") if parts.get(name)]
        return self._add_days(found, days, month, int(parts["year"]) if parts.get("year") else None)

    def _add_days(self, found: re.Match[str], days: list[int], month: int, year: int | None) -> str:
        """Note days of one month. The year is a number of its own, since one language may state it elsewhere."""
        if not 1 <= month <= 12 or any(not 1 <= day <= 31 for day in days):
            return found[0]
        for day in days:
            self.dates.setdefault(f"{month:02}-{day:02}", found[0].strip())
        if not days:
            self.dates.setdefault(f"{year}-{month:02}", found[0].strip())
        if year is not None:
            self.numbers.setdefault(str(year), str(year))
        return _TAKEN


@cache
def _percentage_pattern(language: str) -> re.Pattern[str]:
    """A percentage, or two that are the ends of a range."""
    low = rf"(?:(?P<low>{_NUMBER}){conventions(language).joined})?"
    return re.compile(rf"{_AT_DIGIT}(?<![\d.,]){low}(?P<high>{_NUMBER}){_PERCENT}", re.IGNORECASE)


@cache
def _date_patterns(language: str) -> tuple[re.Pattern[str], ...]:
    """Ways to write a date with the month in words, the fullest first."""
    known = conventions(language)
    ending = r"(?:-?[^\W\d_]{1,3}\b|\.)?" if known.day_has_dot else r"(?:-?[^\W\d_]{1,3}\b)?"
    day, last = rf"{_AT_DIGIT}(?<![\d.,])(?P<day>\d{{1,2}}){ending}", rf"(?P<last_day>\d{{1,2}})(?!\d){ending}"
    month, year = rf"(?<!\w)(?P<month>{known.month})", r"(?P<year>[12]\d{3})(?!\d)"
    of = rf"\s(?:(?:{'|'.join(OF_WORDS)})\s)?"
    patterns = [rf"{day}(?:{known.joined}{last})?{of}{month}(?:,?\s(?:{'|'.join(OF_WORDS)}\s)?{year})?"]
    if known.month_first:
        patterns.append(rf"{month}\s{day}(?!\d|[.,]\d)(?:{known.joined}{last}(?!\d))?(?:,?\s{year})?")
    patterns.append(rf"{month},?\s(?:{'|'.join(OF_WORDS)}\s)?{year}")
    return tuple(re.compile(pattern) for pattern in patterns)


def _begins_in_name(before: str) -> bool:
    """Whether a number that follows these words belongs to a name: “G”, “COVID-”."""
    before = before[:-1] if before and before[-1] in DASHES else before
    return before[-1:].isalpha()


def _number(spelling: str, decimal: str) -> str:
    """A number the way it is the same in every language, grouped and with decimals by one language's rules."""
    bare = _SEPARATORS.sub("", spelling)
    marks = [mark for mark in bare if mark in ".,"]
    if len(set(marks)) == 2:
        last = marks[-1]
        bare = bare.replace("," if last == "." else ".", "").replace(last, ".")
    elif len(marks) > 1:
        groups = re.split("[.,]", bare)
        bare = "".join(groups) if all(len(group) == 3 for group in groups[1:]) else ".".join(groups)
    elif marks:
        whole, _mark, rest = bare.partition(marks[0])
        is_grouped = marks[0] != decimal and len(rest) == 3 and 1 <= len(whole) <= 3 and whole != "0"
        bare = whole + rest if is_grouped else f"{whole}.{rest}"
    if bare.count(".") > 1:
        return bare
    return f"{Decimal(bare).normalize():f}"


def _link(address: str, language: str) -> str:
    """An address in which the code of the text's own language counts as the same as any other's."""
    parts = urlsplit(address.strip())
    host = ".".join("*" if label == language else label for label in (parts.netloc or "").lower().split("."))
    path = "/".join("*" if step == language else step for step in parts.path.rstrip("/").split("/"))
    return urlunsplit((parts.scheme.lower(), host, path, parts.query, parts.fragment))


def _read_markup(html: str) -> tuple[str, list[str], int]:
    """The words of some HTML, its links, and how many paragraphs with words it has."""
    reader = _MarkupReader()
    reader.feed(html)
    reader.close()
    text = "".join(reader.words)
    return text, reader.links, sum(1 for line in text.split("\n") if line.strip())


class _MarkupReader(HTMLParser):
    """Keeps words and links; a paragraph's end and a line break become the end of a line and a space."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where a link leads."""
        if tag == "a" and (address := dict(attrs).get("href")):
            self.links.append(address)
        elif tag == "br":
            self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """End a line where a paragraph ends."""
        if tag in {"p", "li"}:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep words; a line break in the source is a space."""
        self.words.append(data.replace("\n", " "))

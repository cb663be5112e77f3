"""Lines that state a reporting period, a week without a year, or a day, in several languages and orders.

A line is cut into tokens (day, month, year, dash …); the sequence of their kinds is its shape, and
only known shapes are dates. One unknown word, and the line is not about dates at all.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from barograph.archive.text import tidy
from barograph.archive.vocabulary import Vocabulary

Kind = Literal["period", "week", "stamp"]
Span = tuple[date, date]
Token = tuple[str, int]

_TOKEN = re.compile(
    r"(?P<iso>\d{4}-\d{1,2}-\d{1,2})(?P<isotime>T\d{2}:\d{2}\S*)?"
    r"|(?P<time>\d{1,2}:\d{2}(?::\d{2})?(?:\s*[ap]\.?m\.?(?!\w))?)"
    r"|(?P<slash>\d{1,2}/\d{1,2}/\d{4})"
    r"|(?P<dotted>\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2})(?!\d)|\d{1,2}\.\d{1,2}(?!\d))"
    r"|(?P<number>\d+)(?:st|nd|rd|th|-?(?:га|го|е|ае|ого|й)(?!\w))?"
    r"|(?P<word>[^\W\d_]+(?:[’'][^\W\d_]+)?)"
    r"|(?P<dash>\.\.+|…|[-‐‑‒–—―−~]+)"
    r"|(?P<other>\S)"
)
_SILENT_SIGNS = set(".,|·•()[]/:;")
_LONGEST = 60

# A shape says what stands where: d day, m month, y year, - a dash.
_PERIODS = {
    "md-mdy", "md-dy", "mdy-mdy", "mdy-md", "dm-dmy", "d-dmy", "dmy-dmy", "dmy-dm",
    "ymd-md", "ymd-d", "ymd-ymd", "ydm-dm", "yd-dm", "m-my", "my-my", "s-s",
}  # fmt: skip
_WEEKS = {"md-md", "md-d", "dm-dm", "d-dm", "m-m"}
_STAMPS = {"mdy", "dmy", "ymd", "s", "my", "ym", "md", "dm"}


@dataclass(frozen=True, slots=True)
class DateLine:
    """A line that is about dates alone.

    A ``period`` has ``start`` and ``end``, or else a ``problem`` in words and the ``candidates`` it
    could be. A ``week`` has no year, a ``stamp`` is one day or moment: neither is a reporting period.
    """

    kind: Kind
    printed: str
    start: date | None = None
    end: date | None = None
    candidates: tuple[Span, ...] = ()
    problem: str = ""
    doubt: str = ""


def read_date_line(line: str, words: Vocabulary) -> DateLine | None:
    """What a line says about dates, or ``None`` when it is about anything else."""
    printed = tidy(line)
    if len(printed) > _LONGEST or not _may_be_dates(printed, words):
        return None
    tokens = _tokens(printed, words)
    if tokens is None:
        return None
    if [kind for kind, _ in tokens] == list("ymdymd"):
        tokens.insert(3, ("-", 0))  # ISO 8601 writes an interval with a slash
    shape = "".join(kind for kind, _ in tokens)
    if "t" in shape or "p" in shape:
        bare = shape.replace("t", "").replace("p", "").strip("-")
        return DateLine("stamp", printed) if bare in _STAMPS | _PERIODS else None
    if shape in _PERIODS:
        return _period(printed, shape, tokens, words.first_weekday)
    if shape in _WEEKS:
        return DateLine("week", printed)
    return DateLine("stamp", printed) if shape in _STAMPS else None


def leading_period(line: str, words: Vocabulary) -> tuple[DateLine, str] | None:
    """A period that opens a line, and the few words after it: extraction glues a section to its period."""
    printed = tidy(line)
    for found in re.finditer(r"\d{4}(?:\s*(?:г\.?|года|год))?", printed[:_LONGEST]):
        dates = read_date_line(printed[: found.end()], words)
        rest = printed[found.end() :]
        if dates and dates.kind == "period" and re.match(r"\s*[|·•,/–—-]?\s+[^\W\d]|\s*[|·•]", rest):
            return dates, rest.strip(" |·•,/–—-")
    return None


def _may_be_dates(line: str, words: Vocabulary) -> bool:
    """A quick look that spares most lines of prose the full reading."""
    first = re.match(r"\W*(\w+)", line)
    if first is None:
        return False
    word = first[1].casefold()
    return (
        word[0].isdigit()
        or word in words.months
        or word in words.silent
        or word in words.published
        or any(f"{word} " in f"{label} " for label in words.published)
    )


def _tokens(line: str, words: Vocabulary) -> list[Token] | None:
    tokens: list[Token] = []
    for found in _TOKEN.finditer(line):
        kind, value = found.lastgroup or "other", found[0]
        if kind == "isotime" or (kind == "iso" and found["isotime"]):
            tokens += [*_numbers("ymd", found["iso"]), ("t", 0)]
        elif kind == "iso":
            tokens += _numbers("ymd", value)
        elif kind == "dotted":
            tokens += _numbers("dmy", value)
        elif kind == "slash":
            first, second, year = (int(part) for part in value.split("/"))
            tokens.append(("s", first * 1_000_000 + second * 10_000 + year))
        elif kind == "time":
            tokens.append(("t", 0))
        elif kind == "dash":
            tokens.append(("-", 0))
        else:
            token = _word_token(kind, found, words, expects_end=bool(tokens))
            if token is None:
                return None
            tokens += token
    return tokens


def _numbers(kinds: str, value: str) -> list[Token]:
    parts = [int(part) for part in re.split(r"[.-]", value)]
    if kinds == "dmy" and len(parts) == 3 and parts[2] < 100:
        parts[2] += 2000
    return list(zip(kinds, parts, strict=False))


def _word_token(kind: str, found: re.Match[str], words: Vocabulary, *, expects_end: bool) -> list[Token] | None:
    """A number, a month, a word for the dash, or a word that says nothing; ``None`` for any other."""
    if kind == "number":
        digits = found["number"]
        if len(digits) > 4 or len(digits) == 3:
            return None
        return [("y" if len(digits) == 4 else "d", int(digits))]
    word = found[0].casefold()
    if kind == "word" and word in words.months:
        return [("m", words.months[word])]
    if kind == "word" and expects_end and word in words.until:
        return [("-", 0)]
    if kind == "word" and word in words.published:
        return [("p", 0)]
    silent = word in words.silent if kind == "word" else word in _SILENT_SIGNS
    return [] if silent else None


def _period(printed: str, shape: str, tokens: list[Token], first_weekday: int) -> DateLine:
    if shape == "s-s":
        spans = _slashed(tokens[0][1], tokens[2][1])
        return _decide(printed, spans, first_weekday, surely=len(spans) == 1)
    first, _ = shape.split("-")
    start = dict(tokens[: len(first)])
    end = dict(tokens[len(first) + 1 :])
    if shape in {"m-my", "my-my"}:
        start["d"] = 1
    start.setdefault("m", end.get("m", 0))
    end.setdefault("m", start["m"])
    years = [year for year in (start.get("y"), end.get("y")) if year is not None]
    if "d" not in end:
        end["d"] = calendar.monthrange(years[-1], end["m"])[1] if 1 <= end["m"] <= 12 else 31
    backwards = (start["m"], start["d"]) > (end["m"], end["d"])
    if len(years) == 2:
        pairs = [(years[0], years[1])]
    elif not backwards:
        pairs = [(years[0], years[0])]
    elif "y" in start:
        # A year beside the first day is that day's; the last day can only be in the next.
        pairs = [(years[0], years[0] + 1)]
    else:
        pairs = [(years[0] - 1, years[0]), (years[0], years[0] + 1)]
    spans = [span for pair in pairs if (span := _span(start, end, *pair))]
    return _decide(printed, spans, first_weekday, surely=len(pairs) == 1)


def _decide(printed: str, spans: list[Span], first_weekday: int, *, surely: bool) -> DateLine:
    """The one span that is meant; whole weeks decide between two, and nothing else does."""
    spans = [span for span in spans if span[0] <= span[1]]
    if not spans:
        return DateLine("period", printed, problem=f"“{printed}” is not a possible pair of dates.")
    weeks = [span for span in spans if _is_whole_weeks(span, first_weekday)]
    chosen = spans if surely else weeks
    if len(chosen) == 1:
        return DateLine("period", printed, *chosen[0], doubt=_doubt(printed, chosen[0], first_weekday))
    named = " or ".join(f"{start} to {end}" for start, end in spans)
    how = "both are" if weeks else ("neither is" if len(spans) > 1 else "and that is not")
    problem = f"“{printed}” can be read as {named}; {how} a whole week, so the weekdays do not tell."
    return DateLine("period", printed, candidates=tuple(spans), problem=problem)


def _doubt(printed: str, span: Span, first_weekday: int) -> str:
    """A sentence for a week of seven days whose weekdays are wrong in the printed year and right in one beside it."""
    start, end = span
    if (end - start).days != 6 or _is_whole_weeks(span, first_weekday):
        return ""
    for year in (start.year - 1, start.year + 1):
        other = _shifted(span, year - start.year)
        if other and _is_whole_weeks(other, first_weekday):
            return f"“{printed}” is not a whole week in the printed year; {other[0]} to {other[1]} would be."
    return ""


def _shifted(span: Span, years: int) -> Span | None:
    try:
        return span[0].replace(year=span[0].year + years), span[1].replace(year=span[1].year + years)
    except ValueError:
        return None


def _is_whole_weeks(span: Span, first_weekday: int) -> bool:
    return span[0].weekday() == first_weekday and ((span[1] - span[0]).days + 1) % 7 == 0


def _span(start: dict[str, int], end: dict[str, int], first_year: int, last_year: int) -> Span | None:
    try:
        return date(first_year, start["m"], start["d"]), date(last_year, end["m"], end["d"])
    except ValueError:
        return None


def _slashed(first: int, last: int) -> list[Span]:
    """Day before month and month before day, whichever are dates."""
    spans = []
    for order in ("dm", "md"):
        ends = []
        for number in (first, last):
            one, two, year = number // 1_000_000, number // 10_000 % 100, number % 10_000
            day, month = (one, two) if order == "dm" else (two, one)
            try:
                ends.append(date(year, month, day))
            except ValueError:
                break
        if len(ends) == 2 and (ends[0], ends[1]) not in spans:
            spans.append((ends[0], ends[1]))
    return spans

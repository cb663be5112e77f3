"""The head of a page: period, section, headline, verdict, in whatever order they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from barograph.archive.furniture import top_box
from barograph.archive.languages import is_placeholder
from barograph.archive.lines import Line
from barograph.archive.periods import DateLine, leading_period, read_date_line
from barograph.archive.text import key, word_count
from barograph.archive.values import PageWarning, Verdict
from barograph.archive.vocabulary import Vocabulary

Role = Literal["text", "chrome", "period", "week", "stamp", "verdict", "status", "section", "author", "note", "doubt"]

_HEAD_TEXTS = 4
"""The headline is one of so many first lines of text, or the page has none."""
_BYLINE = re.compile(r"[Bb]y(?: [A-Z][\w.’-]*){2,4}$")
_SENTENCE_ENDS = re.compile(r"[.!?…][»”\")]?(?=\s|$)")


@dataclass(slots=True)
class Head:
    """What the head says, the lines below it, and the lines it was read from."""

    headline: str = ""
    section: str | None = None
    verdict: Verdict | None = None
    period: DateLine | None = None
    authors: list[str] = field(default_factory=list)
    rest: list[Line] = field(default_factory=list)
    last_block: int | None = None
    set_aside: list[str] = field(default_factory=list)
    warnings: list[PageWarning] = field(default_factory=list)


@dataclass(slots=True)
class _Place:
    """Where the parts of a head stand: positions of lines. ``end`` is the first line below the head."""

    headline: int | None = None
    section: int | None = None
    end: int = 0


def read_head(lines: Sequence[Line], words: Vocabulary) -> Head:
    """The head of the page that ``lines`` are, without its tail."""
    lines = _unglued(lines, words)
    roles = _roles(lines, words)
    place = _find_places(lines, roles, words)
    head = Head()
    if place.headline is not None:
        head.headline = lines[place.headline].text
    if place.section is not None:
        head.section = _section_name(lines[place.section], words)
    _read_facts(head, lines, roles, place, words)
    _keep_rest(head, lines, roles, place)
    return head


def _unglued(lines: Sequence[Line], words: Vocabulary) -> list[Line]:
    """The lines, with a period and a section on one line cut in two."""
    cut: list[Line] = []
    for at, line in enumerate(lines):
        glued = leading_period(line.text, words) if at < _HEAD_TEXTS else None
        if glued and glued[1] and word_count(glued[1]) <= 8:
            dates, rest = glued
            cut += [Line(dates.printed, dates.printed, line.block), Line(rest, rest, line.block)]
        else:
            cut.append(line)
    return cut


def _roles(lines: Sequence[Line], words: Vocabulary) -> list[Role]:
    boxed = top_box(lines, words)
    return ["chrome" if at in boxed else _role(line, words) for at, line in enumerate(lines)]


def _role(line: Line, words: Vocabulary) -> Role:
    """What a line is, looked at alone."""
    if line.kind in {"title", "caption"}:
        return "text"
    if words.verdict(line.text):
        return "verdict"
    if words.is_note(line.text):
        return "note"
    dates = read_date_line(line.text, words)
    if dates or line.kind == "item":
        return dates.kind if dates else "text"
    return _role_by_words(line, words)


def _role_by_words(line: Line, words: Vocabulary) -> Role:
    label = words.label(line.text)
    if words.is_chrome(line.text):
        return "chrome"
    if label:
        return label[0]
    if words.section(line.text):
        return "section"
    return "author" if _BYLINE.match(line.text) else "text"


def _find_places(lines: Sequence[Line], roles: list[Role], words: Vocabulary) -> _Place:
    texts = [at for at, line in enumerate(lines) if roles[at] == "text" and line.kind in {"text", "title", "heading"}]
    place = _Place()
    first, second = _titled(lines, texts) or _repeated(lines, texts)
    if first is None:
        first = _single_headline(lines, roles, texts, place)
    place.headline = first
    if first is not None and place.section is None and second is not None:
        place.section = _section_above(lines, roles, [at for at in texts if at < first])
    if place.section is None:
        place.section = _labelled_section(lines, roles, words, until=_walk(roles, lines, (second or first or 0) + 1))
    last = max((at for at in (first, second, place.section) if at is not None), default=-1)
    last = max(last, _delimiter(lines, roles, texts) or -1)
    below = next((at for at in texts if first is not None and at > first), None)
    if below is not None and words.opens_like_verdict(lines[below].text) and not lines[below].text.endswith("."):
        roles[below] = "doubt"
        last = max(last, below)
    place.end = _walk(roles, lines, last + 1)
    return place


def _titled(lines: Sequence[Line], texts: Sequence[int]) -> tuple[int | None, int | None] | None:
    """The line that markup or an export calls the title, and its repetition."""
    first = next((at for at in texts if lines[at].kind == "title"), None)
    if first is None:
        return None
    again = next((at for at in texts if at > first and _same(lines[first], lines[at])), None)
    return first, again if again is not None else first


def _repeated(lines: Sequence[Line], texts: Sequence[int]) -> tuple[int | None, int | None]:
    """A line near the top that stands there twice: the longest such line is the headline."""
    pairs = [
        (first, second)
        for place, first in enumerate(texts[:_HEAD_TEXTS])
        if place < 2 or not _is_prose(lines[first])
        for second in texts[place + 1 : place + 1 + _HEAD_TEXTS]
        if not is_placeholder(lines[first].text) and _same(lines[first], lines[second])
    ]
    return max(pairs, key=lambda pair: len(lines[pair[0]].text), default=(None, None))


def _same(one: Line, other: Line) -> bool:
    """True when two lines say the same, or one is the other cut short with an ellipsis."""
    first, second = key(one.text), key(other.text)
    if first == second:
        return bool(first)
    short, long = sorted((first, second), key=len)
    cut = any(line.text.rstrip().endswith(("…", "...")) and key(line.text) == short for line in (one, other))
    return cut and len(short) > 15 and long.startswith(short)


def _delimiter(lines: Sequence[Line], roles: Sequence[Role], texts: Sequence[int]) -> int | None:
    """The verdict (or the label where it would stand) that closes the head, unless prose stands above it."""
    for at, role in enumerate(roles):
        if role in {"verdict", "status"}:
            above = [text for text in texts if text < at]
            prose = [text for text in above[1:] if _is_prose(lines[text])]
            return at if len(above) <= _HEAD_TEXTS and not (prose and len(above) > 2) else None
    return None


def _single_headline(lines: Sequence[Line], roles: Sequence[Role], texts: list[int], place: _Place) -> int | None:
    """A headline that stands on the page once: told by the verdict below it, or by the period above it."""
    if not texts:
        return None
    delimiter = _delimiter(lines, roles, texts)
    above = [at for at in texts if delimiter is not None and at < delimiter]
    period = next((at for at, role in enumerate(roles) if role in {"period", "week"}), None)
    first = texts[0]
    if len(above) == 1:
        return first
    apart = len(above) > 1 and lines[texts[1]].block != lines[first].block and not is_placeholder(lines[texts[1]].text)
    if len(texts) > 1 and _is_section(lines[first]) and (apart or not _is_prose(lines[texts[1]])):
        below_period = period is not None and period < first and lines[period].block == lines[first].block
        above_period = period == first + 1 and lines[period].block == lines[first].block and texts[1] > period
        enough = len(above) > 1 or len(texts) > 2 or _is_section(lines[first])
        if (below_period and enough) or above_period or (len(above) > 1 and word_count(lines[first].text) <= 6):
            place.section = first
            return texts[1]
    return None if _is_too_long(lines[first]) else first


def _section_above(lines: Sequence[Line], roles: Sequence[Role], above: Sequence[int]) -> int | None:
    """The section among the lines above a headline that is certain: the one beside the period, or the nearest."""
    likely = [at for at in above if _is_section(lines[at])]
    beside = [at for at in likely if any(roles[by] == "period" for by in (at - 1, at + 1) if 0 <= by < len(roles))]
    return next(iter(beside or reversed(likely)), None)


def _labelled_section(lines: Sequence[Line], roles: Sequence[Role], words: Vocabulary, *, until: int) -> int | None:
    for at in range(min(until, len(lines))):
        if roles[at] == "section" and _section_name(lines[at], words):
            return at
    return None


def _walk(roles: Sequence[Role], lines: Sequence[Line], start: int) -> int:
    """From ``start`` over all lines that are no prose, to the first that is."""
    at = start
    while at < len(lines) and roles[at] not in {"text", "note"}:
        at += 1
    return at


def _is_section(line: Line) -> bool:
    return (
        line.kind != "item"
        and word_count(line.text) <= 8
        and len(line.text) <= 70
        and not line.text.startswith(("[", "“", "«", "‘"))
        and not line.text.endswith((".", "!", "?", "…", ":", ";", ","))
    )


def _is_prose(line: Line) -> bool:
    return (
        is_placeholder(line.text)
        or word_count(line.text) > 30
        or (line.kind == "text" and word_count(line.text) > 8 and line.text.rstrip('»”")').endswith((".", "…")))
    )


def _is_too_long(line: Line) -> bool:
    return word_count(line.text) > 60 or (word_count(line.text) > 35 and len(_SENTENCE_ENDS.findall(line.text)) > 2)


def _section_name(line: Line, words: Vocabulary) -> str | None:
    label = words.label(line.text)
    return (label[1] or None) if label and label[0] == "section" else line.text


def _read_facts(head: Head, lines: Sequence[Line], roles: Sequence[Role], place: _Place, words: Vocabulary) -> None:
    """Period, verdict and authors out of the lines of the head."""
    verdicts: list[Verdict] = []
    periods: list[DateLine] = []
    others: list[DateLine] = []
    for at in range(place.end):
        line, role = lines[at], roles[at]
        dates = read_date_line(line.text, words) if role in {"period", "week", "stamp"} else None
        if dates:
            (periods if role == "period" else others).append(dates)
        elif role == "verdict":
            verdicts += [verdict] if (verdict := words.verdict(line.text)) else []
        elif role == "doubt":
            head.warnings.append(_unknown_verdict(line.text))
        elif role == "status":
            _read_status(head, line, verdicts, words)
        elif role == "author":
            label = words.label(line.text)
            head.authors.append(label[1] if label else line.text[3:])
    _settle_period(head, periods, others)
    if len(set(verdicts)) > 1:
        named = " and ".join(sorted(set(verdicts)))
        head.warnings.append(PageWarning("two-verdicts", f"The page states two verdicts: {named}."))
    elif verdicts:
        head.verdict = verdicts[0]


def _read_status(head: Head, line: Line, verdicts: list[Verdict], words: Vocabulary) -> None:
    """The verdict behind a status label on the same line, if there is one."""
    label = words.label(line.text)
    said = label[1] if label else ""
    verdict = words.verdict(said) or words.verdict_words.get(key(said))
    if verdict:
        verdicts.append(verdict)
    elif said:
        head.warnings.append(_unknown_verdict(said))


def _unknown_verdict(said: str) -> PageWarning:
    return PageWarning("unknown-verdict", f"“{said}” is not a verdict that is known here.")


def _settle_period(head: Head, periods: Sequence[DateLine], others: Sequence[DateLine]) -> None:
    spans = {(dates.start, dates.end) for dates in periods}
    if len(spans) > 1:
        named = " and ".join(f"“{dates.printed}”" for dates in periods)
        head.warnings.append(PageWarning("two-periods", f"The page states two periods: {named}."))
    elif periods:
        head.period = periods[0]
        if periods[0].problem:
            head.warnings.append(PageWarning("period-unclear", periods[0].problem))
        if periods[0].doubt:
            head.warnings.append(PageWarning("odd-week", periods[0].doubt))
    else:
        weeks = [dates.printed for dates in others if dates.kind == "week"]
        stamps = [dates.printed for dates in others if dates.kind == "stamp"]
        message = "The page states no reporting period."
        if weeks:
            message = f"“{weeks[0]}” has no year, so the reporting period is not known."
        elif stamps:
            message += f" “{stamps[0]}” is a day or moment, and may be the day it was published."
        head.warnings.append(PageWarning("no-period", message))


def _keep_rest(head: Head, lines: Sequence[Line], roles: Sequence[Role], place: _Place) -> None:
    """What is left below the head; lines whose facts are read, repetitions and buttons are set aside."""
    headline = lines[place.headline] if place.headline is not None else None
    for at, line in enumerate(lines):
        role = roles[at]
        in_head = at < place.end
        if at == place.headline or (at == place.section and head.section == line.text):
            head.last_block = line.block
        elif in_head and role == "text" and headline is not None and at < (place.headline or 0):
            head.set_aside.append(line.raw)
            if word_count(line.text) > 5:
                message = f"“{line.text[:80]}” stands above the headline and was set aside."
                head.warnings.append(PageWarning("odd-head", message))
        elif (in_head and role != "text") or role in {"chrome", "note"} or (headline and _same(headline, line)):
            head.set_aside.append(line.raw)
            head.last_block = line.block if in_head else head.last_block
        else:
            head.rest.append(line)
    if any(roles[at] == "verdict" for at in range(place.end, len(lines))):
        message = "A sentence that is a verdict stands in the body; it was left there."
        head.warnings.append(PageWarning("verdict-in-body", message))

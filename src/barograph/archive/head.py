"""The head of a page: period, section, headline, verdict, in whatever order they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from barograph.archive.lines import Line
from barograph.archive.periods import DateLine, leading_period, read_date_line
from barograph.archive.places import HEAD_TEXTS, Places, Role, find_places, roles_of, same, section_name
from barograph.archive.text import key, word_count
from barograph.archive.values import PageWarning, Verdict
from barograph.archive.vocabulary import Vocabulary


@dataclass(slots=True)
class Head:
    """What the head says, the lines below it, and the lines it was read from.

    ``between`` are lines of prose between the headline and its repetition. The blocks are those of the last lines
    of the head above each part: a caption mostly stands in the same block, right below.
    """

    headline: str = ""
    section: str | None = None
    verdict: Verdict | None = None
    period: DateLine | None = None
    authors: list[str] = field(default_factory=list)
    between: list[Line] = field(default_factory=list)
    between_block: int | None = None
    rest: list[Line] = field(default_factory=list)
    last_block: int | None = None
    set_aside: list[str] = field(default_factory=list)
    warnings: list[PageWarning] = field(default_factory=list)


def read_head(lines: Sequence[Line], words: Vocabulary) -> Head:
    """The head of the page that ``lines`` are, without its tail."""
    lines = _unglued(lines, words)
    roles = roles_of(lines, words)
    place = find_places(lines, roles, words)
    head = Head()
    if place.headline is not None:
        head.headline = lines[place.headline].text
    if place.section is not None:
        head.section = section_name(lines[place.section], words)
    _read_facts(head, lines, roles, place, words)
    _keep_rest(head, lines, roles, place)
    return head


def _unglued(lines: Sequence[Line], words: Vocabulary) -> list[Line]:
    """The lines, with a period and a section on one line cut in two."""
    cut: list[Line] = []
    for at, line in enumerate(lines):
        glued = leading_period(line.text, words) if at < HEAD_TEXTS else None
        if glued and glued[1] and word_count(glued[1]) <= 8:
            dates, rest = glued
            cut += [Line(dates.printed, dates.printed, line.block), Line(rest, rest, line.block)]
        else:
            cut.append(line)
    return cut


def _read_facts(head: Head, lines: Sequence[Line], roles: Sequence[Role], place: Places, words: Vocabulary) -> None:
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


def _keep_rest(head: Head, lines: Sequence[Line], roles: Sequence[Role], place: Places) -> None:
    """What is left below the head; lines whose facts are read, repetitions and buttons are set aside."""
    headline = lines[place.headline] if place.headline is not None else None
    for at, line in enumerate(lines):
        role = roles[at]
        in_head = at < place.end
        if at == place.headline or (at == place.section and head.section == line.text):
            head.last_block = line.block
        elif in_head and role == "text" and headline is not None and at < (place.headline or 0):
            head.set_aside.append(line.raw)
            if word_count(line.text) > 5 or (head.section is None and "period" in roles[:at]):
                message = f"“{line.text[:80]}” stands above the headline and was set aside."
                head.warnings.append(PageWarning("odd-head", message))
        elif (in_head and role != "text") or role in {"chrome", "note"} or (headline and same(headline, line)):
            head.set_aside.append(line.raw)
            head.last_block = line.block if in_head else head.last_block
        elif in_head:
            head.between.append(line)
            head.between_block = head.last_block if head.between_block is None else head.between_block
        else:
            head.rest.append(line)
    if any(roles[at] == "verdict" for at in range(place.end, len(lines))):
        message = "A sentence that is a verdict stands in the body; it was left there."
        head.warnings.append(PageWarning("verdict-in-body", message))

"""What stands on a saved page without belonging to it: language links, buttons, and the tail."""

from __future__ import annotations

from collections.abc import Sequence

from barograph.archive.lines import Line
from barograph.archive.periods import read_date_line
from barograph.archive.text import word_count
from barograph.archive.values import PageWarning
from barograph.archive.vocabulary import Vocabulary

LONG = 25
"""From so many words on, a line below the tail's beginning may be prose that was lost there."""
MENU_WORDS = 5


def split_tail(lines: Sequence[Line], words: Vocabulary) -> tuple[list[Line], list[Line]]:
    """The page's own lines and its tail, which begins with the first line that says so.

    A box of the same words above the page's head (a menu, a box of other weeks) is no tail: it is passed over,
    and its lines are left to be set aside one by one.
    """
    for at, line in enumerate(lines):
        if words.opens_tail(line.text) and not _stands_above_head(lines, at, words):
            return list(lines[:at]), list(lines[at:])
    return list(lines), []


def _stands_above_head(lines: Sequence[Line], at: int, words: Vocabulary) -> bool:
    above = [line for line in lines[:at] if not words.is_chrome(line.text) and not words.opens_tail(line.text)]
    if any(line.raw.startswith("[") or word_count(line.text) > MENU_WORDS for line in above if not _dated(line, words)):
        return False
    if any(_states_period(line, words) or words.verdict(line.text) for line in above):
        return False
    return any(_states_period(line, words) or words.verdict(line.text) for line in lines[at:])


def top_box(lines: Sequence[Line], words: Vocabulary) -> set[int]:
    """Positions of the lines of a box of other weeks at the top of the page: its heading, weeks and buttons."""
    found: set[int] = set()
    for at, line in enumerate(lines):
        if words.opens_tail(line.text):
            found.add(at)
            for below in range(at + 1, min(at + 4, len(lines))):
                dates = read_date_line(lines[below].text, words)
                if (dates and dates.kind == "week") or words.is_chrome(lines[below].text):
                    found.add(below)
                else:
                    break
    return found


def split_unmarked_tail(lines: Sequence[Line], words: Vocabulary) -> tuple[list[Line], list[Line]]:
    """The same for a tail that no words announce: a list of other headlines, each with its week below it."""
    for at, line in enumerate(lines):
        dates = read_date_line(line.text, words)
        if at and dates and dates.kind in {"week", "period"}:
            heading = lines[at - 1]
            cut = at - 1 if _is_other_headline(heading) else at
            return list(lines[:cut]), list(lines[cut:])
    return list(lines), []


def tail_warnings(tail: Sequence[Line], words: Vocabulary) -> list[PageWarning]:
    """Warnings about a tail that holds more than such tails hold: prose, or the head of another page."""
    warnings = []
    long_lines = [
        line for at, line in enumerate(tail) if word_count(line.text) >= LONG and not _is_blurb(tail, at, words)
    ]
    if long_lines:
        start = " ".join(long_lines[0].text.split()[:8])
        where = f"below “{tail[0].text[:60]}”; the first begins “{start} …”"
        warnings.append(PageWarning("prose-in-tail", f"{len(long_lines)} long line(s) were set aside {where}."))
    if any(words.verdict(line.text) for line in tail):
        message = "A verdict stands below the end of the page: the file seems to hold another page too."
        warnings.append(PageWarning("second-page", message))
    return warnings


def _is_blurb(tail: Sequence[Line], at: int, words: Vocabulary) -> bool:
    """True for the paragraph below an invitation to subscribe."""
    return words.opens_blurb(tail[at].text) or (at > 0 and words.opens_blurb(tail[at - 1].text))


def _is_other_headline(line: Line) -> bool:
    return line.kind != "item" and word_count(line.text) <= 30 and not line.text.endswith((".", ":", ";", "…", "]"))


def _states_period(line: Line, words: Vocabulary) -> bool:
    dates = read_date_line(line.text, words)
    return dates is not None and dates.kind == "period"


def _dated(line: Line, words: Vocabulary) -> bool:
    return read_date_line(line.text, words) is not None

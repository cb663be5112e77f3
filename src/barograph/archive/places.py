"""Finds where the parts of a page's head stand: what each line is alone, and which of them is the headline."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from barograph.archive.furniture import top_box
from barograph.archive.languages import is_placeholder
from barograph.archive.lines import Line
from barograph.archive.periods import read_date_line
from barograph.archive.text import key, word_count
from barograph.archive.vocabulary import LONGEST, Vocabulary

Role = Literal["text", "chrome", "period", "week", "stamp", "verdict", "status", "section", "author", "note", "doubt"]

HEAD_TEXTS = 4
"""The headline is one of so many first lines of text, or the page has none."""
_BYLINE = re.compile(r"[Bb]y(?: [A-Z][\w.’-]*){2,4}$")
_SENTENCE_ENDS = re.compile(r"[.!?…][»”\")]?(?=\s|$)")


@dataclass(slots=True)
class Places:
    """Where the parts of a head stand: positions of lines. ``end`` is the first line below the head."""

    headline: int | None = None
    repeated: int | None = None
    section: int | None = None
    end: int = 0


def roles_of(lines: Sequence[Line], words: Vocabulary) -> list[Role]:
    """What each line is, looked at alone; a box of other weeks at the top is furniture."""
    boxed = top_box(lines, words)
    return ["chrome" if at in boxed else _role(line, words) for at, line in enumerate(lines)]


def _role(line: Line, words: Vocabulary) -> Role:
    """What a line is, looked at alone."""
    if line.kind in {"title", "caption"} or len(line.text) > LONGEST:
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


def find_places(lines: Sequence[Line], roles: list[Role], words: Vocabulary) -> Places:
    """Where the parts stand, and where the head ends. A verdict in doubtful words is marked in ``roles``."""
    texts = [at for at, line in enumerate(lines) if roles[at] == "text" and line.kind in {"text", "title", "heading"}]
    place = Places()
    first, second = _titled(lines, texts) or _repeated(lines, texts)
    if first is None:
        first = _single_headline(lines, roles, texts, place)
    place.headline, place.repeated = first, second
    below = next((at for at, role in enumerate(roles) if role == "text" and first is not None and at > first), None)
    if below is not None and words.opens_like_verdict(lines[below].text) and not lines[below].text.endswith("."):
        roles[below] = "doubt"
    delimiter = _delimiter(lines, roles, texts)
    last = max((at for at in (first, second, place.section, delimiter) if at is not None), default=-1)
    place.end = _walk(roles, last + 1)
    if place.section is None:
        place.section = next(
            (at for at in range(place.end) if roles[at] == "section" and section_name(lines[at], words)), None
        )
    if place.section is None and first is not None:
        near = [at for at in texts if at <= place.end and not _looks_like_caption(lines[at], words)]
        place.section = _section_near(lines, roles, near, first)
        place.end = max(place.end, _walk(roles, (place.section or 0) + 1))
    return place


def _titled(lines: Sequence[Line], texts: Sequence[int]) -> tuple[int | None, int | None] | None:
    """The line that markup or an export calls the title, and its repetition."""
    first = next((at for at in texts if lines[at].kind == "title"), None)
    if first is None:
        return None
    below = [at for at in texts if at > first][:HEAD_TEXTS]
    return first, next((at for at in below if same(lines[first], lines[at])), None)


def _repeated(lines: Sequence[Line], texts: Sequence[int]) -> tuple[int | None, int | None]:
    """A line near the top that stands there twice: the longest such line is the headline."""
    pairs = [
        (first, second)
        for place, first in enumerate(texts[:HEAD_TEXTS])
        if place < 2 or not _is_prose(lines[first])
        for second in texts[place + 1 : place + 1 + HEAD_TEXTS]
        if not is_placeholder(lines[first].text) and same(lines[first], lines[second])
    ]
    return max(pairs, key=lambda pair: len(lines[pair[0]].text), default=(None, None))


def same(one: Line, other: Line) -> bool:
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
            return at if len(above) <= HEAD_TEXTS and not (prose and len(above) > 2) else None
    return None


def _single_headline(lines: Sequence[Line], roles: Sequence[Role], texts: list[int], place: Places) -> int | None:
    """A headline that stands on the page once: told by the verdict below it, or by the period beside the section."""
    if not texts:
        return None
    first = texts[0]
    delimiter = _delimiter(lines, roles, texts)
    above = [at for at in texts if delimiter is not None and at < delimiter]
    period = next((at for at, role in enumerate(roles) if role in {"period", "week"}), None)
    if len(above) != 1 and len(texts) > 1:
        second = texts[1]
        if period is not None and first < period < second:
            place.section = _section_across(lines, period, first, second, sure=len(above) == 2)
        elif (
            period is not None and period < first and _is_section_over(lines, period, first, second, bool(above))
        ) or (len(above) == 2 and _is_section(lines[first]) and _is_longer(lines[second], lines[first])):
            place.section = first
        first = second if place.section == first else first
    return None if _is_too_long(lines[first]) else first


def _is_longer(headline: Line, section: Line) -> bool:
    """True when the second of two lines above a verdict can only be the headline: of more words, and no placeholder."""
    return not is_placeholder(headline.text) and word_count(section.text) < min(6, word_count(headline.text))


def _is_section_over(lines: Sequence[Line], period: int, first: int, second: int, sure: bool) -> bool:
    """True when the first text is right below the period, and the next can be the headline.

    It certainly can (``sure``) when both stand above the verdict, with a blank line between.
    """
    if not _is_section(lines[first]) or lines[period].block != lines[first].block:
        return False
    apart = sure and lines[second].block != lines[first].block and not is_placeholder(lines[second].text)
    return apart or not _is_prose(lines[second])


def _section_across(lines: Sequence[Line], period: int, first: int, second: int, *, sure: bool) -> int | None:
    """The section of two texts with the period between them: the one in the period's block, or the shorter one.

    That one of them is the section is ``sure`` when these two and no more stand above the verdict.
    """
    beside = [at for at in (first, second) if lines[at].block == lines[period].block and _is_section(lines[at])]
    if not beside and sure:
        beside = [at for at in (first, second) if _is_section(lines[at])]
    if len(beside) == 2:
        # All on top of one another: a headline has more words than the name of a section.
        beside.sort(key=lambda at: word_count(lines[at].text))
    if not beside or (beside[0] == first and _is_prose(lines[second])):
        return None
    return beside[0]


def _section_near(lines: Sequence[Line], roles: Sequence[Role], texts: Sequence[int], headline: int) -> int | None:
    """The section when the headline is certain: the text beside the period, or else the nearest above the headline."""
    likely = [at for at in texts if at != headline and _is_section(lines[at]) and not same(lines[at], lines[headline])]
    for step in (-1, 1):
        # Below the period comes first: what stands above it may be the end of a menu.
        for at in likely:
            by = at + step
            if 0 <= by < len(roles) and roles[by] == "period" and lines[by].block == lines[at].block:
                return at
    above = [at for at in likely if at < headline]
    dated = "period" in roles[:headline]
    # Above a title that markup names there may be a menu; only a period up there makes it a page's head.
    return above[-1] if above and (dated or (len(above) == 1 and lines[headline].kind != "title")) else None


def _walk(roles: Sequence[Role], start: int) -> int:
    """From ``start`` over all lines that are no prose, to the first that is."""
    at = start
    while at < len(roles) and roles[at] not in {"text", "note"}:
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


def _looks_like_caption(line: Line, words: Vocabulary) -> bool:
    return line.kind == "caption" or words.credits_picture(line.text) or words.speaks_of_picture(line.text)


def section_name(line: Line, words: Vocabulary) -> str | None:
    """The section that a line names, without its label."""
    label = words.label(line.text)
    return (label[1] or None) if label and label[0] == "section" else line.text

"""The charts as SVG files that need no page around them: with title, labels, and where they come from."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import cast

from barograph.base.site import VERDICTS
from barograph.release.charts import Lane, Strip
from barograph.release.drawn import (
    FINE,
    HAIR,
    INK,
    LEADING,
    PAPER,
    PEN,
    RULE,
    SHEET,
    SOFT,
    box,
    mark,
    scaled,
    stroke,
    words,
)
from barograph.release.figures import Figure, Month, Row
from barograph.release.lettering import BOLD, LABEL, READING, fit, on_one_line
from barograph.release.wording import Wording

WIDTH = 1000
EDGE = 40
NAMES = 192
"""The column of the sections' names; beside a trace, whose paper can be narrower, up to ``LONG_NAMES``."""
LONG_NAMES = 320
NAME_SIZES = (16, 14, 13)
GAP = 24
"""Between a name and the paper."""
NET = 60
"""The column of the sums at the right."""
PITCH = 42
"""From one row of the heat strip to the next: room for a name of two lines."""
ROW = 20
"""The height of a row's paper."""
TITLE_ROOM = WIDTH - 2 * EDGE - 80
"""Narrower than the drawing, since a reader may see it in other fonts than ours."""
DOTS = ((150, 3.2), (40, 4.5), (0, 6.5))
"""How large the dots of a trace are, by how many editions there are at least."""
_SMALL = 'font-size="15"'


def trace_drawing(figure: Figure, note: str, wording: Wording) -> str:
    """A trace as SVG: a lane for each section, or one lane without a name beside it."""
    names = _column(figure.rows)
    left = EDGE + (names if len(figure.rows) > 1 else 0)
    room = WIDTH - EDGE - NET - left
    head, top = _head(figure, note)
    size = next(size for least, size in DOTS if len(figure.table) >= least)
    parts = []
    for row in figure.rows:
        lane = cast("Lane", row.drawings[0].shape)
        parts.append(_lane(lane, left, top, room, size, wording))
        if left > EDGE:
            parts.append(_name(row, top + lane.height / 2, names, max(lane.height, 22)))
        parts.append(words(row.net, BOLD, left + room + 10, top + lane.end + 6, INK, more='font-size="19"'))
        top += lane.height
    parts.append(stroke(f"M{left} {top}h{room}", RULE, 1))
    parts.append(_months(figure.months[0], left, room, top))
    return _drawing(figure, [head, *parts], top + 28, wording)


def _lane(lane: Lane, left: float, top: float, room: float, dots: float, wording: Wording) -> str:
    def drawn(path: str) -> str:
        return scaled(path, room / lane.width, 1, x=left, y=top)

    return "".join(
        (
            box(left, top, room, lane.height, SHEET),
            stroke(drawn(lane.fine), FINE, 1),
            stroke(drawn(lane.strong), HAIR, 1),
            stroke(drawn(lane.rules), HAIR, 1),
            stroke(drawn(lane.zero), RULE, 1.25),
            stroke(f"M{left} {top}h{room}v{lane.height}M{left} {top}v{lane.height}", RULE, 1),
            stroke(drawn(lane.leader), PEN, 1, 'stroke-dasharray="1 4"'),
            stroke(drawn(lane.ink), PEN, 1.75, 'stroke-linejoin="round"'),
            *(
                stroke(
                    drawn(path),
                    wording.site.verdicts[verdict].light,
                    dots * (0.7 if verdict == "unchanged" else 1),
                    'stroke-linecap="round"',
                )
                for verdict, path in lane.dots.items()
            ),
        )
    )


def strip_drawing(figure: Figure, note: str, wording: Wording) -> str:
    """The heat strip as SVG: a row for each section, the halves of its year side by side."""
    head, top = _head(figure, note)
    left = EDGE + NAMES
    parts = []
    for row in figure.rows:
        at = float(left)
        parts.append(_name(row, top + ROW / 2, NAMES, PITCH - 6))
        for drawing in row.drawings:
            shape = cast("Strip", drawing.shape)
            parts.append(_strip(shape, at, top, wording))
            at += shape.width
        top += PITCH
    top -= PITCH - ROW
    at = float(left)
    for months, drawing in zip(figure.months, figure.rows[0].drawings, strict=True):
        parts.append(_months(months, at, drawing.shape.width, top + 4))
        at += drawing.shape.width
    parts.append(_marks(left, top + 54, wording))
    return _drawing(figure, [head, *parts], top + 68, wording)


def _marks(left: float, foot: float, wording: Wording) -> str:
    """What the marks mean."""
    parts = []
    for verdict in VERDICTS:
        colour, word = wording.site.verdicts[verdict].light, wording.verdicts[verdict]
        parts += [mark(verdict, left, foot - 11, 12, colour), words(word, BOLD, left + 20, foot, colour, more=_SMALL)]
        left = round(left + 20 + BOLD.width(word, 15) * 1.1 + 28)
    return "".join(parts)


def _strip(shape: Strip, left: float, top: float, wording: Wording) -> str:
    def drawn(path: str) -> str:
        return scaled(path, 1, 1, x=left, y=top)

    def filled(path: str, verdict: str, opacity: float) -> str:
        return f'<path d="{drawn(path)}" fill="{wording.site.verdicts[verdict].light}" fill-opacity="{opacity:g}"/>'

    return "".join(
        (
            box(left, top, shape.width, ROW, SHEET),
            stroke(drawn(shape.paper), HAIR, 1),
            *(filled(path, verdict, 0.07 if verdict == "unchanged" else 0.17) for verdict, path in shape.tints.items()),
            *(filled(path, verdict, 1) for verdict, path in shape.marks.items()),
        )
    )


def _head(figure: Figure, note: str) -> tuple[str, float]:
    """Finding, days and how to read it, and how far below the upper edge the chart begins."""
    title = fit(figure.finding, READING, TITLE_ROOM, sizes=(31, 28, 25), height=80, leading=LEADING[READING])
    foot = EDGE + 24 + (len(title.lines) - 1) * title.size * LEADING[READING]
    said = fit(note, LABEL, TITLE_ROOM, sizes=(16,), height=60, leading=LEADING[LABEL])
    days = on_one_line(figure.period, BOLD, TITLE_ROOM, (16,))
    below = foot + 56 + len(said.lines) * said.size * LEADING[LABEL]
    return (
        box(EDGE, EDGE - 16, WIDTH - 2 * EDGE, 2, INK)
        + words(title, READING, EDGE, EDGE + 24, INK)
        + words(days, BOLD, EDGE, foot + 30, INK)
        + words(said, LABEL, EDGE, foot + 53, SOFT),
        round(below + 8),
    )


def _column(rows: Iterable[Row]) -> int:
    """How wide the column of names is if each is to stand on one line, within limits."""
    widest = max(BOLD.width(row.name, NAME_SIZES[1]) for row in rows)
    return min(max(NAMES, round(widest) + GAP + 2), LONG_NAMES)


def _name(row: Row, middle: float, column: float, height: float) -> str:
    """The name of a section beside the middle of its row, no higher than ``height``."""
    name = fit(row.name, BOLD, column - GAP, sizes=NAME_SIZES, height=height, leading=LEADING[BOLD])
    spread = (len(name.lines) - 1) * name.size * LEADING[BOLD]
    return words(name, BOLD, EDGE, middle + name.size * 0.34 - spread / 2, INK)


def _months(months: Iterable[Month], left: float, room: float, top: float) -> str:
    places = [(month.words, left + float(month.at.removesuffix("%")) * room / 100) for month in months]
    return "".join(words(label, LABEL, round(at, 1), top + 17, SOFT, more='font-size="13"') for label, at in places)


def _drawing(figure: Figure, parts: list[str], top: float, wording: Wording) -> str:
    """All of it on paper, with the publication's name and address at the foot."""
    site, height = wording.site, round(top + 44)
    origin = on_one_line(f"{wording.title} · {site.address}", LABEL, WIDTH - 2 * EDGE, (14,))
    told = "\n".join(
        f"{row.name} {row.net}. {'. '.join(drawing.words for drawing in row.drawings)}" for row in figure.rows
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'lang="{wording.language}" role="img" aria-labelledby="title" aria-describedby="told">'
        f'<title id="title">{escape(figure.finding)} ({escape(figure.period)})</title>'
        f'<desc id="told">{escape(told)}</desc>'
        f"{box(0, 0, WIDTH, height, PAPER)}{''.join(parts)}{words(origin, LABEL, EDGE, height - 22, SOFT)}</svg>\n"
    )

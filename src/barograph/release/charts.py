"""The geometry of the two charts: the heat strip and the trace. No words and no markup here.

Both lie on a time axis of real days, so that a week without an assessment stays empty paper. The paper
is ruled like that of a barograph, whose pen swings on an arm: its lines of time are arcs, and so the
trace is bent along them.

What was drawn last is kept: all languages show the same drawings, and so does the next release, but for a few.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import accumulate

from barograph.base.period import Period
from barograph.base.site import VERDICTS
from barograph.release.history import History, Judgement

STEPS = {"better": 1, "unchanged": 0, "worse": -1}
"""Which way a verdict moves the pen."""
WEEK = 14
TALL = 20
"""Width and height of a week's cell in the heat strip."""
DAY = WEEK / 7
BOW = 1 / 45
"""How far an arc of time may bend out, as a part of the sheet's width."""
BENT = 180
"""The height of a sheet whose arcs bend out so far; those of a lower one bend less."""
TALLEST = 420
"""What all lanes of a trace may measure together before their unit shrinks."""
UNIT = 15.0
SINGLE_UNIT = 24.0
"""What one verdict lifts or lowers the pen: on a sheet of many lanes, and on a sheet of one."""
DENSE = 400
"""Days from which a sheet is ruled in months and years rather than in weeks and months."""
MARKS = {"better": "l4.5 -8 4.5 8z", "unchanged": "h7v7h-7z", "worse": "l4.5 8 4.5-8z"}
CORNERS = {"better": (-4.5, 4.0), "unchanged": (-3.5, -3.5), "worse": (-4.5, -4.0)}
KEPT_STRIPS = 1024
KEPT_SHEETS = 64
"""How many drawings are kept: of a strip for half a year of a section, of a sheet for all years of a section."""

Given = tuple[tuple[Period, str], ...]
"""Verdicts with their reporting periods, oldest first: all that a drawing shows of judgements."""


@dataclass(frozen=True, slots=True)
class Window:
    """The days that a chart shows, both included."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """Its length, which is its width."""
        return (self.end - self.start).days + 1

    def months(self) -> Iterator[tuple[date, float]]:
        """The first days of its months, and how far each stands from its start, from 0 to 1."""
        day = self.start if self.start.day == 1 else _next_month(self.start)
        while day <= self.end:
            yield day, (day - self.start).days / self.days
            day = _next_month(day)

    def halves(self) -> tuple[Window, Window]:
        """Its two halves, at full weeks."""
        middle = self.start + timedelta(days=(self.days // 14) * 7)
        return Window(self.start, middle - timedelta(days=1)), Window(middle, self.end)


@dataclass(frozen=True, slots=True)
class Strip:
    """One section in a window: for each verdict the path of its cells and the path of its marks."""

    width: float
    tints: dict[str, str]
    marks: dict[str, str]
    paper: str


@dataclass(frozen=True, slots=True)
class Ruler:
    """The year that a reporting period lies in, ruled in weeks and months, with ink on the period's days."""

    year: int
    days: int
    weeks: str
    months: str
    ink: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One section's part of a trace: its paper, its ink and where the ink ends."""

    width: int
    height: float
    rules: str
    zero: str
    fine: str
    strong: str
    ink: str
    leader: str
    dots: dict[str, str]
    net: int
    end: float
    """How far below the upper edge the ink ends, where the label stands."""


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def last_year(newest: Period) -> Window:
    """The 52 weeks that end with a reporting period."""
    return Window(newest.end - timedelta(days=52 * 7 - 1), newest.end)


def past_year(history: History, judgement: Judgement) -> list[Judgement]:
    """The judgements of a section in the 52 weeks that end with one of them, oldest first."""
    section, start = judgement.assessment.section, last_year(judgement.edition.period).start
    past, at = history.judgements[section], history.positions[judgement.edition.slug, section]
    return past[bisect_left(past, start, hi=at, key=lambda found: found.edition.period.start) : at + 1]


def calendar_year(year: int) -> Window:
    """One year."""
    return Window(date(year, 1, 1), date(year, 12, 31))


def within(judgements: Sequence[Judgement], window: Window) -> list[Judgement]:
    """The judgements, oldest first, with a verdict whose reporting period starts in the window."""
    start = bisect_left(judgements, window.start, key=_first_day)
    end = bisect_right(judgements, window.end, key=_first_day)
    return [found for found in judgements[start:end] if found.verdict]


def _first_day(judgement: Judgement) -> date:
    return judgement.edition.period.start


def _given(judgements: Sequence[Judgement], window: Window) -> Given:
    return tuple((found.edition.period, found.verdict or "") for found in within(judgements, window))


def strip(judgements: Sequence[Judgement], window: Window) -> Strip:
    """The heat strip of one section: a cell and a mark for every assessment in the window."""
    return _strip(_given(judgements, window), window)


@lru_cache(maxsize=KEPT_STRIPS)
def _strip(given: Given, window: Window) -> Strip:
    tints: dict[str, list[str]] = {verdict: [] for verdict in VERDICTS}
    marks: dict[str, list[str]] = {verdict: [] for verdict in VERDICTS}
    for period, verdict in given:
        left, width = (period.start - window.start).days * DAY, period.days * DAY
        tints[verdict].append(f"M{left + 0.5:g} .5h{width - 1:g}v{TALL - 1}h-{width - 1:g}z")
        across, down = CORNERS[verdict]
        marks[verdict].append(f"M{left + width / 2 + across:g} {TALL / 2 + down:g}{MARKS[verdict]}")
    paper = "".join(f"M{week * WEEK} 0v{TALL}" for week in range(window.days // 7 + 1))
    return Strip(window.days * DAY, _joined(tints), _joined(marks), paper)


def _joined(paths: dict[str, list[str]]) -> dict[str, str]:
    return {verdict: "".join(parts) for verdict, parts in paths.items() if parts}


def ruler(period: Period) -> Ruler:
    """The rule under the head of a page that is about a reporting period."""
    year = calendar_year(period.start.year)
    start = (period.start - year.start).days
    length = min(period.days, year.days - start)
    return replace(_bare_ruler(year), ink=f"M{start} 0h{length}v8h-{length}z")


@lru_cache(maxsize=100)
def _bare_ruler(year: Window) -> Ruler:
    """The rule of a year without ink."""
    weeks = "".join(f"M{day} 0V5" for day in range(0, year.days, 7))
    months = "".join(f"M{round(part * year.days)} 0V12" for _day, part in year.months())
    return Ruler(year.start.year, year.days, weeks, months, "")


def sums(judgements: Iterable[Judgement]) -> list[int]:
    """The running sum of verdicts, one number for each judgement, starting from nothing."""
    return list(accumulate(STEPS[judgement.verdict or "unchanged"] for judgement in judgements))


def lanes(sections: Sequence[Sequence[Judgement]], window: Window) -> list[Lane]:
    """The trace: a lane for each section, all to the same scale, each as high as its ink needs."""
    return list(_lanes(tuple(_given(judgements, window) for judgements in sections), window))


@lru_cache(maxsize=KEPT_SHEETS)
def _lanes(shown: tuple[Given, ...], window: Window) -> tuple[Lane, ...]:
    levels = [_levels(given) for given in shown]
    spans = [(max([0, *found]), min([0, *found])) for found in levels]
    rows = sum(high - low + 2 for high, low in spans)
    unit = min(UNIT if len(shown) > 1 else SINGLE_UNIT, TALLEST / max(rows, 1))
    made, top = [], 0.0
    for given, found, (high, low) in zip(shown, levels, spans, strict=True):
        paper = _Paper(window, unit, top=top, height=(high - low + 2) * unit, zero=(high + 1) * unit, sheet=rows * unit)
        made.append(_lane(given, found, paper))
        top += paper.height
    return tuple(made)


def _levels(given: Given) -> list[int]:
    return list(accumulate(STEPS[verdict] for _period, verdict in given))


def sheet(judgements: Sequence[Judgement], window: Window, height: float) -> Lane:
    """The trace of one section on a sheet of a given height, in the middle of it."""
    shown = _given(judgements, window)
    levels = _levels(shown)
    high, low = max([0, *levels]), min([0, *levels])
    unit = min(SINGLE_UNIT, height / (high - low + 2))
    zero = (height + (high + low) * unit) / 2
    return _lane(shown, levels, _Paper(window, unit, top=0, height=height, zero=zero, sheet=height))


def _lane(given: Given, levels: list[int], paper: _Paper) -> Lane:
    unit = paper.unit
    high, low = max([0, *levels]), min([0, *levels])
    every = 1 if unit >= 5 else 5
    ruled = [level for level in range(low, high + 1) if level and level % every == 0]
    ink, dots = paper.ink(given, levels)
    end = levels[-1] if levels else 0
    fine, strong = paper.lines_of_time()
    return Lane(
        width=paper.width,
        height=round(paper.height, 1),
        rules="".join(f"M0 {paper.down(level):g}H{paper.width}" for level in ruled),
        zero=f"M0 {paper.down(0):g}H{paper.width}",
        fine=fine,
        strong=strong,
        ink=ink,
        leader=paper.leader(given[-1][0], end) if given else "",
        dots=dots,
        net=end,
        end=paper.down(end),
    )


@dataclass(frozen=True)
class _Paper:
    """A lane's part of the sheet of chart paper: where a day and a level lie on it.

    The arcs of time run over the whole sheet, from lane to lane; ``top`` says where the lane begins.
    """

    window: Window
    unit: float
    top: float
    height: float
    zero: float
    sheet: float

    @cached_property
    def width(self) -> int:
        """The window's days, and room for the arcs to bend into."""
        return self.window.days + round(self.reach)

    @cached_property
    def reach(self) -> float:
        """How far, in days, the arcs bend out in the middle of the sheet.

        Never so far that the pen would seem to go back in time from one week to the next.
        """
        return min(BOW * self.window.days * min(1, self.sheet / BENT), self.sheet / self.unit)

    def down(self, level: int) -> float:
        """How far below the lane's upper edge a level lies."""
        return round(self.zero - level * self.unit, 1)

    def bow(self, down: float) -> float:
        """How far the arcs have bent out at this height."""
        part = (self.top + down) / self.sheet
        return 4 * self.reach * part * (1 - part)

    def middle(self, period: Period) -> float:
        """How far from the left edge the middle of a reporting period lies where the arcs begin."""
        return (period.start - self.window.start).days + period.days / 2

    def arc(self, day: float) -> str:
        """The line of time at a day, as the pen would draw it."""
        above, middle, below = self.bow(0), self.bow(self.height / 2), self.bow(self.height)
        pull = 2 * middle - (above + below) / 2
        return f"M{day + above:.1f} 0Q{day + pull:.1f} {self.height / 2:g} {day + below:.1f} {self.height:g}"

    def lines_of_time(self) -> tuple[str, str]:
        """The fine and the strong arcs: weeks and months or, where those would be too many, months and years."""
        months = [(day, round(part * self.window.days)) for day, part in self.window.months()]
        if self.window.days > DENSE:
            fine = [at for _day, at in months]
            strong = [at for day, at in months if day.month == 1]
        else:
            fine = list(range(0, self.window.days, 7))
            strong = [at for _day, at in months]
        return "".join(map(self.arc, fine)), "".join(map(self.arc, strong))

    def ink(self, given: Given, levels: list[int]) -> tuple[str, dict[str, str]]:
        """The trace, and its dots by verdict: level until the next assessment, then a step along the arc."""
        line: list[str] = []
        dots: dict[str, list[str]] = {verdict: [] for verdict in VERDICTS}
        heights = {level: self.down(level) for level in {0, *levels}}
        bows = {level: self.bow(down) for level, down in heights.items()}
        before = 0
        for (period, verdict), level in zip(given, levels, strict=True):
            middle, down = self.middle(period), heights[level]
            across = round(middle + bows[level], 1)
            line.append(f"{'L' if line else 'M'}{round(middle + bows[before], 1):g} {heights[before]:g}")
            if level != before:
                line.append(f"L{across:g} {down:g}")
            dots[verdict].append(f"M{across:g} {down:g}h0")
            before = level
        return "".join(line), _joined(dots)

    def leader(self, last: Period, level: int) -> str:
        """From the end of the ink to the edge of the paper, where its label stands."""
        down = self.down(level)
        return f"M{round(self.middle(last) + self.bow(down), 1):g} {down:g}H{self.width}"

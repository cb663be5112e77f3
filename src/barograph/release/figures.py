"""The charts of a page with all that stands around them: titles, labels, months and the table behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from barograph.base.period import Period
from barograph.base.site import SiteSettings
from barograph.release import charts
from barograph.release.charts import Lane, Strip, Window
from barograph.release.history import History, Judgement
from barograph.release.record import Edition
from barograph.release.wording import Wording


@dataclass(frozen=True, slots=True)
class Month:
    """A label on a time axis, at a part of its width in per cent."""

    words: str
    at: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A part of a chart, and what it shows in words."""

    shape: Strip | Lane
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """A section in a chart: its names, its drawings, and the sum of its changes."""

    key: str
    name: str
    drawings: tuple[Drawing, ...]
    net: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """An edition in the table behind a chart, with one entry for each section."""

    edition: Edition
    period: str
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart: the finding that is its title, its days, its months (one row for each half), its rows and its table."""

    finding: str
    period: str
    months: tuple[tuple[Month, ...], ...]
    rows: tuple[Row, ...]
    table: tuple[TableRow, ...]


def judged_sections(history: History, site: SiteSettings) -> dict[str, list[Judgement]]:
    """The history of each section that is judged now, or has been."""
    retired = {section.key for section in site.sections if section.retired}
    return {key: found for key, found in history.judgements.items() if found or key not in retired}


def newest_assessed(history: History) -> Period | None:
    """The newest reporting period with a verdict, with which the charts of the last year end."""
    editions = reversed(history.record.editions)
    return next((edition.period for edition in editions if any(found.verdict for found in edition.assessments)), None)


def months(window: Window, wording: Wording, *, room: float = 0.94, with_year: bool = True) -> tuple[Month, ...]:
    """The labels of a window's months, as far as there is room before its right edge."""
    return tuple(
        Month(wording.month(day, with_year=with_year), f"{part * 100:.1f}%")
        for day, part in window.months()
        if part < room
    )


def halves_of(window: Window, wording: Wording, *, with_year: bool = True) -> tuple[tuple[Month, ...], ...]:
    """The labels of a window's halves; the first may reach into the second."""
    first, second = window.halves()
    return months(first, wording, room=1, with_year=with_year), months(second, wording, with_year=with_year)


def sheet_labels(window: Window, lane: Lane, wording: Wording) -> tuple[Month, ...]:
    """The labels below a trace, whose paper is wider than its days: months, or years where there are many."""
    shown = list(window.months())
    if window.days > charts.DENSE:
        years = [(day, part) for day, part in shown if day.month == 1]
        shown = years[:: -(-len(years) // 12)]
    scale = 100 * window.days / lane.width
    return tuple(Month(wording.month(day), f"{part * scale:.1f}%") for day, part in shown if part < 0.975)


def half_strips(judgements: list[Judgement], window: Window, wording: Wording) -> tuple[Drawing, ...]:
    """The strips of one section in the two halves of a window."""
    found = []
    for half in window.halves():
        shown = charts.within(judgements, half)
        words = f"{wording.period(Period(half.start, half.end))}. {wording.tally_words(shown)}"
        found.append(Drawing(charts.strip(shown, half), words))
    return tuple(found)


def heat_strip(sections: dict[str, list[Judgement]], newest: Period, wording: Wording) -> Figure:
    """Sections × weeks of the last year, in two halves that stand side by side or, on a phone, one below the other."""
    window = charts.last_year(newest)
    shown = {key: charts.within(judgements, window) for key, judgements in sections.items()}
    rows = tuple(
        Row(key, wording.sections[key], half_strips(judgements, window, wording)) for key, judgements in shown.items()
    )
    everything = [judgement for judgements in shown.values() for judgement in judgements]
    days = wording.period(Period(window.start, window.end))
    table = _table(shown, wording, {key: [j.verdict or "" for j in found] for key, found in shown.items()})
    return Figure(wording.balance(everything), days, halves_of(window, wording), rows, table)


def trace(sections: dict[str, list[Judgement]], newest: Period, wording: Wording) -> Figure:
    """The running sum of verdicts in the last year, one lane for each section."""
    return _trace(sections, charts.last_year(newest), wording.movement, wording)


def long_trace(section: str, judgements: list[Judgement], wording: Wording) -> Figure:
    """The running sum of one section's verdicts in all its years."""
    first, last = judgements[0].edition.period, judgements[-1].edition.period
    start = first.start.replace(month=1, day=1)
    window = Window(start, max(last.end, start.replace(month=12, day=31)))
    return _trace({section: judgements}, window, lambda nets: wording.change_since(start.year, nets[section]), wording)


def _trace(
    sections: dict[str, list[Judgement]], window: Window, finding: Callable[[dict[str, int]], str], wording: Wording
) -> Figure:
    drawn = charts.lanes(list(sections.values()), window)
    shown = {key: charts.within(judgements, window) for key, judgements in sections.items()}
    rows = tuple(
        Row(key, wording.sections[key], (Drawing(lane, wording.tally_words(shown[key])),), wording.signed(lane.net))
        for key, lane in zip(sections, drawn, strict=True)
    )
    sums = {key: [wording.signed(level) for level in charts.sums(found)] for key, found in shown.items()}
    nets = {key: lane.net for key, lane in zip(sections, drawn, strict=True)}
    labels = sheet_labels(window, drawn[0], wording)
    days = wording.period(Period(window.start, window.end))
    return Figure(finding(nets), days, (labels,), rows, _table(shown, wording, sums))


def _table(shown: dict[str, list[Judgement]], wording: Wording, entries: dict[str, list[str]]) -> tuple[TableRow, ...]:
    """What a chart shows in figures, newest edition first; a section that an edition lacks has an empty entry."""
    rows: dict[str, tuple[Edition, dict[str, str]]] = {}
    for key, judgements in shown.items():
        for judgement, entry in zip(judgements, entries[key], strict=True):
            rows.setdefault(judgement.edition.slug, (judgement.edition, {}))[1][key] = entry
    newest_first = sorted(rows.values(), key=lambda row: (row[0].period.start, row[0].period.end), reverse=True)
    return tuple(
        TableRow(edition, wording.period(edition.period), tuple([found.get(key, "") for key in shown]))
        for edition, found in newest_first
    )

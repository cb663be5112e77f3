"""Charts to take away: each as a drawing (SVG), as a picture (PNG) and as the figures behind it (CSV).

And the heat strip as a small page of its own, which other sites can show in a frame.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from io import StringIO

from barograph.base.catalogues import words_digest
from barograph.base.period import Period
from barograph.base.site import VERDICTS
from barograph.dataset.spreadsheet import with_apostrophes
from barograph.release import addresses, charts, figures
from barograph.release.chart_drawings import strip_drawing, trace_drawing
from barograph.release.drawn import png
from barograph.release.embedded_strip import embedded_strip
from barograph.release.figures import Figure
from barograph.release.history import History, Judgement
from barograph.release.lettering import can_set
from barograph.release.shelf import Item, key_of
from barograph.release.wording import Wording

VERSION = 2
"""Raised whenever charts come to look different, or their tables get other columns."""
FORMATS = ("svg", "png", "csv")
PICTURE_WIDTH = 1600
COLUMNS = ("edition", "start", "end", "section", "section_name", "verdict")
EMBEDDED = "strip.html"
Sections = Mapping[str, list[Judgement]]


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: its name in addresses, the days it shows, what it is drawn from, and how."""

    name: str
    days: Period
    shown: Sections
    figure: Callable[[], Figure]
    draw: Callable[[Figure], str]
    has_sums: bool


def charts_of_home(language: str) -> dict[str, list[str]]:
    """Addresses of the files of the charts on a home page: of the ``trace`` and of the ``strip``."""
    return {name: _files(language, name) for name in ("trace", "strip")}


def charts_of_section(language: str, key: str) -> list[str]:
    """Addresses of the files of a section's chart."""
    return _files(language, f"trace-{key}")


def embedded_page(language: str) -> str:
    """The address of the heat strip as a page for frames."""
    return addresses.chart(language, EMBEDDED)


def _files(language: str, name: str) -> list[str]:
    return [addresses.chart(language, f"{name}.{suffix}") for suffix in FORMATS]


def home_chart_items(history: History, wording: Wording) -> Iterator[Item]:
    """The charts of the home page, and the page for frames."""
    newest = figures.newest_assessed(history)
    if newest is None:
        return
    sections = figures.judged_sections(history, wording.site)
    window = charts.last_year(newest)
    days = Period(window.start, window.end)
    shown = {key: charts.within(judgements, window) for key, judgements in sections.items()}
    figure = partial(figures.trace, sections, newest, wording)
    trace = Chart("trace", days, shown, figure, partial(_draw_trace, wording=wording), has_sums=True)
    figure = partial(figures.heat_strip, sections, newest, wording)
    strip = Chart("strip", days, shown, figure, partial(_draw_strip, wording=wording), has_sums=False)
    yield from _items(trace, wording)
    yield from _items(strip, wording)
    key = key_of(VERSION, _own_words(wording), EMBEDDED, days, _drawn_from(shown))
    yield Item(embedded_page(wording.language), key, partial(_make_embedded, strip, newest, wording))


def section_chart_items(history: History, wording: Wording, key: str) -> Iterator[Item]:
    """The chart of a section, if it was ever judged."""
    judgements = history.judgements[key]
    judged = [judgement for judgement in judgements if judgement.verdict]
    if judged:
        days = Period(judgements[0].edition.period.start, judgements[-1].edition.period.end)
        figure, draw = partial(figures.long_trace, key, judgements, wording), partial(_draw_trace, wording=wording)
        chart = Chart(f"trace-{key}", days, {key: judged}, figure, draw, has_sums=True)
        yield from _items(chart, wording)


def _items(chart: Chart, wording: Wording) -> Iterator[Item]:
    own_words, drawn_from = _own_words(wording), _drawn_from(chart.shown)
    for suffix in FORMATS if can_set("".join(own_words)) else ("svg", "csv"):
        yield Item(
            addresses.chart(wording.language, f"{chart.name}.{suffix}"),
            key_of(VERSION, own_words, chart.name, suffix, chart.days, drawn_from),
            partial(_make, chart, suffix, wording),
        )


def _draw_trace(figure: Figure, wording: Wording) -> str:
    note = wording.gettext(
        "Every “better” lifts the pen one line, every “worse” lowers it. "
        "It shows net changes since the left edge of the paper, not how good or bad things are."
    )
    return trace_drawing(figure, note, wording)


def _draw_strip(figure: Figure, wording: Wording) -> str:
    note = wording.gettext("One mark for every assessment. Where the paper is empty, the section was not assessed.")
    return strip_drawing(figure, note, wording)


def _own_words(wording: Wording) -> tuple[str, ...]:
    """Everything in charts that the site says or chooses itself, and a hash of all words of the language."""
    site = wording.site
    return (
        wording.language,
        wording.title,
        site.address,
        *wording.sections.values(),
        *wording.verdicts.values(),
        *(site.verdicts[verdict].light + site.verdicts[verdict].dark for verdict in VERDICTS),
        words_digest(site, wording.language),
    )


def _drawn_from(shown: Sections) -> str:
    return "\n".join(
        f"{key} {' '.join(f'{found.edition.slug}{found.verdict}' for found in judged)}" for key, judged in shown.items()
    )


def _make(chart: Chart, suffix: str, wording: Wording) -> bytes:
    if suffix == "csv":
        return _table(chart, wording)
    drawing = chart.draw(chart.figure())
    return png(drawing, PICTURE_WIDTH) if suffix == "png" else drawing.encode()


def _make_embedded(chart: Chart, newest: Period, wording: Wording) -> bytes:
    return embedded_strip(chart.figure(), newest, wording)


def _table(chart: Chart, wording: Wording) -> bytes:
    """The figures behind a chart as CSV: a row for each assessment, oldest first, section by section.

    ``net_change`` is where the trace stands after it, counted from the left edge of the paper.
    """
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([*COLUMNS, "net_change"] if chart.has_sums else COLUMNS)
    for key, judged in chart.shown.items():
        name = with_apostrophes(wording.sections[key])
        for found, level in zip(judged, charts.sums(judged), strict=True):
            edition = found.edition
            row = [edition.slug, edition.period.start, edition.period.end, key, name, found.verdict]
            writer.writerow([*row, level] if chart.has_sums else row)
    return buffer.getvalue().encode()

"""The geometry of the charts: real days, one scale, nothing that was not assessed."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.base.period import Period
from barograph.release import charts
from barograph.release.charts import Window
from barograph.release.history import History, Judgement
from barograph.release.record import Assessment, Edition, Record
from tests.release import records

MONDAY = date(2024, 1, 1)
verdicts = st.lists(st.sampled_from(["better", "unchanged", "worse", None]), max_size=60)


def judged(*given_verdicts: str | None, first_day: date = MONDAY, days: int = 7) -> list[Judgement]:
    """One section's judgements in weeks that follow each other; an empty string leaves a week out."""
    editions = []
    for week, verdict in enumerate(given_verdicts):
        if verdict == "":
            continue
        start = first_day + timedelta(weeks=week)
        period = Period(start, start + timedelta(days=days - 1))
        editions.append(Edition(period.slug, period, period.end, (Assessment("press", verdict),)))
    return History(Record(tuple(editions)), records.site()).judgements["press"]


def places_of(path: str) -> list[float]:
    """Where the parts of a path begin, from left to right."""
    return [float(number) for number in re.findall(r"M([\d.-]+)", path)]


def test_a_year_ends_with_the_newest_period_and_has_52_weeks() -> None:
    window = charts.last_year(Period(date(2024, 12, 30), date(2025, 1, 5)))

    assert (window.start, window.end, window.days) == (date(2024, 1, 8), date(2025, 1, 5), 364)


def test_a_window_knows_its_months_and_where_they_stand() -> None:
    months = list(Window(date(2023, 12, 15), date(2024, 2, 29)).months())

    assert [day for day, _part in months] == [date(2024, 1, 1), date(2024, 2, 1)]
    assert months[0][1] == pytest.approx(17 / 77)


def test_halves_are_full_weeks_and_leave_no_day_out() -> None:
    first, second = charts.calendar_year(2024).halves()

    assert first.days % 7 == 0
    assert second.start - first.end == timedelta(days=1)
    assert (first.start, second.end) == (date(2024, 1, 1), date(2024, 12, 31))


def test_a_week_without_an_assessment_stays_empty_paper() -> None:
    strip = charts.strip(judged("worse", "", "worse"), Window(MONDAY, MONDAY + timedelta(days=27)))

    assert places_of(strip.tints["worse"]) == [0.5, 2 * charts.WEEK + 0.5]
    assert set(strip.tints) == {"worse"}


def test_every_cell_of_the_strip_has_a_mark_of_its_own_shape() -> None:
    strip = charts.strip(judged("better", "unchanged", "worse"), Window(MONDAY, MONDAY + timedelta(days=27)))

    assert {verdict: path.count("M") for verdict, path in strip.marks.items()} == {
        "better": 1,
        "unchanged": 1,
        "worse": 1,
    }
    assert len({path.split("l")[-1] for path in strip.marks.values()}) == 3


def test_a_period_of_two_weeks_is_twice_as_wide() -> None:
    strip = charts.strip(judged("better", days=14), Window(MONDAY, MONDAY + timedelta(days=27)))

    assert f"h{2 * charts.WEEK - 1}" in strip.tints["better"]


def test_a_judgement_without_a_verdict_is_not_drawn() -> None:
    window = Window(MONDAY, MONDAY + timedelta(days=27))

    assert charts.strip(judged(None, "better"), window).tints.keys() == {"better"}
    assert charts.lanes([judged(None)], window)[0].ink == ""


def test_the_running_sum_starts_from_nothing_and_counts_changes() -> None:
    assert charts.sums(judged("worse", "unchanged", "worse", "better")) == [-1, -1, -2, -1]


def test_lanes_are_as_high_as_their_ink_needs_and_of_one_scale() -> None:
    calm, busy = charts.lanes([judged("unchanged"), judged("worse", "worse", "worse")], charts.calendar_year(2024))

    assert (calm.height, busy.height) == (2 * charts.UNIT, 5 * charts.UNIT)
    assert (calm.net, busy.net) == (0, -3)
    assert busy.end == 4 * charts.UNIT


def test_many_changes_shrink_the_scale_and_not_the_paper() -> None:
    lanes = charts.lanes([judged(*["worse"] * 52), judged(*["better"] * 52)], charts.calendar_year(2024))

    assert sum(lane.height for lane in lanes) == pytest.approx(charts.TALLEST, abs=1)


def test_the_end_of_the_ink_is_led_to_the_edge_where_its_label_stands() -> None:
    (lane,) = charts.lanes([judged("better")], charts.calendar_year(2024))

    assert lane.leader.endswith(f"{lane.end:g}H{lane.width}")


def test_ten_years_are_ruled_in_months_and_years() -> None:
    lane = charts.lanes([judged("better")], Window(date(2014, 1, 1), date(2023, 12, 31)))[0]

    assert lane.fine.count("M") == 120
    assert lane.strong.count("M") == 10


@given(verdicts)
def test_every_verdict_has_one_dot_on_the_paper(given_verdicts: list[str | None]) -> None:
    (lane,) = charts.lanes([judged(*given_verdicts)], Window(MONDAY, MONDAY + timedelta(weeks=60)))

    dots = [
        (float(across), float(down))
        for path in lane.dots.values()
        for across, down in re.findall(r"M([\d.-]+) ([\d.-]+)h0", path)
    ]
    assert len(dots) == sum(1 for verdict in given_verdicts if verdict)
    assert all(0 <= across <= lane.width and 0 < down < lane.height for across, down in dots)


@given(verdicts, st.integers(1, 4000))
def test_the_pen_never_goes_back_in_time(given_verdicts: list[str | None], days_before: int) -> None:
    window = Window(MONDAY - timedelta(days=days_before), MONDAY + timedelta(weeks=60))
    (lane,) = charts.lanes([judged(*given_verdicts)], window)

    ends = {word: iter(places_of(path)) for word, path in lane.dots.items()}
    in_time = [next(ends[verdict]) for verdict in given_verdicts if verdict]
    assert all(later > earlier for earlier, later in pairwise(in_time))


@given(verdicts)
def test_the_trace_ends_at_the_sum_of_all_steps(given_verdicts: list[str | None]) -> None:
    (lane,) = charts.lanes([judged(*given_verdicts)], Window(MONDAY, MONDAY + timedelta(weeks=60)))

    assert lane.net == given_verdicts.count("better") - given_verdicts.count("worse")


@pytest.mark.parametrize(
    ("start", "end", "ink"),
    [
        (date(2024, 1, 1), date(2024, 1, 7), "M0 0h7v8h-7z"),
        (date(2023, 12, 25), date(2023, 12, 31), "M358 0h7v8h-7z"),
        (date(2024, 12, 30), date(2025, 1, 5), "M364 0h2v8h-2z"),
    ],
)
def test_the_ruler_has_ink_on_the_days_of_the_period_in_its_year(start: date, end: date, ink: str) -> None:
    assert charts.ruler(Period(start, end)).ink == ink


def test_what_is_the_same_in_all_languages_is_drawn_once() -> None:
    window = charts.calendar_year(2024)
    drawn = charts.strip(judged("better", "worse"), window), charts.lanes([judged("better", "worse")], window)

    assert charts.strip(judged("better", "worse"), window) is drawn[0]
    assert charts.lanes([judged("better", "worse")], window)[0] is drawn[1][0]
    assert charts.strip(judged("better", "better"), window) != drawn[0]
    assert charts.lanes([judged("better", "worse", days=6)], window) != drawn[1]

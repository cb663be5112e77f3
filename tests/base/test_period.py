"""Reporting periods in words and addresses."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.base.period import Period, day_label
from barograph.base.site import Cadence


@pytest.mark.parametrize(
    ("start", "end", "language", "words"),
    [
        (date(2024, 1, 22), date(2024, 1, 28), "en", "January 22 – 28, 2024"),
        (date(2024, 1, 22), date(2024, 1, 28), "be", "22–28 студзеня 2024"),
        (date(2024, 1, 22), date(2024, 1, 28), "ru", "22–28 января 2024 г."),
        (date(2022, 11, 28), date(2022, 12, 4), "en", "November 28 – December 4, 2022"),
        (date(2022, 11, 28), date(2022, 12, 4), "be", "28 лістапада – 4 снежня 2022"),
        (date(2022, 12, 26), date(2023, 1, 1), "ru", "26 декабря 2022 г. – 1 января 2023 г."),
        (date(2022, 12, 26), date(2023, 1, 1), "pl", "26 grudnia 2022–1 stycznia 2023"),
        (date(2024, 5, 9), date(2024, 5, 9), "en", "May 9, 2024"),
    ],
)
def test_a_period_is_written_as_its_language_writes_it(start: date, end: date, language: str, words: str) -> None:
    # CLDR sets narrow spaces here and there; their width does not matter here.
    assert " ".join(Period(start, end).label(language).split()) == words


def test_a_day_is_written_as_its_language_writes_it() -> None:
    assert " ".join(day_label(date(2024, 1, 5), "be").split()).startswith("5 студзеня 2024")


def test_a_week_is_addressed_by_its_first_day_and_any_other_period_by_both() -> None:
    assert Period(date(2021, 12, 27), date(2022, 1, 2)).slug == "2021-12-27"
    assert Period(date(2021, 12, 1), date(2021, 12, 31)).slug == "2021-12-01--2021-12-31"


def test_a_period_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match=r"ends .* before it starts"):
        Period(date(2024, 1, 2), date(2024, 1, 1))


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 60), st.integers(-400, 400))
def test_periods_follow_one_another_without_gap_or_overlap(anchor: date, days: int, offset: int) -> None:
    cadence = Cadence(days=days, anchor=anchor)
    today = anchor + timedelta(days=offset)
    first = Period(*cadence.period_after(None, today))
    second = Period(*cadence.period_after(first.end, today))
    assert first.start <= today <= first.end
    assert (first.start - anchor).days % days == 0
    assert second.start == first.end + timedelta(days=1)
    assert first.days == second.days == days

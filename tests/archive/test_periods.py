"""Dates as archives print them."""

from datetime import date, timedelta

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from barograph.archive.periods import read_date_line
from barograph.archive.vocabulary import vocabulary

WORDS = vocabulary()


@pytest.mark.parametrize(
    ("line", "start", "end"),
    [
        ("May 3 – May 9, 2021", "2021-05-03", "2021-05-09"),
        ("May 31 – June 6, 2021", "2021-05-31", "2021-06-06"),
        ("May 3–9, 2021", "2021-05-03", "2021-05-09"),
        ("May 3 - 9, 2021", "2021-05-03", "2021-05-09"),
        ("May 3rd — 9th, 2021", "2021-05-03", "2021-05-09"),
        ("3–9 May 2021", "2021-05-03", "2021-05-09"),
        ("3 May – 9 May 2021", "2021-05-03", "2021-05-09"),
        ("3 May 2021 – 9 May 2021", "2021-05-03", "2021-05-09"),
        ("from 3 to 9 May 2021", "2021-05-03", "2021-05-09"),
        ("Week of May 3–9, 2021", "2021-05-03", "2021-05-09"),
        ("Monday, 3 May – Sunday, 9 May 2021", "2021-05-03", "2021-05-09"),
        ("Sept. 6 – 12, 2021", "2021-09-06", "2021-09-12"),
        ("Sep 6 − Sep 12, 2021", "2021-09-06", "2021-09-12"),
        ("2021-05-03 – 2021-05-09", "2021-05-03", "2021-05-09"),
        ("2021-05-03/2021-05-09", "2021-05-03", "2021-05-09"),
        ("03.05.2021 – 09.05.2021", "2021-05-03", "2021-05-09"),
        ("03.05–09.05.2021", "2021-05-03", "2021-05-09"),
        ("3-9.05.2021", "2021-05-03", "2021-05-09"),
        ("01-30.11.2020", "2020-11-01", "2020-11-30"),
        ("01.01-31.12.2020", "2020-01-01", "2020-12-31"),
        ("31/05/2021 – 06/06/2021", "2021-05-31", "2021-06-06"),
        ("January – June 2020", "2020-01-01", "2020-06-30"),
        ("Травень 3 – Травень 9, 2021", "2021-05-03", "2021-05-09"),
        ("Май 3 – Май 9, 2021", "2021-05-03", "2021-05-09"),
        ("Верасень 27 – Кастрычнік 3, 2021", "2021-09-27", "2021-10-03"),
        ("27 верасня – 3 кастрычніка 2021 года", "2021-09-27", "2021-10-03"),
        ("з 3 па 9 мая 2021 г.", "2021-05-03", "2021-05-09"),
        ("3–9 траўня 2021", "2021-05-03", "2021-05-09"),
        ("Сентябрь 27 – Октябрь 3, 2021", "2021-09-27", "2021-10-03"),
        ("с 27 сентября по 3 октября 2021 года", "2021-09-27", "2021-10-03"),
        ("27 сент. – 3 окт. 2021 г.", "2021-09-27", "2021-10-03"),
        ("ПЕРИОД: 3–9 МАЯ 2021", "2021-05-03", "2021-05-09"),
        ("29 грудня 2014 – 4 студзеня 2015", "2014-12-29", "2015-01-04"),
    ],
)
def test_a_period_is_read_in_every_order_and_language(line: str, start: str, end: str) -> None:
    dates = read_date_line(line, WORDS)
    assert dates is not None
    assert dates.kind == "period"
    assert (str(dates.start), str(dates.end)) == (start, end)
    assert not dates.problem


@pytest.mark.parametrize(
    ("line", "start", "end"),
    [
        ("December 27 – January 2, 2021", "2021-12-27", "2022-01-02"),
        ("December 27 – January 2, 2022", "2021-12-27", "2022-01-02"),
        ("December 31 – January 6, 2018", "2018-12-31", "2019-01-06"),
        ("December 31 – January 6, 2019", "2018-12-31", "2019-01-06"),
        ("Снежань 27 – Студзень 2, 2021", "2021-12-27", "2022-01-02"),
        ("27 декабря – 2 января 2022 года", "2021-12-27", "2022-01-02"),
        ("27.12 – 02.01.2022", "2021-12-27", "2022-01-02"),
        ("December 27, 2021 – January 2", "2021-12-27", "2022-01-02"),
        ("December 21 – January 3, 2021", "2020-12-21", "2021-01-03"),
    ],
)
def test_across_new_year_the_weekdays_tell_which_year_was_printed(line: str, start: str, end: str) -> None:
    dates = read_date_line(line, WORDS)
    assert dates is not None
    assert (str(dates.start), str(dates.end)) == (start, end)


@pytest.mark.parametrize("line", ["December 29 – January 4, 2018", "29.12 – 04.01.2018", "June 20 – May 3, 2019"])
def test_two_possible_years_are_both_named_and_none_is_chosen(line: str) -> None:
    dates = read_date_line(line, WORDS)
    assert dates is not None
    assert dates.start is None
    assert dates.end is None
    assert len(dates.candidates) == 2
    assert all(str(day) in dates.problem for span in dates.candidates for day in span)


def test_slashes_that_can_be_read_both_ways_are_not_guessed() -> None:
    dates = read_date_line("02/03/2021 – 08/05/2021", WORDS)
    assert dates is not None
    assert dates.start is None
    assert "2021-03-02" in dates.problem
    assert "2021-02-03" in dates.problem


@pytest.mark.parametrize("line", ["February 30 – March 5, 2021", "35.05 – 36.05.2021", "May 9, 2021 – May 3, 2021"])
def test_impossible_dates_are_a_problem_and_no_period(line: str) -> None:
    dates = read_date_line(line, WORDS)
    assert dates is not None
    assert dates.start is None
    assert "not a possible pair of dates" in dates.problem


def test_a_week_that_is_whole_only_in_another_year_is_kept_and_doubted() -> None:
    dates = read_date_line("January 4 – January 10, 2022", WORDS)
    assert dates is not None
    assert str(dates.start) == "2022-01-04"
    assert "2021-01-04 to 2021-01-10 would be" in dates.doubt


@pytest.mark.parametrize("line", ["May 3 – May 9", "3–9 мая", "Травень 3 – Травень 9", "03.05 – 09.05"])
def test_a_week_without_a_year_is_not_a_period(line: str) -> None:
    dates = read_date_line(line, WORDS)
    assert dates is not None
    assert dates.kind == "week"
    assert dates.start is None


@pytest.mark.parametrize(
    "line",
    [
        "May 3, 2021 14:20", "3 мая 2021, 14:20", "03.05.2021 14:20", "Published on 3 May 2021",
        "2021-05-03T14:20:00+03:00",
        "Апублікавана: 3 мая 2021", "May 3, 2021", "May 2021", "3 May", "Posted May 3, 2021 at 2:20 pm",
    ],
)  # fmt: skip
def test_a_day_or_moment_is_not_a_period(line: str) -> None:
    dates = read_date_line(line, WORDS)
    assert dates is not None
    assert dates.kind == "stamp"
    assert dates.start is None


@pytest.mark.parametrize(
    "line",
    [
        "2021: a year of queues", "2021", "In May 2021 the queues grew", "May 3 – May 9, 2021: queues",
        "The 2 – 3 scenarios of 2021",
        "May be 3 – 9 in 2021", "Мая", "", "1 – 2", "На 3–9 мая 2021 намечен ремонт", "3–9 May 2021 and later",
    ],
)  # fmt: skip
def test_a_line_about_anything_else_is_no_date(line: str) -> None:
    assert read_date_line(line, WORDS) is None


@given(
    start=st.dates(date(2000, 1, 1), date(2040, 12, 1)),
    days=st.integers(1, 40),
    language=st.sampled_from(["en", "be", "ru"]),
    dash=st.sampled_from([" – ", " - ", "—", "–", " − "]),
    pattern=st.sampled_from(["d MMMM y", "MMMM d, y", "LLLL d, y", "dd.MM.y"]),
)
def test_two_written_out_dates_come_back_as_they_were(
    start: date, days: int, language: str, dash: str, pattern: str
) -> None:
    end = start + timedelta(days=days)
    line = dash.join(str(format_date(day, pattern, locale=language)) for day in (start, end))
    dates = read_date_line(line, WORDS)
    assert dates is not None
    assert (dates.start, dates.end) == (start, end)


@given(
    monday=st.integers(0, 2000).map(lambda weeks: date(2000, 1, 3) + timedelta(weeks=weeks)),
    language=st.sampled_from(["en", "be", "ru"]),
    printed_year=st.sampled_from(["start", "end"]),
)
def test_a_whole_week_comes_back_whichever_of_its_years_is_printed(
    monday: date, language: str, printed_year: str
) -> None:
    sunday = monday + timedelta(days=6)
    year = monday.year if printed_year == "start" else sunday.year
    first, last = (str(format_date(day, "LLLL d", locale=language)) for day in (monday, sunday))
    dates = read_date_line(f"{first} – {last}, {year}", WORDS)
    assert dates is not None
    if dates.start is not None:
        assert (dates.start, dates.end) == (monday, sunday)
    else:
        assert (monday, sunday) in dates.candidates

"""Reporting periods: two dates, both included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from babel import Locale
from babel.dates import DateTimePattern, format_date, parse_pattern


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From ``start`` to ``end``, both days included.

    Raises ValueError when the end is before the start.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"the period ends ({self.end}) before it starts ({self.start})")

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.end - self.start).days + 1

    @property
    def slug(self) -> str:
        """Its part of an address: the first day for a week, both days for any other length."""
        if self.days == 7:
            return self.start.isoformat()
        return f"{self.start.isoformat()}--{self.end.isoformat()}"

    def label(self, language: str) -> str:
        """The period in words: CLDR's interval of dates in this language, with the months written out."""
        if self.start == self.end:
            return day_label(self.start, language)
        if self.start.year != self.end.year:
            differs = "y"
        else:
            differs = "M" if self.start.month != self.end.month else "d"
        first, last = _interval(language, differs)
        return first.apply(self.start, _locale(language)) + last.apply(self.end, _locale(language))

    def weeks(self) -> list[date]:
        """First days of the weeks from ``start`` on that begin in the period."""
        return [self.start + timedelta(days=offset) for offset in range(0, self.days, 7)]


def day_label(day: date, language: str) -> str:
    """One day in words, as CLDR writes it in this language."""
    return str(format_date(day, "long", locale=_locale(language)))


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language.replace("-", "_"))


@cache
def _interval(language: str, differs: str) -> tuple[DateTimePattern, DateTimePattern]:
    """CLDR's patterns of both days of an interval whose days, months (M) or years (y) differ."""
    first, last = _locale(language).interval_formats["yMMMd"][differs]
    # CLDR has no interval with written-out months, but the order of its parts is the same.
    return parse_pattern(first.replace("MMM", "MMMM")), parse_pattern(last.replace("MMM", "MMMM"))

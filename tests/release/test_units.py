"""What is not rendered again is what rendering it would give: fingerprints hold all that files and items show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from barograph.base.period import Period
from barograph.release import render
from barograph.release.pages import SitePages
from barograph.release.record import Correction, Edition, Record
from barograph.release.wording import wordings_of
from tests.release import records
from tests.release.test_incremental import Reader

WEEKS = 58
"""More than a year, which is how far back a page looks."""
Seen = dict[str, tuple[str, list[tuple[str, bytes]], list[tuple[str, str]]]]


def seen(record: Record, environment: object = render.environment()) -> tuple[str, Seen]:
    """The fingerprint of what all pages show, and of each unit its own, its files and the keys of its items."""
    site = records.site(languages=[{"code": "en", "name": "English", "required": True}], release={"copies": ["text"]})
    pages = SitePages(
        Reader(record).read(),
        wordings_of(site, records.no_translations),
        pictures=records.picture_bytes,
        environment=environment,  # type: ignore[arg-type]
    )
    found = {}
    for unit in pages.units():
        items = [(item.path, item.key) for item in (*unit.items(), *unit.shown())]
        found[unit.name] = (unit.fingerprint, list(unit.render({})), items)
    return pages.shown_everywhere, found


def year() -> Record:
    """A section in one language, judged for more than a year."""
    editions = []
    for week in range(WEEKS):
        whole = records.edition(week, languages=("en",) if week > WEEKS - 8 or not week % 9 else ())
        editions.append(replace(whole, assessments=whole.assessments[:1]))
    return Record(tuple(editions), records.pages()[:1])


def another_verdict(edition: Edition) -> Edition:
    verdict = "better" if edition.assessments[0].verdict == "worse" else "worse"
    return replace(edition, assessments=(replace(edition.assessments[0], verdict=verdict),))


def other_days(edition: Edition) -> Edition:
    return replace(edition, period=Period(edition.period.start, edition.period.end - timedelta(days=2)))


def no_texts(edition: Edition) -> Edition:
    return replace(edition, assessments=(replace(edition.assessments[0], texts={}),))


def another_text(**changes: Any) -> Callable[[Edition], Edition]:
    def change(edition: Edition) -> Edition:
        judged = edition.assessments[0]
        texts = {code: tuple(replace(text, **changes) for text in found) for code, found in judged.texts.items()}
        return replace(edition, assessments=(replace(judged, texts=texts),))

    return change


CHANGES: dict[str, Callable[[Edition], Edition]] = {
    "verdict": another_verdict,
    "days": other_days,
    "no texts": no_texts,
    "headline": another_text(headline="Another headline"),
    "address": another_text(slug="another-address"),
    "day of a change": another_text(changed_on=records.FIRST_DAY + timedelta(days=900)),
    "reason": lambda found: replace(found, assessments=(replace(found.assessments[0], reasons={"en": "Other."}),)),
    "correction": lambda found: replace(found, corrections=(Correction(records.FIRST_DAY, {"en": "Other."}),)),
    "archived": lambda found: replace(found, archived=True),
}


@pytest.fixture(scope="module")
def before() -> tuple[str, Seen]:
    return seen(year())


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("at", [9, WEEKS - 2])
def test_where_the_fingerprint_is_the_same_so_are_files_and_items(
    before: tuple[str, Seen], change: str, at: int
) -> None:
    record = year()
    editions = [CHANGES[change](edition) if number == at else edition for number, edition in enumerate(record.editions)]
    check(before, seen(replace(record, editions=tuple(editions))))


def test_an_edition_that_goes_is_missed_wherever_it_was_shown(before: tuple[str, Seen]) -> None:
    record = year()
    check(before, seen(replace(record, editions=(*record.editions[:40], *record.editions[41:]))))


def test_the_sitemap_dates_a_standing_page_anew(before: tuple[str, Seen]) -> None:
    record = year()
    page = replace(record.pages[0], changed_on=records.FIRST_DAY + timedelta(days=900))
    after = seen(replace(record, pages=(page,)))
    check(before, after)
    assert after[1]["sitemap"][0] != before[1]["sitemap"][0]


def test_the_first_edition_of_a_year_is_led_to_from_the_year_before(before: tuple[str, Seen]) -> None:
    editions = year().editions
    first = [one for one in editions if one.period.start.year == editions[0].period.start.year]
    check(seen(Record(tuple(first), records.pages()[:1])), before)


def test_a_section_that_the_latest_edition_lacks_is_in_the_charts_all_the_same() -> None:
    editions = [replace(records.edition(week, languages=("en",)), corrections=()) for week in range(4)]
    editions = [replace(one, assessments=one.assessments[: 1 if one is editions[-1] else 2]) for one in editions]
    second = editions[1].assessments[1]
    turned = replace(second, verdict="better" if second.verdict == "worse" else "worse")
    other = replace(editions[1], assessments=(editions[1].assessments[0], turned))
    check(seen(Record(tuple(editions))), seen(Record((editions[0], other, *editions[2:]))))


def check(before: tuple[str, Seen], after: tuple[str, Seen]) -> None:
    assert before[0] == after[0]
    kept = [name for name, unit in after[1].items() if name in before[1] and before[1][name][0] == unit[0]]
    for name in kept:
        assert after[1][name] == before[1][name], name
    assert "frame" in kept
    assert len(kept) < len(after[1])

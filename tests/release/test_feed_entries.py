"""An entry that is kept is what writing it again would give, and XML is written as Python's own library writes it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.release import feed_entries, render
from barograph.release.feed_entries import Entry, KeptEntries, element, write_entry
from barograph.release.feeds import feed_files
from barograph.release.history import History, Place
from barograph.release.pages import SitePages
from barograph.release.record import Assessment, Correction, Edition, Record, Text
from barograph.release.wording import Wording
from tests.release import records
from tests.release.test_incremental import Reader

SITE = records.site()


def wording(language: str = "en") -> Wording:
    return Wording(SITE, language, records.no_translations(language))


def history_of(record: Record) -> History:
    return History(Reader(record).read(), SITE)


def files(history: History, words: Wording) -> dict[str, bytes]:
    return dict(file for key in (None, *words.sections) for file in feed_files(history, words, key, keep=True))


def corrected(edition: Edition) -> Edition:
    return replace(edition, corrections=(*edition.corrections, Correction(date(2024, 9, 9), {"en": "Eleven."})))


def in_first_assessment(change: Callable[[Assessment], Assessment]) -> Callable[[Edition], Edition]:
    def edit(edition: Edition) -> Edition:
        return replace(edition, assessments=(change(edition.assessments[0]), *edition.assessments[1:]))

    return edit


def in_language(language: str, change: Callable[[Text], Text]) -> Callable[[Edition], Edition]:
    def edit(found: Assessment) -> Assessment:
        return replace(found, texts={**found.texts, language: tuple(map(change, found.texts[language]))})

    return in_first_assessment(edit)


def key_of_another(edition: Edition) -> Edition:
    """Its first text is a translation of one in another section, of which only the address is shown."""
    other = edition.assessments[1].texts["be"][0].key
    return in_language("en", lambda text: replace(text, key=other))(edition)


CHANGES: dict[str, Callable[[Edition], Edition]] = {
    "correction": corrected,
    "verdict": in_first_assessment(lambda found: replace(found, verdict=None)),
    "reason": in_first_assessment(lambda found: replace(found, reasons={"en": "Another reason."})),
    "no translation": in_first_assessment(lambda found: replace(found, texts={"en": found.texts["en"]})),
    "headline": in_language("en", lambda text: replace(text, headline="Another headline")),
    "address of a translation": in_language("be", lambda text: replace(text, slug="inakš")),
    "translation of another": key_of_another,
    "picture": in_language("en", lambda text: replace(text, picture=records.picture())),
    "day": in_language("en", lambda text: replace(text, published_on=date(2022, 1, 1))),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_kept_is_what_would_be_written_again(change: str) -> None:
    before = records.record(12)
    after = replace(before, editions=(*before.editions[:-2], CHANGES[change](before.editions[-2]), before.editions[-1]))
    words = wording()
    first = files(history_of(before), words)
    changed = files(history_of(after), words)
    assert changed == files(history_of(after), wording()) != first
    assert files(history_of(before), words) == first


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Place]:
    """What has been written as an entry."""
    found: list[Place] = []

    def write(place: Place, history: History, words: Wording) -> Entry:
        found.append(place)
        return write_entry(place, history, words)

    monkeypatch.setattr(feed_entries, "write_entry", write)
    return found


def test_an_entry_is_written_once_for_all_feeds_and_the_next_release(written: list[Place]) -> None:
    record, words = records.record(20), wording()
    files(history_of(record), words)
    assert len(written) == 20 * len(words.sections)
    del written[:]
    corrected_one = replace(record, editions=(*record.editions[:-1], corrected(record.editions[-1])))
    files(history_of(corrected_one), words)
    assert {place.judgement.edition.slug for place in written} == {record.editions[-1].slug}
    assert len(written) == len(words.sections)


def test_entries_are_kept_by_those_who_build_more_than_once(written: list[Place]) -> None:
    before, words, counts = None, [wording()], []
    for _ in range(3):
        record = Reader(records.record(2)).read()
        pages = SitePages(
            record, words, pictures=records.picture_bytes, environment=render.environment(), before=before
        )
        for unit in pages.units():
            if unit.name.startswith("feeds/"):
                list(unit.render({}))
        before = pages.history
        counts.append(len(written))
        del written[:]
    in_sections = 2 * len(records.SECTIONS)
    assert counts == [2 * in_sections, in_sections, 0]


def test_what_no_feed_holds_any_more_is_forgotten() -> None:
    history, words = history_of(records.record(3)), wording()
    kept = KeptEntries()
    places = history.places["en", "press"]
    first, second = (kept.entry(place, history, words) for place in places[:2])
    kept.keep_only("press", [second])
    assert kept.entry(places[1], history, words) is second
    assert kept.entry(places[0], history, words) is not first


def test_nothing_of_a_record_made_by_hand_is_kept() -> None:
    history, words = History(records.record(1), SITE), wording()
    place, kept = history.places["en", "press"][0], KeptEntries()
    assert kept.entry(place, history, words) is not kept.entry(place, history, words)


@given(st.text(), st.text())
def test_an_element_is_written_as_the_library_writes_it(words: str, value: str) -> None:
    made = ET.Element("category", {"term": value, "label": value[::-1]})
    made.text = words
    assert element("category", words, term=value, label=value[::-1]) == ET.tostring(made, encoding="unicode")

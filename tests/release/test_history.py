"""The history of sections, and what it takes over from the history before it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from barograph.release.history import MARK, History
from barograph.release.record import Correction, Edition, Record
from tests.release import records

SITE = records.site()
Said = tuple[str | None, str | None, bool]
"""The verdicts of two sections, and whether the edition was corrected."""
said = st.tuples(*[st.sampled_from(["better", "worse", None])] * 2, st.booleans())


@cache
def edition(week: int, said: Said) -> Edition:
    """The edition of a week: the same object for the same words, as who reads the record gives it."""
    whole = records.edition(week, languages=("en", "be"))
    found = zip(whole.assessments, said[:2], strict=False)
    assessments = tuple(replace(one, verdict=verdict, texts=one.texts if verdict else {}) for one, verdict in found)
    corrections = (Correction(whole.published_on, {"en": "One number was wrong."}),) if said[2] else ()
    return replace(whole, assessments=assessments, corrections=corrections)


def history(weeks: list[Said], before: History | None = None) -> History:
    """The history of some weeks; the first of them is left out where it says nothing at all."""
    editions = [edition(week, said) for week, said in enumerate(weeks) if any(said)]
    return History(Record(tuple(editions)), SITE, before)


def known(history: History) -> dict[str, Any]:
    """All that a history knows."""
    judgements = [judgement for found in history.of_edition.values() for judgement in found]
    return {
        "judgements": history.judgements,
        "of_edition": history.of_edition,
        "positions": history.positions,
        "places": list(history.places.items()),
        "translations": [(key, list(found.items())) for key, found in history.translations.items()],
        "neighbours": [history.neighbours(place) for found in history.places.values() for place in found],
        "years": {key: history.years(key) for key in history.judgements},
        "words": [(found.mark, found.content, found.standing) for found in judgements],
    }


@given(before=st.lists(said, max_size=6), after=st.lists(said, max_size=6))
def test_a_history_that_takes_over_from_another_is_as_one_made_anew(before: list[Said], after: list[Said]) -> None:
    assert known(history(after, history(before))) == known(history(after))


def test_a_correction_replaces_the_judgements_and_places_of_one_edition_only() -> None:
    weeks: list[Said] = [("better", "worse", False), ("worse", "worse", False), ("better", "worse", False)]
    before = history(weeks)
    after = history([weeks[0], ("worse", "worse", True), weeks[2]], before)
    replaced = {
        slug
        for slug, found in after.of_edition.items()
        if [id(judgement) for judgement in found] != [id(judgement) for judgement in before.of_edition[slug]]
    }
    assert replaced == {edition(1, weeks[1]).slug}
    kept = [before.translations[key]["en"] is place["en"] for key, place in after.translations.items()]
    assert kept == [True, True, False, False, True, True]


def test_another_verdict_changes_how_long_the_later_ones_of_its_row_have_stood() -> None:
    before = history([("better", None, False), ("better", None, False), ("better", None, False)])
    after = history([("worse", None, False), ("better", None, False), ("better", None, False)], before)
    assert [found.run for found in after.judgements["economy"]] == [1, 1, 2]
    assert [found.before and found.before.verdict for found in after.judgements["economy"]] == [None, "worse", "worse"]


def test_every_mark_is_as_long_as_the_others() -> None:
    long = records.edition(0, first_day=records.FIRST_DAY.replace(year=999))
    found = [*history([("better", None, False)]).judgements["economy"]]
    found += History(Record((long,)), SITE).judgements["economy"]
    assert {len(judgement.mark) for judgement in found} == {MARK}

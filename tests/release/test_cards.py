"""Cards: one picture for each commentary and edition, in its language, that a reader can tell at a glance."""

from __future__ import annotations

import gettext
import struct
from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from barograph.release import cards
from barograph.release.cards import card_items, commentary_card, edition_card
from barograph.release.history import History
from barograph.release.record import Edition, Record
from barograph.release.shelf import Item
from barograph.release.wording import Wording
from tests.release import records


def made_of(record: Record, language: str = "en", **changes: object) -> tuple[History, Wording]:
    """What cards of a record are made from."""
    site = records.site(**changes)
    return History(record, site), Wording(site, language, gettext.NullTranslations())


def items_of(record: Record, language: str = "en", **changes: object) -> dict[str, Item]:
    """The cards of a record by their paths."""
    return {item.path: item for item in card_items(*made_of(record, language, **changes))}


def colours(content: bytes, box: tuple[int, int, int, int]) -> set[tuple[int, ...]]:
    """The colours in a part of a picture."""
    with Image.open(BytesIO(content)) as picture:
        found = picture.convert("RGB").crop(box).getcolors(100_000) or []
    return {colour for _count, colour in found if isinstance(colour, tuple)}


def is_near(colour: tuple[int, ...], others: Iterable[tuple[int, ...]]) -> bool:
    """Whether a colour is there but for what a small palette rounds."""
    return any(all(abs(a - b) < 8 for a, b in zip(colour, other, strict=True)) for other in others)


def test_every_commentary_and_edition_has_a_card_of_its_own_newest_first() -> None:
    record = records.record(3)
    history, wording = made_of(record)
    paths = [item.path for item in card_items(history, wording)]
    newest = record.editions[-1]
    places = [place for found in history.places.values() for place in found if place.text.language == "en"]

    assert len(set(paths)) == len(paths) == 3 + len(places)
    assert paths[0] == edition_card("en", newest) == f"cards/en/{newest.slug}.png"
    assert {commentary_card(place) for place in places} < set(paths)
    assert paths[-6] == edition_card("en", record.editions[0])


def test_two_commentaries_on_one_judgement_have_two_cards() -> None:
    paths = list(items_of(Record((records.uneven_edition(3),))))

    assert len([path for path in paths if "-economy-" in path]) == 2


def test_a_site_that_wants_no_cards_has_none() -> None:
    assert items_of(records.record(1), release={"cards": False}) == {}


def test_a_language_whose_letters_the_fonts_lack_has_none() -> None:
    assert items_of(records.record(1), title={"en": "ვითარება"}) == {}


def test_a_card_is_a_small_picture_of_the_size_that_networks_show() -> None:
    for item in list(items_of(records.record(60), "be").values())[:3]:
        content = item.make()

        assert struct.unpack(">II", content[16:24]) == (1200, 630)
        assert len(content) < 40_000


def test_the_same_card_has_the_same_bytes() -> None:
    first, second = (next(iter(items_of(records.record(2)).values())) for _ in range(2))

    assert first.key == second.key
    assert first.make() == second.make()


@pytest.mark.parametrize("verdict", ["better", "unchanged", "worse"])
def test_a_commentary_shows_its_verdict_in_its_colour(verdict: str) -> None:
    whole = records.edition(0)
    edition = replace(whole, assessments=(replace(whole.assessments[0], verdict=verdict),))
    card = next(item for path, item in items_of(Record((edition,))).items() if "economy" in path)
    wanted = records.site().verdicts[verdict].light
    colour = (int(wanted[1:3], 16), int(wanted[3:5], 16), int(wanted[5:7], 16))

    assert is_near(colour, colours(card.make(), (cards.TRACE + 4, 440, 1200, 630)))


def longest_headline(said: str) -> bytes:
    """The card of a commentary with such a headline."""
    whole = records.edition(0)
    first = whole.assessments[0]
    texts = {"en": (replace(first.texts["en"][0], headline=said),)}
    edition = replace(whole, assessments=(replace(first, verdict=None, texts=texts),))
    return next(item for path, item in items_of(Record((edition,))).items() if "economy" in path).make()


@pytest.mark.parametrize(
    "said", ["Ministers met " * 60, "Donaudampfschifffahrtsgesellschaftskapitän" * 5, "W" * 400, "ДЖЩ " * 200]
)
def test_no_headline_runs_over_the_edges_or_into_the_paper(said: str) -> None:
    content = longest_headline(said)

    for box in ((0, 130, 56, 438), (1144, 130, 1200, 438), (0, 425, 1200, 437)):
        assert all(is_near((251, 248, 241), [colour]) for colour in colours(content, box))


def test_a_headline_with_words_that_cannot_be_set_gives_way_to_its_section() -> None:
    assert longest_headline("Αθήνα and Minsk") == longest_headline("Αθήνα and Vilnius")


def test_markup_in_a_headline_is_only_letters() -> None:
    assert longest_headline('</text><image href="x"/> & <b>').startswith(b"\x89PNG")


def key_of_newest(record: Record, title: str = "Situation in Arcadia") -> str:
    """The key of the newest edition's first commentary, on a site with such a title."""
    return next(item.key for path, item in items_of(record, title={"en": title}).items() if "economy" in path)


def test_a_card_is_made_again_when_what_it_shows_changes() -> None:
    record = records.record(3)
    *earlier, newest = record.editions
    changed_first = tuple(replace(found, verdict="better", digest="x") for found in newest.assessments)
    past = replace(earlier[0], assessments=tuple(replace(found, verdict="better") for found in earlier[0].assessments))
    keys = {
        key_of_newest(record),
        key_of_newest(record, "Another name"),
        key_of_newest(Record((*earlier, replace(newest, assessments=changed_first)))),
        key_of_newest(Record((past, *earlier[1:], newest))),
    }

    assert len(keys) == 4


def test_a_later_edition_leaves_the_cards_of_earlier_ones_as_they_are() -> None:
    before, after = items_of(records.record(3)), items_of(records.record(4))

    assert before.items() <= after.items()


def test_many_sections_have_room_on_the_card_of_an_edition() -> None:
    sections = [{"key": f"s{number}", "name": {"en": f"Section number {number}"}} for number in range(14)]
    whole = records.edition(0)
    judged = tuple(
        replace(whole.assessments[0], section=f"s{number}", verdict=None if number % 2 else "worse", texts={})
        for number in range(14)
    )
    edition: Edition = replace(whole, assessments=judged)
    content = items_of(Record((edition,)), sections=sections)[edition_card("en", edition)].make()

    assert all(is_near((251, 248, 241), [colour]) for colour in colours(content, (0, 605, 1200, 630)))

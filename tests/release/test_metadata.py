"""What pages say to machines is true, complete and cannot break out of its element."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.release.history import History, Place
from barograph.release.linked_data import script
from barograph.release.metadata import citation, commentary_metadata, page_metadata
from barograph.release.record import Source
from barograph.release.wording import Wording
from tests.release import records

SHIPS = "https://example.org/en/economy/week-of-2024-08-12/"
UP = "../../../"


class Head(HTMLParser):
    """The elements of a head, and what stands in its script."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.script = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.script += data.strip()

    @property
    def data(self) -> dict[str, Any]:
        """The JSON-LD."""
        found: dict[str, Any] = json.loads(self.script)
        return found

    def said(self, kind: str) -> list[tuple[str | None, str | None]]:
        """The ``meta`` elements of Open Graph (``property``), or the others (``name``), with what they say."""
        return [(found[kind], found["content"]) for tag, found in self.tags if tag == "meta" and kind in found]


def wording(language: str = "en", **changes: Any) -> Wording:
    return Wording(records.site(**changes), language, records.no_translations(language))


@pytest.fixture
def history() -> History:
    return History(records.uneven_record(), records.site())


@pytest.fixture
def ships(history: History) -> Place:
    return history.places["en", "economy"][-2]


def of(history: History, place: Place, card: str = "") -> Head:
    translations = history.translations[place.text.key]
    return Head(commentary_metadata(place, translations, wording(place.text.language), UP, card))


def test_a_commentary_is_an_analysis_in_an_issue_of_a_periodical(history: History, ships: Place) -> None:
    data = of(history, ships).data
    assert data["@type"] == "AnalysisNewsArticle"
    assert data["url"] == SHIPS
    assert data["inLanguage"] == "en"
    assert data["temporalCoverage"] == "2024-08-12/2024-08-18"
    assert data["datePublished"] == "2024-08-21"
    assert data["dateModified"] == "2024-08-24"
    assert data["isPartOf"]["name"] == "August 12\u2009–\u200918, 2024"
    assert data["isPartOf"]["isPartOf"]["name"] == "Situation in Arcadia"
    assert [author["name"] for author in data["author"]] == ["Ivan Łučyna", "the economic desk"]
    assert data["image"][-1] == "https://example.org/pictures/harbour-960.png"
    assert data["correction"][0]["text"] == "The number of ships was eleven, not twelve."
    assert data["citation"][0]["url"] == "https://example.org/customs/12"


def test_the_original_knows_its_translations_and_they_know_it(history: History, ships: Place) -> None:
    belarusian = history.translations[ships.text.key]["be"]
    address = SHIPS.replace("/en/", "/be/")
    assert of(history, ships).data["workTranslation"] == [{"@id": address, "inLanguage": "be"}]
    assert of(history, belarusian).data["translationOfWork"] == {"@id": SHIPS, "inLanguage": "en"}


def test_a_text_without_an_original_claims_none(history: History) -> None:
    alone = history.places["ru", "health"][-1]
    assert not {"translationOfWork", "workTranslation"} & of(history, alone).data.keys()


def test_a_commentary_by_nobody_is_by_its_publisher(history: History) -> None:
    place = history.places["en", "press"][0]
    assert of(history, place).data["author"]["name"] == "Arcadian Observatory"
    assert ("citation_author", "Arcadian Observatory") in of(history, place).said("name")


def test_reference_managers_find_what_they_need(history: History, ships: Place) -> None:
    assert of(history, ships).said("name") == [
        ("description", records.LEADS["en"]),
        ("citation_title", records.HEADLINES["en"][0]),
        ("citation_author", "Ivan Łučyna"),
        ("citation_author", "the economic desk"),
        ("citation_publication_date", "2024/08/21"),
        ("citation_journal_title", "Situation in Arcadia"),
        ("citation_issue", "2024-08-12"),
        ("citation_publisher", "Arcadian Observatory"),
        ("citation_language", "en"),
        ("citation_public_url", SHIPS),
    ]


def test_previews_get_title_lead_picture_and_languages(history: History, ships: Place) -> None:
    properties = of(history, ships).said("property")
    for pair in [
        ("og:type", "article"),
        ("og:title", records.HEADLINES["en"][0]),
        ("og:description", records.LEADS["en"]),
        ("og:url", SHIPS),
        ("og:locale", "en_US"),
        ("og:locale:alternate", "be_BY"),
        ("og:image", "https://example.org/pictures/harbour-960.png"),
        ("og:image:alt", "Three cranes above a grain ship"),
        ("article:section", "Economy"),
    ]:
        assert pair in properties


def test_a_commentary_can_be_cited_in_one_line(ships: Place) -> None:
    assert citation(ships, wording()) == (
        "Ivan Łučyna, the economic desk, “Grain ships return to the harbour as the tariff quarrel ends”, "
        "Situation in Arcadia, Economy, August 12\u2009–\u200918, 2024. Published on August 21, 2024. " + SHIPS
    )


def test_any_other_page_says_what_it_is_a_part_of() -> None:
    found = Head(
        page_metadata(
            wording("be"),
            title="Эканоміка",
            address="be/economy/",
            way_up="../../",
            translations=["en", "be"],
            section="economy",
        )
    )
    assert ("link", {"rel": "canonical", "href": "https://example.org/be/economy/"}) in found.tags
    assert ("description", "Раз на тыдзень: што палепшылася і што пагоршылася.") in found.said("name")
    assert found.data["isPartOf"]["url"] == "https://example.org/be/"
    assert ("og:locale:alternate", "en_US") in found.said("property")
    feeds = [attributes["href"] for tag, attributes in found.tags if attributes.get("title")]
    assert feeds == ["../../be/economy/feed.atom", "../../be/economy/feed.json"]


@pytest.mark.parametrize("card", ["", "cards/en/one.png"])
def test_what_is_empty_is_left_out(history: History, ships: Place, card: str) -> None:
    bare = replace(ships, text=replace(ships.text, headline="", lead="", authors=(), sources=(), picture=None))
    head = of(history, bare, card)
    assert not {"headline", "description", "citation", "image"} & head.data.keys()
    names = [name for name, _ in head.said("property")]
    assert ("og:image" in names) == bool(card)
    assert "og:title" not in names


def test_a_card_is_shown_large_in_place_of_the_picture(history: History, ships: Place) -> None:
    head = of(history, ships, "cards/en/one.png")
    images = [words for name, words in head.said("property") if name == "og:image"]
    assert images == ["https://example.org/cards/en/one.png"]
    assert head.said("name")[-1] == ("twitter:card", "summary_large_image")


HOSTILE = "</script><script>alert('\"')</script><!-- & “quoted” \\ \u2028"


@given(st.one_of(st.just(HOSTILE), st.text()))
def test_the_head_holds_all_of_it_whatever_a_text_contains(words: str) -> None:
    history = History(records.uneven_record(), records.site())
    ships = history.places["en", "economy"][-2]
    text = replace(ships.text, headline=f"{words}.", lead=f"{words}!", authors=(words,))
    text = replace(text, sources=(Source(f"{words}?", f"https://example.org/{words}"),))
    head = of(history, replace(ships, text=text))
    assert [tag for tag, _ in head.tags].count("script") == 1
    assert head.data["headline"] == f"{words}."
    assert head.data["description"] == f"{words}!"
    assert head.data["author"] == [{"@type": "Person", "name": words}]
    assert head.data["citation"][0]["name"] == f"{words}?"
    assert head.data["isPartOf"]["isPartOf"]["publisher"]["name"] == "Arcadian Observatory"
    assert ("og:title", f"{words}.") in head.said("property")
    assert ("link", {"rel": "canonical", "href": SHIPS}) in head.tags


@given(st.text())
def test_no_text_breaks_out_of_the_data(words: str) -> None:
    written = script(json.dumps({"a": words}, ensure_ascii=False))
    inside = written.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert not set(inside) & set("<>&\u2028\u2029")
    assert json.loads(inside) == {"a": words}

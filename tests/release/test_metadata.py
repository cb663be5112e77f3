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
from barograph.release.metadata import (
    Metadata,
    citation,
    commentary_metadata,
    highwire,
    page_metadata,
    script_json,
)
from barograph.release.wording import Wording
from tests.release import records

SHIPS = "https://example.org/en/economy/week-of-2024-08-12/"


def wording(language: str = "en", **changes: Any) -> Wording:
    return Wording(records.site(**changes), language, records.no_translations(language))


@pytest.fixture
def history() -> History:
    return History(records.uneven_record(), records.site())


@pytest.fixture
def ships(history: History) -> Place:
    return history.places["en", "economy"][-2]


def of(history: History, place: Place) -> Metadata:
    return commentary_metadata(place, history.translations[place.text.key], wording(place.text.language))


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
    assert ("citation_author", "Arcadian Observatory") in highwire(place, wording())


def test_reference_managers_find_what_they_need(ships: Place) -> None:
    assert highwire(ships, wording()) == [
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
    properties = of(history, ships).properties
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
    found = page_metadata(
        wording("be"), title="Эканоміка", address="be/economy/", translations={"en": "en/economy/"}, section="economy"
    )
    assert found.canonical == "https://example.org/be/economy/"
    assert found.description == "Раз на тыдзень: што палепшылася і што пагоршылася."
    assert found.data["isPartOf"]["url"] == "https://example.org/be/"
    assert ("og:locale:alternate", "en_US") in found.properties
    assert [address for _, _, address in found.feeds] == ["be/economy/feed.atom", "be/economy/feed.json"]


class Head(HTMLParser):
    """Elements of a head, and what stands in the script."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.script = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.script += data.strip()


def test_the_head_holds_all_of_it_whatever_a_headline_contains(history: History, ships: Place) -> None:
    hostile = "</script><script>alert('\"')</script><!-- & “quoted”"
    place = replace(ships, text=replace(ships.text, headline=hostile, lead=hostile))
    head = Head(of(history, place).html("../../../"))
    assert [tag for tag, _ in head.tags].count("script") == 1
    assert json.loads(head.script)["headline"] == hostile
    assert ("meta", {"property": "og:title", "content": hostile}) in head.tags
    assert ("meta", {"name": "citation_title", "content": hostile}) in head.tags
    assert ("link", {"rel": "canonical", "href": SHIPS}) in head.tags
    feeds = [attributes["href"] for tag, attributes in head.tags if attributes.get("title")]
    assert feeds == ["../../../en/economy/feed.atom", "../../../en/economy/feed.json"]


@given(st.text())
def test_no_text_breaks_out_of_the_data(words: str) -> None:
    written = script_json({"a": words})
    assert not set(written) & set("<>&\u2028\u2029")
    assert json.loads(written) == {"a": words}

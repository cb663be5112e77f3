"""The copy that is one HTML file."""

from __future__ import annotations

import base64
import hashlib

import pytest
from bs4 import BeautifulSoup

from tests.release import records
from tests.release.offline import books


@pytest.fixture(scope="module")
def html() -> str:
    return books.copy(books.record(), "en", f"edition-{books.SLUG}-en.html").decode()


@pytest.fixture(scope="module")
def parsed(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def test_nothing_is_loaded_and_nothing_runs(html: str, parsed: BeautifulSoup) -> None:
    loaders = ["script", "link", "iframe", "object", "embed", "audio", "video", "source", "use", "form", "base"]
    assert parsed.find_all(loaders) == []
    assert all(str(image["src"]).startswith("data:image/") for image in parsed.find_all("img"))
    assert "url(" not in html
    assert "@import" not in html
    assert [
        tag for tag in parsed.find_all(True) if any(name.startswith("on") or name == "style" for name in tag.attrs)
    ] == []


def test_its_policy_allows_its_own_style_and_its_own_pictures_only(parsed: BeautifulSoup) -> None:
    style, policy = parsed.find("style"), parsed.find("meta", {"http-equiv": "Content-Security-Policy"})
    assert style is not None
    assert policy is not None
    digest = base64.b64encode(hashlib.sha256(style.get_text().encode()).digest()).decode()
    assert policy["content"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; form-action 'none'; base-uri 'none'"
    )


def test_it_is_small_without_pictures() -> None:
    bare = books.copy(records.record(2), "be", f"{records.edition(1).slug}-be.html")
    assert len(bare) < 100_000


def test_it_holds_the_whole_edition_and_where_it_comes_from(parsed: BeautifulSoup) -> None:
    text = parsed.get_text()
    for words in (*records.HEADLINES["en"], records.LEADS["en"], records.SUMMARIES["en"], "Eleven ships, not twelve."):
        assert words in text
    assert "The situation got worse" in text
    addresses = {str(link["href"]) for link in parsed.find_all("a")}
    assert {*books.MIRRORS, books.ONION, "https://example.org/customs/12"} <= addresses
    assert f"sha256sum edition-{books.SLUG}-en.html" in text


def test_every_link_within_it_leads_somewhere(parsed: BeautifulSoup) -> None:
    inner = [str(link["href"]) for link in parsed.find_all("a") if str(link["href"]).startswith("#")]
    assert len(inner) == 1 + len(records.SECTIONS)
    assert [target for target in inner if parsed.find(id=target[1:]) is None] == []


def test_a_text_of_another_language_is_named_in_its_own() -> None:
    uneven = records.uneven_record()
    slug = uneven.editions[-2].slug
    parsed = BeautifulSoup(books.copy(uneven, "en", f"edition-{slug}-en.html").decode(), "html.parser")
    elsewhere = parsed.find("p", {"class": "elsewhere"})
    assert elsewhere is not None
    link = elsewhere.find("a")
    assert link is not None
    assert (link["lang"], link.get_text()) == ("ru", records.HEADLINES["ru"][1])
    assert "Only in: Russian" in elsewhere.get_text()
    assert "No verdict was given" in parsed.get_text()

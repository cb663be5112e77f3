"""The invitation to the newsletter and the page of promises: there where the newsletter is open, and nowhere else."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from functools import cache
from typing import Any

import pytest
from bs4 import BeautifulSoup

from barograph.base.newsletter_settings import NewsletterSettings
from barograph.release import render
from tests.release import records
from tests.release.everything import render_release

INVITED = "https://example.org/newsletter/"


@cache
def rendered(**settings: Any) -> dict[str, bytes]:
    files = render_release(
        records.record(2),
        records.site(newsletter=NewsletterSettings(**settings)),
        gettext_for=records.no_translations,
        pictures=records.picture_bytes,
        environment=render.environment(),
    )
    return dict(files)


def page(name: str, **settings: Any) -> BeautifulSoup:
    return BeautifulSoup(rendered(**settings)[name], "lxml")


def links_of(found: BeautifulSoup) -> set[str]:
    return {str(link["href"]) for link in found.find_all("a", href=True)}


def test_a_site_without_an_open_newsletter_has_no_word_of_it() -> None:
    closed = rendered()
    assert not [name for name in closed if "promises" in name]
    assert not [name for name, content in closed.items() if b"/newsletter/" in content or b"/promises/" in content]


def test_opening_it_changes_nothing_but_pages_the_style_and_the_sitemap() -> None:
    closed, opened = rendered(), rendered(open=True)
    changed = {name for name in closed.keys() & opened.keys() if closed[name] != opened[name]}
    assert {name.rpartition(".")[2] for name in changed} == {"html", "xml"}
    assert not [name for name in changed if "feed" in name]
    kinds = {name.rpartition(".")[2] for name in opened.keys() - closed.keys()}
    assert kinds == {"html", "css"}


@pytest.mark.parametrize("language", records.LANGUAGES)
def test_every_page_of_a_language_leads_to_the_form_and_to_the_promises(language: str) -> None:
    for name in (name for name in rendered(open=True) if name.startswith(f"{language}/") and name.endswith(".html")):
        found = links_of(page(name, open=True))
        assert f"{INVITED}{language}/" in found, name
        assert any(link.endswith(f"{language}/promises/index.html") for link in found), name


def test_the_home_page_invites_in_one_line() -> None:
    [line] = page("be/index.html", open=True).select(".invitation")
    assert line.name == "p"
    assert line.a is not None
    assert line.a["href"] == f"{INVITED}be/"


def test_an_edge_at_an_address_of_its_own_is_the_one_that_is_linked() -> None:
    found = page("en/index.html", open=True, address="https://letters.example.org/")
    assert "https://letters.example.org/newsletter/en/" in links_of(found)
    assert not [link for link in links_of(found) if link.startswith(INVITED)]


@pytest.mark.parametrize("language", records.LANGUAGES)
def test_the_promises_stand_in_every_language_and_know_each_other(language: str) -> None:
    found = page(f"{language}/promises/index.html", open=True)
    alternates = {str(link["hreflang"]): str(link["href"]) for link in found.select("link[hreflang]")}
    assert alternates == {code: f"https://example.org/{code}/promises/" for code in records.LANGUAGES}
    assert {f"{INVITED}{language}/", f"{INVITED}{language}/erase/"} <= links_of(found)
    assert len(found.select(".promises > li")) == 7


def test_the_sitemap_has_the_promises_without_a_date() -> None:
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    urls = ET.fromstring(rendered(open=True)["sitemap-pages.xml"]).findall(f"{space}url")  # noqa: S314 (our own)
    dates = {url.findtext(f"{space}loc"): url.findtext(f"{space}lastmod") for url in urls}
    for language in records.LANGUAGES:
        assert dates[f"https://example.org/{language}/promises/"] is None


def test_mail_services_that_readers_are_warned_of_are_named_there() -> None:
    found = page("en/promises/index.html", open=True, watched_domains=("mail.example", "post.example"))
    assert len(found.select(".promises > li")) == 8
    assert [item.text for item in found.select(".promises > li:last-child li")] == ["mail.example", "post.example"]

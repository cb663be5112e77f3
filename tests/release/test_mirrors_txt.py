"""Where else a site can be read: ``mirrors.txt`` and the foot of every page."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from barograph.base.site import SiteSettings
from barograph.release import render
from barograph.release.mirrors import mirrors_txt
from tests.release import records
from tests.release.test_pages import html_pages, rendered

ONION = f"http://{'a' * 56}.onion"


def site_with(**release: object) -> SiteSettings:
    """A site with mirrors."""
    return records.site(release=release)


def addresses_in(content: bytes) -> list[str]:
    """What a program takes from the file."""
    lines = content.decode().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize(
    ("release", "addresses"),
    [
        ({"mirrors": ["https://m.example.net/"]}, ["https://example.org", "https://m.example.net"]),
        ({"onion": ONION}, ["https://example.org", ONION]),
        (
            {"mirrors": ["https://a.example", "https://example.org", "https://b.example/x"], "onion": ONION},
            ["https://example.org", "https://a.example", "https://b.example/x", ONION],
        ),
    ],
)
def test_the_file_has_the_site_its_mirrors_and_its_onion_each_once(
    release: dict[str, object], addresses: list[str]
) -> None:
    content = mirrors_txt(site_with(**release))

    assert content is not None
    assert addresses_in(content) == addresses


def test_a_site_in_one_place_has_no_such_file() -> None:
    assert mirrors_txt(records.site()) is None


def test_the_file_says_how_to_check_a_copy_and_a_title_of_two_lines_breaks_nothing() -> None:
    content = mirrors_txt(records.site(title={"en": "Situation\nhttps://evil.example"}, release={"onion": ONION}))

    assert content is not None
    assert addresses_in(content) == ["https://example.org", ONION]
    assert b"minisign -Vm SHA256SUMS" in content


def foot(site: SiteSettings) -> BeautifulSoup:
    """The part of a page's foot."""
    template = render.environment().get_template("mirrors.html")
    return BeautifulSoup(template.render(site=site, language="be", way_up="../../", _=str), "lxml")


def test_every_page_leads_to_the_same_language_on_the_mirrors() -> None:
    links = foot(site_with(mirrors=["https://m.example.net/copy"], onion=ONION)).find_all("a")

    assert [link["href"] for link in links] == [
        "https://m.example.net/copy/be/",
        f"{ONION}/be/",
        "../../mirrors.txt",
    ]
    assert links[0].get_text() == "m.example.net/copy"


def test_nothing_is_said_of_mirrors_where_there_are_none() -> None:
    assert foot(records.site()).get_text(strip=True) == ""


def test_every_page_names_its_own_address_on_the_onion_service() -> None:
    pages = html_pages(rendered(records.record(1), release={"onion": ONION}))
    metas = {path: page.find("meta", {"http-equiv": "onion-location"}) for path, page in pages.items()}
    found = {path: str(meta["content"]) for path, meta in metas.items() if meta}
    assert metas.keys() - found.keys() == {"404.html"}, "it is shown at any address"
    assert found == {path: f"{ONION}/{path.removesuffix('index.html')}" for path in found}

"""Old addresses lead to where the texts are now, and never stand in the way of a page."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from barograph.release.history import History
from barograph.release.record import Record
from barograph.release.redirects import Redirects, find_redirects, redirect_files
from tests.release import records

HERE = "en/economy/week-of-2023-01-02/"


def history(*old: str, headline: str = "Grain") -> History:
    edition = records.edition(0)
    texts = {"en": (records.text("en", 0, records.FIRST_DAY, old_addresses=old, headline=headline),)}
    economy = replace(edition.assessments[0], texts=texts)
    return History(Record((replace(edition, assessments=(economy,)),)), records.site())


def find(*old: str) -> Redirects:
    taken = ["index.html", "en/index.html", f"{HERE}index.html", "en/about/index.html", "robots.txt"]
    return find_redirects(history(*old), taken)


@pytest.mark.parametrize(
    ("old", "file"),
    [
        ("/by/ruling-elite/123", "by/ruling-elite/123/index.html"),
        ("/by/ruling-elite/123/", "by/ruling-elite/123/index.html"),
        ("by/ruling-elite/123", "by/ruling-elite/123/index.html"),
        ("https://old.example/a/b#part", "a/b/index.html"),
        ("/archive/12.html", "archive/12.html"),
        ("/archive/12.php", "archive/12.php/index.html"),
        ("/%D1%9E/1", "ў/1/index.html"),
        ("/ў/1", "ў/1/index.html"),
    ],
)
def test_the_file_is_where_a_server_looks_for_the_old_address(old: str, file: str) -> None:
    assert [redirect.file for redirect in find(old).kept] == [file]


@pytest.mark.parametrize(
    "old", ["/", "/en/", "/en/about", "/EN/About/", "/robots.txt/a", "/Robots.txt", "/minisign.pub", "/_redirects"]
)
def test_a_page_goes_before_a_redirect(old: str) -> None:
    found = find(old)
    assert found.kept == ()
    assert [refused for refused, _ in found.refused] == [old]


@pytest.mark.parametrize("old", ["/?p=12", "/../etc/passwd", "/a//b", "/a%0Ab", "/a\\b", "/a/%2e%2e/%2e%2e/b"])
def test_an_address_that_no_file_can_answer_is_refused(old: str) -> None:
    assert [refused for refused, _ in find(old).refused] == [old]


def test_an_address_that_is_still_the_same_needs_nothing() -> None:
    assert find(f"/{HERE}") == Redirects((), ())


def test_of_two_texts_with_one_old_address_the_first_keeps_it() -> None:
    found = find("/a/1", "/a/1/")
    assert [redirect.old for redirect in found.kept] == ["/a/1"]
    assert [old for old, _ in found.refused] == ["/a/1/"]


class Tags(HTMLParser):
    """All tags of a page with their attributes."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_page_leads_on_by_itself_and_by_a_link_without_a_script() -> None:
    found = find_redirects(history("/by/ruling-elite/123", headline="<script>&"), [])
    page = dict(redirect_files(found, records.site()))["by/ruling-elite/123/index.html"]
    tags = Tags(page).found
    assert ("meta", {"http-equiv": "refresh", "content": f"0; url=../../../{HERE}index.html"}) in tags
    assert ("a", {"href": f"../../../{HERE}index.html"}) in tags
    assert ("link", {"rel": "canonical", "href": f"https://example.org/{HERE}"}) in tags
    assert ("html", {"lang": "en"}) in tags
    assert "script" not in [tag for tag, _ in tags]


def test_all_are_in_one_list_for_servers_that_read_it() -> None:
    found = find_redirects(history("/ў/1", "/a/2"), [])
    listed = dict(redirect_files(found, records.site(address="https://example.org/arcadia")))["_redirects"]
    assert listed.decode() == f"/a/2 /arcadia/{HERE} 301\n/%D1%9E/1 /arcadia/{HERE} 301\n"


def test_without_old_addresses_there_is_no_file() -> None:
    assert list(redirect_files(find(), records.site())) == []

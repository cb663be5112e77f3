"""The sitemap has every page in all its languages."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date

from barograph.release.history import History
from barograph.release.record import Record
from barograph.release.sitemap import PublicPage, public_pages, robots_txt, sitemap_files
from tests.release import records

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


def urls(record: Record) -> dict[str, ET.Element]:
    site = records.site()
    [(name, content)] = sitemap_files(public_pages(History(record, site), site), site)
    assert name == "sitemap.xml"
    found = ET.fromstring(content).findall(f"{SITEMAP}url")  # noqa: S314 (our own)
    by_address = {url.findtext(f"{SITEMAP}loc") or "": url for url in found}
    assert len(by_address) == len(found)
    return by_address


def test_every_kind_of_page_is_there_in_every_language() -> None:
    found = urls(records.record(2))
    for language in records.LANGUAGES:
        for rest in ("", "editions/", "editions/2023-01-02/", "economy/", "economy/2023/", "about/"):
            assert f"https://example.org/{language}/{rest}" in found
        assert f"https://example.org/{language}/press/week-of-2023-01-09/" in found
    assert "https://example.org/" in found
    assert "https://example.org/en/methodology/" in found
    assert "https://example.org/ru/methodology/" not in found


def test_a_page_names_all_its_languages_itself_among_them() -> None:
    url = urls(records.record(1))["https://example.org/be/press/week-of-2023-01-02/"]
    assert {link.get("hreflang"): link.get("href") for link in url.findall(LINK)} == {
        language: f"https://example.org/{language}/press/week-of-2023-01-02/" for language in records.LANGUAGES
    }


def test_the_chooser_is_the_home_page_of_all_other_languages() -> None:
    url = urls(records.record(1))["https://example.org/en/"]
    assert {link.get("hreflang") for link in url.findall(LINK)} == {"en", "be", "ru", "x-default"}


def test_a_page_is_dated_by_its_last_change() -> None:
    found = urls(records.uneven_record())
    for rest in ("economy/week-of-2024-08-12/", "editions/2024-08-12/", "economy/2024/"):
        assert found[f"https://example.org/en/{rest}"].findtext(f"{SITEMAP}lastmod") == "2024-08-24"
    assert found["https://example.org/en/about/"].findtext(f"{SITEMAP}lastmod") == "2024-01-08"


def test_an_empty_record_has_a_sitemap_without_dates() -> None:
    found = urls(Record(()))
    assert found["https://example.org/en/"].find(f"{SITEMAP}lastmod") is None


def test_more_pages_than_fit_go_into_several_files_that_an_index_names() -> None:
    site = records.site()
    pages = [PublicPage({"en": f"en/{number}/"}, date(2024, 1, 1)) for number in range(7)]
    found = dict(sitemap_files(pages, site, per_file=3))
    assert list(found) == ["sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml", "sitemap.xml"]
    index = ET.fromstring(found["sitemap.xml"])  # noqa: S314
    named = [loc.text for loc in index.iter(f"{SITEMAP}loc")]
    assert named == [f"https://example.org/sitemap-{number}.xml" for number in (1, 2, 3)]
    assert sum(content.count(b"<url>") for content in found.values()) == 7


def test_robots_may_read_everything_and_find_the_sitemap() -> None:
    assert robots_txt(records.site()).decode().splitlines() == [
        *("User-agent: *", "Disallow:", "", "Sitemap: https://example.org/sitemap.xml"),
    ]

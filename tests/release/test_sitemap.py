"""The sitemap has every page in all its languages."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from barograph.release.history import History
from barograph.release.record import Record
from barograph.release.sitemap import Sitemap, robots_txt
from tests.release import records

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


def sitemap(record: Record, *, statement: str = "", **settings: int) -> Sitemap:
    site = records.site(release={"statement": {"en": statement}} if statement else {})
    return Sitemap(History(record, site), site, **settings)


def urls_of(content: bytes) -> list[ET.Element]:
    return ET.fromstring(content).findall(f"{SITEMAP}url")  # noqa: S314 (our own)


def listed(content: bytes) -> dict[str, str | None]:
    """The files that the index lists, with their days."""
    found = ET.fromstring(content).findall(f"{SITEMAP}sitemap")  # noqa: S314
    names = [(entry.findtext(f"{SITEMAP}loc") or "").removeprefix("https://example.org/") for entry in found]
    return dict(zip(names, [entry.findtext(f"{SITEMAP}lastmod") for entry in found], strict=True))


def urls(record: Record) -> dict[str, ET.Element]:
    files = dict(sitemap(record).files())
    assert {*listed(files["sitemap.xml"]), "sitemap.xml"} == set(files)
    found = [url for content in files.values() for url in urls_of(content)]
    by_address = {url.findtext(f"{SITEMAP}loc") or "": url for url in found}
    assert len(by_address) == len(found)
    return by_address


def test_every_kind_of_page_is_there_in_every_language() -> None:
    found = urls(records.record(2))
    for language in records.LANGUAGES:
        for rest in ("", "editions/", "editions/2023-01-02/", "economy/", "economy/2023/", "about/", "data/"):
            assert f"https://example.org/{language}/{rest}" in found
        assert f"https://example.org/{language}/press/week-of-2023-01-09/" in found
    assert "https://example.org/" in found
    assert "https://example.org/en/methodology/" in found
    assert "https://example.org/ru/methodology/" not in found


def test_the_statement_is_there_where_there_is_one() -> None:
    for words in ("", "Nobody has made us hand over anything."):
        pages = dict(sitemap(records.record(1), statement=words).of_other_pages())["sitemap-pages.xml"]
        assert (b"https://example.org/be/statement/<" in pages) == bool(words)


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


def test_each_year_has_a_file_and_the_index_says_when_it_changed() -> None:
    files = dict(sitemap(records.record(54)).files())
    assert listed(files["sitemap.xml"]) == {
        "sitemap-2024.xml": "2024-01-17",
        "sitemap-2023.xml": "2024-01-03",
        "sitemap-pages.xml": "2024-01-17",
    }
    assert b"https://example.org/en/press/2023/<" in files["sitemap-2023.xml"]
    assert b"https://example.org/en/press/week-of-2024-01-08/<" in files["sitemap-2024.xml"]


def test_a_new_edition_leaves_the_files_of_other_years_as_they_are() -> None:
    before, after = (dict(sitemap(records.record(weeks)).files()) for weeks in (53, 54))
    assert {name for name in after if before.get(name) != after[name]} == {
        *("sitemap-2024.xml", "sitemap-pages.xml", "sitemap.xml"),
    }


def test_a_year_with_more_addresses_than_a_file_may_have_gets_several() -> None:
    files = dict(sitemap(records.record(5), per_file=40).files())
    assert set(listed(files["sitemap.xml"])) == {
        *("sitemap-2023.xml", "sitemap-2023-2.xml", "sitemap-2023-3.xml", "sitemap-pages.xml"),
    }
    whole = urls(records.record(5))
    assert {url.findtext(f"{SITEMAP}loc") for content in files.values() for url in urls_of(content)} == set(whole)


def test_robots_may_read_everything_and_find_the_sitemap() -> None:
    assert robots_txt(records.site()).decode().splitlines() == [
        *("User-agent: *", "Disallow:", "", "Sitemap: https://example.org/sitemap.xml"),
    ]

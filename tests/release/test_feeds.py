"""Feeds hold the whole text, say what changed, and lead to full addresses."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from typing import Any

from barograph.base.period import Period
from barograph.release import feeds
from barograph.release.feed_entries import entry_id
from barograph.release.feeds import feed_files
from barograph.release.history import History
from barograph.release.record import Assessment, Correction, Edition, Record, Source, Text
from barograph.release.wording import Wording
from tests.release import records

ATOM = "{http://www.w3.org/2005/Atom}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def files(record: Record, language: str = "en", **changes: Any) -> dict[str, bytes]:
    site = records.site(**changes)
    history, wording = History(record, site), Wording(site, language, records.no_translations(language))
    return dict(file for key in (None, *wording.sections) for file in feed_files(history, wording, key))


def entries(atom: bytes) -> list[ET.Element]:
    return ET.fromstring(atom).findall(f"{ATOM}entry")  # noqa: S314 (our own)


def small_record() -> Record:
    text = Text(
        key="0b1f6f0e-0000-4000-8000-000000000001",
        language="en",
        slug="ships",
        headline="Ships & tariffs <return>",
        lead="The quarrel ended.",
        body_html='<p>See <a href="/en/about/">about</a>.</p>',
        summary="In summary, ships.",
        published_on=date(2024, 1, 31),
        changed_on=date(2024, 2, 2),
        authors=("Ivan Łučyna",),
        sources=(Source("Customs bulletin", "https://example.org/12?a=1&b=2"), Source("Two talks")),
    )
    belarusian = replace(text, language="be", slug="karabli", headline="Караблі")
    edition = Edition(
        slug="2024-01-22",
        period=Period(date(2024, 1, 22), date(2024, 1, 28)),
        published_on=date(2024, 1, 31),
        assessments=(Assessment("economy", "better", {"en": "Ships came."}, {"en": (text,), "be": (belarusian,)}),),
        corrections=(Correction(date(2024, 2, 5), {"en": "Eleven ships, not twelve."}),),
    )
    return Record((edition,))


def test_a_small_feed_in_atom() -> None:
    assert files(small_record())["en/economy/feed.atom"].decode() == SMALL_ATOM


def test_a_small_feed_in_json() -> None:
    assert json.loads(files(small_record())["en/economy/feed.json"]) == SMALL_JSON


def test_there_is_a_feed_of_everything_and_one_of_each_section_in_both_forms() -> None:
    names = set(files(records.record(2), "be"))
    assert names == {
        f"be/{part}feed.{kind}" for part in ["", *(f"{key}/" for key in records.SECTIONS)] for kind in ("atom", "json")
    }


def test_a_feed_says_its_language_address_and_title() -> None:
    root = ET.fromstring(files(records.record(2), "ru")["ru/press/feed.atom"])  # noqa: S314
    assert root.get(XML_LANG) == "ru"
    assert root.findtext(f"{ATOM}title") == "Ситуация в Аркадии: Пресса"
    assert root.findtext(f"{ATOM}id") == "https://example.org/ru/press/feed.atom"
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Аркадская обсерватория"


def test_a_feed_has_at_most_twenty_entries_the_newest_first() -> None:
    found = entries(files(records.record(20))["en/feed.atom"])
    days = [entry.findtext(f"{ATOM}published") for entry in found]
    assert len(found) == 20
    assert days == sorted(days, key=str, reverse=True)
    assert days[0] == "2023-05-24T00:00:00Z"
    first_week = [entry.find(f"{ATOM}category").get("term") for entry in found[:5]]  # type: ignore[union-attr]
    assert first_week == list(records.SECTIONS)


def test_every_text_has_an_id_of_its_own_that_outlives_its_address() -> None:
    here = [entry.findtext(f"{ATOM}id") for entry in entries(files(records.record(3))["en/feed.atom"])]
    there = files(records.record(3), address="https://mirror.example/arcadia")["en/feed.atom"]
    belarusian = [entry.findtext(f"{ATOM}id") for entry in entries(files(records.record(3), "be")["be/feed.atom"])]
    assert len({*here, *belarusian}) == 30
    assert here == [entry.findtext(f"{ATOM}id") for entry in entries(there)]
    history = History(records.record(1), records.site())
    place = history.places["en", "economy"][0]
    assert entry_id(place) == entry_id(replace(place, address="en/elsewhere/", text=replace(place.text, slug="x")))


def test_a_correction_is_printed_with_the_text_and_dates_it() -> None:
    atom = files(records.uneven_record())["en/economy/feed.atom"]
    newest = entries(atom)[0]
    content = newest.findtext(f"{ATOM}content") or ""
    assert "<strong>Correction, August 24, 2024: The number of ships was eleven, not twelve.</strong>" in content
    assert newest.findtext(f"{ATOM}updated") == "2024-08-24T00:00:00Z"
    assert ET.fromstring(atom).findtext(f"{ATOM}updated") == "2024-08-24T00:00:00Z"  # noqa: S314


def test_the_whole_text_is_there_and_every_link_is_full() -> None:
    record = records.uneven_record()
    for content in files(record).values():
        assert not re.search(r"(href|src)=\\?\"(/|\.)", content.decode())
    content = entries(files(record)["en/economy/feed.atom"])[0].findtext(f"{ATOM}content") or ""
    text = record.editions[-2].assessments[0].texts["en"][0]
    body = text.body_html.replace('href="/', 'href="https://example.org/')
    for part in (text.lead, body, text.summary, "Ivan Łučyna, the economic desk", "pictures/harbour-960.png", "№ 12"):
        assert part in content


def test_a_text_links_to_itself_first_and_then_to_its_translations() -> None:
    record = records.record(1)
    links = entries(files(record, "ru")["ru/feed.atom"])[0].findall(f"{ATOM}link")
    assert [link.get("hreflang") for link in links] == ["ru", "en", "be"]


def test_a_feed_without_entries_is_still_a_feed() -> None:
    for record, day in ((Record(()), "1970-01-01"), (Record((records.edition(0, languages=()),)), "2023-01-11")):
        found = files(record)
        root = ET.fromstring(found["en/feed.atom"])  # noqa: S314
        assert root.findtext(f"{ATOM}updated") == f"{day}T00:00:00Z"
        assert json.loads(found["en/feed.json"])["items"] == []


def test_characters_that_xml_forbids_do_not_break_a_feed() -> None:
    record = small_record()
    edition = record.editions[0]
    text = replace(edition.assessments[0].texts["en"][0], headline="a\x0bb\x00c\ufffe", lead="]]> & <b>")
    broken = replace(edition, assessments=(replace(edition.assessments[0], texts={"en": (text,)}),))
    entry = entries(files(Record((broken,)))["en/feed.atom"])[0]
    assert entry.findtext(f"{ATOM}title") == "abc"
    assert "]]&gt; &amp; &lt;b&gt;" in (entry.findtext(f"{ATOM}content") or "")


def test_the_book_of_an_edition_comes_with_its_first_entry_in_the_feed_of_everything() -> None:
    site, record = records.site(), records.record(2)
    history, wording = History(record, site), Wording(site, "en", records.no_translations("en"))
    older, newer = (f"en/editions/{edition.slug}/" for edition in record.editions)
    ready = {f"{older}copy.epub": 700, f"{newer}copy.pdf": 900, f"be/{newer}copy.epub": 1}
    found = dict(feed_files(history, wording, None, ready))
    books = [entry.find(f"{ATOM}link[@rel='enclosure']") for entry in entries(found["en/feed.atom"])]
    assert [None if book is None else dict(book.attrib) for book in books] == [*[None] * 5, ENCLOSURE, *[None] * 4]
    items = json.loads(found["en/feed.json"])["items"]
    assert [item.get("attachments") for item in items] == [*[None] * 5, [ATTACHMENT], *[None] * 4]
    in_section = dict(feed_files(history, wording, "economy", ready))
    assert b"copy.epub" not in b"".join(in_section.values())


def test_the_same_record_gives_the_same_bytes() -> None:
    assert files(records.uneven_record()) == files(records.uneven_record())


def test_no_more_is_in_a_feed_than_its_length(monkeypatch: Any) -> None:
    monkeypatch.setattr(feeds, "LENGTH", 3)
    assert len(json.loads(files(records.record(2))["en/feed.json"])["items"]) == 3


SMALL_HTML = """\
<p><strong>Correction, February 5, 2024: Eleven ships, not twelve.</strong></p>
<p><strong>The situation got better</strong><br>Ships came.</p>
<p>The quarrel ended.</p>
<p>See <a href="https://example.org/en/about/">about</a>.</p>
<p>In summary, ships.</p>
<p>Ivan Łučyna</p>
<h2>Sources</h2><ul><li><a href="https://example.org/12?a=1&amp;b=2">Customs bulletin</a></li><li>Two talks</li></ul>"""

SMALL_ATOM = """\
<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
  <id>https://example.org/en/economy/feed.atom</id>
  <title>Situation in Arcadia: Economy</title>
  <subtitle>Once a week, what became better and what became worse.</subtitle>
  <updated>2024-02-05T00:00:00Z</updated>
  <link rel="self" type="application/atom+xml" href="https://example.org/en/economy/feed.atom" />
  <link rel="alternate" type="text/html" href="https://example.org/en/economy/" />
  <author>
    <name>Arcadian Observatory</name>
  </author>
  <entry>
    <id>urn:uuid:f6f40795-81ca-5b96-b2e1-0627a45b343a</id>
    <title>Ships &amp; tariffs &lt;return&gt;</title>
    <published>2024-01-31T00:00:00Z</published>
    <updated>2024-02-05T00:00:00Z</updated>
    <link rel="alternate" type="text/html" hreflang="en" href="https://example.org/en/economy/ships/" />
    <link rel="alternate" type="text/html" hreflang="be" href="https://example.org/be/economy/karabli/" />
    <author>
      <name>Ivan Łučyna</name>
    </author>
    <category term="economy" label="Economy" />
    <category term="better" label="better" />
    <summary>The quarrel ended.</summary>
    <content type="html">HTML</content>
  </entry>
</feed>
""".replace("HTML", SMALL_HTML.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))

SMALL_JSON = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Situation in Arcadia: Economy",
    "home_page_url": "https://example.org/en/economy/",
    "feed_url": "https://example.org/en/economy/feed.json",
    "description": "Once a week, what became better and what became worse.",
    "language": "en",
    "authors": [{"name": "Arcadian Observatory"}],
    "items": [
        {
            "id": "urn:uuid:f6f40795-81ca-5b96-b2e1-0627a45b343a",
            "url": "https://example.org/en/economy/ships/",
            "title": "Ships & tariffs <return>",
            "summary": "The quarrel ended.",
            "content_html": SMALL_HTML,
            "date_published": "2024-01-31T00:00:00Z",
            "date_modified": "2024-02-05T00:00:00Z",
            "authors": [{"name": "Ivan Łučyna"}],
            "tags": ["Economy", "better"],
            "language": "en",
        }
    ],
}

ENCLOSURE = {
    "rel": "enclosure",
    "type": "application/epub+zip",
    "length": "700",
    "href": "https://example.org/en/editions/2023-01-02/copy.epub",
}
ATTACHMENT = {"url": ENCLOSURE["href"], "mime_type": "application/epub+zip", "size_in_bytes": 700}

"""Atom (RFC 4287) and JSON Feed 1.1, in every language, of everything and of each section, with the full text.

Nothing here asks for the time: what is dated is dated by the record, so the same record gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from barograph.release import addresses
from barograph.release.feed_entries import Entry, KeptEntries, author_lines, element, indented, moment
from barograph.release.history import History, Place
from barograph.release.metadata import feed_title
from barograph.release.record import Edition
from barograph.release.wording import Wording, made_once

ENCLOSED = ".epub"
"""Which of an edition's copies comes with a feed: the one for devices that take a book and keep it."""
BOOK = "application/epub+zip"
LENGTH = 20
"""How many entries a feed has at most. Each has its whole text, and programs fetch all of them whenever one is new:
with 600 words each this comes to 200 kB, a tenth of it compressed, which a slow line still carries."""

Book = tuple[str, int]
"""Its full address, and its size in bytes."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed before it takes a form: newest entries first."""

    title: str
    description: str
    page: str
    section: str | None
    updated_on: date
    entries: tuple[Entry, ...]
    books: Mapping[int, Book] = field(default_factory=dict)
    """By number of an entry, the book that comes with it: its whole edition, once for each."""


def feed_files(
    history: History,
    wording: Wording,
    section: str | None,
    ready: Mapping[str, int] | None = None,
    *,
    keep: bool = False,
) -> Iterator[tuple[str, bytes]]:
    """The feeds of a section, or those of everything, in one language: file names and contents.

    ``ready`` has the books of editions that the release carries: path, and size in bytes. ``keep`` keeps the entries,
    some 10 MB in three languages, for the feeds of the next release.
    """
    feed = _feed(history, wording, section, ready or {}, _kept_entries(wording) if keep else KeptEntries())
    yield addresses.feed(wording.language, "atom", section), atom(feed, wording)
    yield addresses.feed(wording.language, "json", section), json_feed(feed, wording)


def editions_of_feed(history: History, wording: Wording) -> list[Edition]:
    """The editions of the entries in the feed of everything in one language."""
    found = {place.judgement.edition.slug: place.judgement.edition for place in _places(history, wording, None)}
    return list(found.values())


def _places(history: History, wording: Wording, section: str | None) -> list[Place]:
    """The commentaries in a feed, newest first."""
    if section:
        return _newest(history.places[wording.language, section], history)
    each = [_newest(history.places[wording.language, key], history) for key in wording.sections]
    return _newest([place for places in each for place in places], history)


def _newest(places: list[Place], history: History) -> list[Place]:
    """By the day they came out, newest first; of one day, the latest edition first, in the order of its sections."""
    # A text may come out long after its edition, so all days are looked at, which is quicker than sorting all places.
    days = sorted([place.text.published_on for place in places])
    since = days[-LENGTH:][0] if days else date.min
    order = {edition.slug: number for number, edition in enumerate(history.record.editions)}
    recent = [place for place in places if place.text.published_on >= since]
    recent.sort(key=lambda place: (place.text.published_on, order[place.judgement.edition.slug]), reverse=True)
    return recent[:LENGTH]


@made_once
def _kept_entries(_wording: Wording) -> KeptEntries:
    """The entries that the feeds of a language had last."""
    return KeptEntries()


def _feed(history: History, wording: Wording, section: str | None, ready: Mapping[str, int], kept: KeptEntries) -> Feed:
    language = wording.language
    page = addresses.section(language, section) if section else addresses.home(language)
    places = _places(history, wording, section)
    entries = tuple([kept.entry(place, history, wording) for place in places])
    if section:
        kept.keep_only(section, entries)
    updated_on = _updated_on(entries, history)
    books = {} if section else _books(places, wording, ready)
    return Feed(feed_title(wording, section), _description(wording), page, section, updated_on, entries, books)


def _updated_on(entries: Iterable[Entry], history: History) -> date:
    """The day of the newest change; of a feed without entries, that of the newest edition."""
    days = [entry.updated_on for entry in entries] or [edition.published_on for edition in history.record.editions]
    return max(days, default=date(1970, 1, 1))


def _books(places: Iterable[Place], wording: Wording, ready: Mapping[str, int]) -> dict[int, Book]:
    """The book of each edition, at its first entry."""
    found: dict[int, Book] = {}
    taken = set()
    for number, place in enumerate(places):
        folder = addresses.edition(place.text.language, place.judgement.edition)
        book = next((path for path in ready if path.startswith(folder) and path.endswith(ENCLOSED)), None)
        if book and book not in taken:
            taken.add(book)
            found[number] = (addresses.absolute(wording.site.address, book), ready[book])
    return found


def _description(wording: Wording) -> str:
    """The publication in one sentence, and where else it can be read: a feed's reader may see nothing else of it."""
    site = wording.site
    elsewhere = [*site.release.mirrors, *([site.release.onion] if site.release.onion else [])]
    mirrors = wording.gettext("Should its address be blocked: %(addresses)s") % {"addresses": ", ".join(elsewhere)}
    return " ".join(filter(None, [site.words(site.description, wording.language), mirrors if elsewhere else ""]))


def atom(feed: Feed, wording: Wording) -> bytes:
    """The feed as Atom."""
    site, language = wording.site, wording.language
    own = addresses.absolute(site.address, addresses.feed(language, "atom", feed.section))
    page = addresses.absolute(site.address, feed.page)
    head = [
        element("id", own),
        element("title", feed.title),
        *([element("subtitle", feed.description)] if feed.description else []),
        element("updated", moment(feed.updated_on)),
        element("link", rel="self", type="application/atom+xml", href=own),
        element("link", rel="alternate", type="text/html", href=page),
        *author_lines(wording.publisher),
        *([element("rights", site.words(site.licence, language))] if site.licence else []),
    ]
    start = (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">\n'
    )
    parts = [start.encode(), indented(head)]
    for number, entry in enumerate(feed.entries):
        parts.append(entry.atom)
        if number in feed.books:
            url, size = feed.books[number]
            parts.append(indented(["  " + element("link", rel="enclosure", type=BOOK, length=str(size), href=url)]))
        parts.append(indented(["</entry>"]))
    return b"".join([*parts, b"</feed>\n"])


def json_feed(feed: Feed, wording: Wording) -> bytes:
    """The feed as JSON Feed 1.1."""
    site, language = wording.site, wording.language
    head: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": addresses.absolute(site.address, feed.page),
        "feed_url": addresses.absolute(site.address, addresses.feed(language, "json", feed.section)),
        "description": feed.description,
        "language": language,
        "authors": [{"name": wording.publisher}],
    }
    start = _json({name: value for name, value in head.items() if value}).removesuffix(b"}")
    items = [entry.json + _attachment(feed.books.get(number)) + b"}" for number, entry in enumerate(feed.entries)]
    return b"".join([start, b', "items": [', b", ".join(items), b"]}\n"])


def _attachment(book: Book | None) -> bytes:
    if book is None:
        return b""
    url, size = book
    return b', "attachments": ' + _json([{"url": url, "mime_type": BOOK, "size_in_bytes": size}])


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()

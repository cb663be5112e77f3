"""Atom (RFC 4287) and JSON Feed 1.1, in every language, of everything and of each section, with the full text.

Nothing here asks for the time: what is dated is dated by the record, so the same record gives the same bytes.
"""

from __future__ import annotations

import json
import re
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from heapq import nlargest
from typing import Any

from barograph.release import addresses, render
from barograph.release.history import History, Place
from barograph.release.metadata import feed_title, publisher_name
from barograph.release.quick_code import printed
from barograph.release.record import Edition, Source
from barograph.release.wording import Wording

ENCLOSED = ".epub"
"""Which of an edition's copies comes with a feed: the one for devices that take a book and keep it."""
BOOK = "application/epub+zip"
LENGTH = 40
"""How many entries a feed has at most."""

_NUMBERS = uuid.UUID("f3f0bd3c-3a0c-5a5e-9a0e-6d1b3c7c2a51")
"""Makes an entry's number out of its text's key: it outlives every change of address."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed before it takes a form: newest entries first."""

    title: str
    description: str
    page: str
    section: str | None
    places: tuple[Place, ...]
    contents: tuple[str, ...]
    """The whole text of each entry as HTML."""
    books: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """By address of an entry, path and size of the book that comes with it: its whole edition, once for each."""


def feed_files(
    history: History, wording: Wording, section: str | None, ready: Mapping[str, int] | None = None
) -> Iterator[tuple[str, bytes]]:
    """The feeds of a section, or those of everything, in one language: file names and contents.

    ``ready`` has the books of editions that the release carries: path, and size in bytes.
    """
    feed = _feed(history, wording, section, ready or {})
    yield addresses.feed(wording.language, "atom", section), atom(feed, history, wording)
    yield addresses.feed(wording.language, "json", section), json_feed(feed, wording)


def editions_of_feed(history: History, wording: Wording) -> list[Edition]:
    """The editions of the entries in the feed of everything in one language."""
    found = {place.judgement.edition.slug: place.judgement.edition for place in _entries(history, wording, None)}
    return list(found.values())


def _entries(history: History, wording: Wording, section: str | None) -> tuple[Place, ...]:
    language = wording.language
    places = [place for key in ([section] if section else wording.sections) for place in history.places[language, key]]
    return _newest(places, history)


def _books(places: Iterable[Place], ready: Mapping[str, int]) -> dict[str, tuple[str, int]]:
    """The book of each edition, at its first entry."""
    found: dict[str, tuple[str, int]] = {}
    taken = set()
    for place in places:
        folder = addresses.edition(place.text.language, place.judgement.edition)
        book = next((path for path in ready if path.startswith(folder) and path.endswith(ENCLOSED)), None)
        if book and book not in taken:
            taken.add(book)
            found[place.address] = (book, ready[book])
    return found


def _description(wording: Wording) -> str:
    """The publication in one sentence, and where else it can be read: a feed's reader may see nothing else of it."""
    site = wording.site
    elsewhere = [*site.release.mirrors, *([site.release.onion] if site.release.onion else [])]
    mirrors = wording.gettext("Should its address be blocked: %(addresses)s") % {"addresses": ", ".join(elsewhere)}
    return " ".join(filter(None, [site.words(site.description, wording.language), mirrors if elsewhere else ""]))


def _feed(history: History, wording: Wording, section: str | None, ready: Mapping[str, int]) -> Feed:
    language = wording.language
    page = addresses.section(language, section) if section else addresses.home(language)
    newest = _entries(history, wording, section)
    contents = tuple(entry_html(place, wording) for place in newest)
    books = {} if section else _books(newest, ready)
    return Feed(feed_title(wording, section), _description(wording), page, section, newest, contents, books)


def _newest(places: list[Place], history: History) -> tuple[Place, ...]:
    """By the day they came out, newest first; of one day, the latest edition first, in the order of its sections."""
    order = {edition.slug: number for number, edition in enumerate(history.record.editions)}
    return tuple(
        nlargest(LENGTH, places, key=lambda place: (place.text.published_on, order[place.judgement.edition.slug]))
    )


def updated_on(place: Place) -> date:
    """The day of the last change that readers should know of: of the text, or of a correction printed with it."""
    return max([place.text.changed_on, *(correction.made_on for correction in place.judgement.edition.corrections)])


def entry_id(place: Place) -> str:
    """What an entry is known by for ever, one for each language."""
    return uuid.uuid5(_NUMBERS, f"{place.text.key}/{place.text.language}").urn


def entry_html(place: Place, wording: Wording) -> str:
    """The whole commentary as HTML that stands alone: corrections, verdict, text, authors, sources."""
    text, judgement, site = place.text, place.judgement, wording.site
    parts = []
    for correction in judgement.edition.corrections:
        note = site.words(dict(correction.note), wording.language)
        day = wording.day(correction.made_on)
        words = wording.gettext("Correction, %(day)s: %(note)s") % {"day": day, "note": note}
        parts.append(f"<p><strong>{printed(words)}</strong></p>")
    if judgement.verdict:
        reason = judgement.assessment.reasons.get(wording.language, "")
        more = f"<br>{printed(reason)}" if reason else ""
        parts.append(f"<p><strong>{printed(wording.sentences[judgement.verdict])}</strong>{more}</p>")
    parts.append(f"<p>{printed(text.lead)}</p>")
    parts.append(_picture(place, wording))
    parts.append(render.relative(text.body_html, addresses.absolute(site.address, "")))
    parts += [f"<p>{printed(words)}</p>" for words in (text.summary, ", ".join(text.authors)) if words]
    if text.sources:
        items = "".join(f"<li>{_source(source)}</li>" for source in text.sources)
        parts.append(f"<h2>{printed(wording.gettext('Sources'))}</h2><ul>{items}</ul>")
    return "\n".join(filter(None, parts))


def _source(source: Source) -> str:
    title = printed(source.title)
    return f'<a href="{printed(source.url)}">{title}</a>' if source.url else title


def _picture(place: Place, wording: Wording) -> str:
    picture = place.text.picture
    if picture is None:
        return ""
    size = picture.sizes[-1]
    words = " ".join(filter(None, (picture.caption, picture.credit)))
    address = printed(addresses.absolute(wording.site.address, addresses.picture(size.name)))
    caption = f"<figcaption>{printed(words)}</figcaption>" if words else ""
    return (
        f'<figure><img src="{address}" width="{size.width}" height="{size.height}" alt="{printed(picture.alt)}">'
        f"{caption}</figure>"
    )


def atom(feed: Feed, history: History, wording: Wording) -> bytes:
    """The feed as Atom."""
    site, language = wording.site, wording.language
    root = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": language})
    own = addresses.absolute(site.address, addresses.feed(language, "atom", feed.section))
    _add(root, "id", own)
    _add(root, "title", feed.title)
    if feed.description:
        _add(root, "subtitle", feed.description)
    _add(root, "updated", _moment(_feed_updated(feed, history)))
    _add(root, "link", rel="self", type="application/atom+xml", href=own)
    _add(root, "link", rel="alternate", type="text/html", href=addresses.absolute(site.address, feed.page))
    _add(ET.SubElement(root, "author"), "name", publisher_name(wording))
    if site.licence:
        _add(root, "rights", site.words(site.licence, language))
    for place, content in zip(feed.places, feed.contents, strict=True):
        entry = _atom_entry(place, content, history, wording)
        if place.address in feed.books:
            path, size = feed.books[place.address]
            _add(
                entry, "link", rel="enclosure", type=BOOK, length=str(size), href=addresses.absolute(site.address, path)
            )
        root.append(entry)
    ET.indent(root)
    written = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{_FORBIDDEN.sub("", written)}\n'.encode()


def _atom_entry(place: Place, content: str, history: History, wording: Wording) -> ET.Element:
    text, site = place.text, wording.site
    entry = ET.Element("entry")
    _add(entry, "id", entry_id(place))
    _add(entry, "title", text.headline)
    _add(entry, "published", _moment(text.published_on))
    _add(entry, "updated", _moment(updated_on(place)))
    translations = history.translations[text.key]
    # Readers of feeds mostly take the first link, so its own comes before its translations.
    for language in [text.language, *(code for code in translations if code != text.language)]:
        address = addresses.absolute(site.address, translations[language].address)
        _add(entry, "link", rel="alternate", type="text/html", hreflang=language, href=address)
    for author in text.authors:
        _add(ET.SubElement(entry, "author"), "name", author)
    _add(entry, "category", term=place.section, label=wording.sections[place.section])
    if verdict := place.judgement.verdict:
        _add(entry, "category", term=verdict, label=wording.verdicts[verdict])
    _add(entry, "summary", text.lead)
    _add(entry, "content", content, type="html")
    return entry


def json_feed(feed: Feed, wording: Wording) -> bytes:
    """The feed as JSON Feed 1.1."""
    site, language = wording.site, wording.language
    content: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": addresses.absolute(site.address, feed.page),
        "feed_url": addresses.absolute(site.address, addresses.feed(language, "json", feed.section)),
        "description": feed.description,
        "language": language,
        "authors": [{"name": publisher_name(wording)}],
        "items": [
            _json_item(place, html, wording) | _attachment(feed.books.get(place.address), wording)
            for place, html in zip(feed.places, feed.contents, strict=True)
        ],
    }
    return (json.dumps(_without_nothing(content), ensure_ascii=False) + "\n").encode()


def _json_item(place: Place, html: str, wording: Wording) -> dict[str, Any]:
    text, verdict, site = place.text, place.judgement.verdict, wording.site
    picture = text.picture.sizes[-1].name if text.picture else None
    item = {
        "id": entry_id(place),
        "url": addresses.absolute(site.address, place.address),
        "title": text.headline,
        "summary": text.lead,
        "content_html": html,
        "image": addresses.absolute(site.address, addresses.picture(picture)) if picture else None,
        "date_published": _moment(text.published_on),
        "date_modified": _moment(updated_on(place)),
        "authors": [{"name": author} for author in text.authors],
        "tags": [wording.sections[place.section], *([wording.verdicts[verdict]] if verdict else [])],
        "language": text.language,
    }
    return _without_nothing(item)


def _attachment(book: tuple[str, int] | None, wording: Wording) -> dict[str, Any]:
    if book is None:
        return {}
    path, size = book
    url = addresses.absolute(wording.site.address, path)
    return {"attachments": [{"url": url, "mime_type": BOOK, "size_in_bytes": size}]}


def _without_nothing(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value or name == "items"}


def _feed_updated(feed: Feed, history: History) -> date:
    """The day of the newest change; of a feed without entries, that of the newest edition."""
    days = [updated_on(place) for place in feed.places] or [edition.published_on for edition in history.record.editions]
    return max(days, default=date(1970, 1, 1))


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _add(parent: ET.Element, name: str, words: str | None = None, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = words


_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""The characters that no XML may hold, however they came into a text."""

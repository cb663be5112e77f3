"""Atom (RFC 4287) and JSON Feed 1.1, in every language, of everything and of each section, with the full text.

Nothing here asks for the time: what is dated is dated by the record, so the same record gives the same bytes.
"""

from __future__ import annotations

import json
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from barograph.release import addresses, render
from barograph.release.history import History, Place
from barograph.release.metadata import feed_title, publisher_name
from barograph.release.wording import Wording

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


def feed_files(history: History, wording: Wording) -> Iterator[tuple[str, bytes]]:
    """All feeds of one language: file names and contents."""
    for feed in _feeds(history, wording):
        yield addresses.feed(wording.language, "atom", feed.section), atom(feed, history, wording)
        yield addresses.feed(wording.language, "json", feed.section), json_feed(feed, wording)


def _feeds(history: History, wording: Wording) -> Iterator[Feed]:
    language, site = wording.language, wording.site
    by_section = {key: history.places[language, key] for key in wording.sections}
    everything = [place for places in by_section.values() for place in places]
    description = site.words(site.description, language)
    yield Feed(feed_title(wording), description, addresses.home(language), None, _newest(everything, history))
    for key, places in by_section.items():
        yield Feed(
            feed_title(wording, key), description, addresses.section(language, key), key, _newest(places, history)
        )


def _newest(places: list[Place], history: History) -> tuple[Place, ...]:
    """By the day they came out, newest first; of one day, the latest edition first, in the order of its sections."""
    order = {edition.slug: number for number, edition in enumerate(history.record.editions)}
    latest_first = sorted(places, key=lambda place: order[place.judgement.edition.slug], reverse=True)
    return tuple(sorted(latest_first, key=lambda place: place.text.published_on, reverse=True)[:LENGTH])


def updated_on(place: Place) -> date:
    """The day of the last change that readers should know of: of the text, or of a correction printed with it."""
    return max([place.text.changed_on, *(correction.made_on for correction in place.judgement.edition.corrections)])


def entry_id(place: Place) -> str:
    """What an entry is known by for ever, one for each language."""
    return uuid.uuid5(_NUMBERS, f"{place.text.key}/{place.text.language}").urn


def entry_html(place: Place, wording: Wording) -> str:
    """The whole commentary as HTML that stands alone: corrections, verdict, text, authors, sources."""
    text, judgement, site = place.text, place.judgement, wording.site
    parts = [
        Markup("<p><strong>{}</strong></p>").format(
            wording.gettext("Correction, %(day)s: %(note)s")
            % {"day": wording.day(correction.made_on), "note": site.words(dict(correction.note), wording.language)}
        )
        for correction in judgement.edition.corrections
    ]
    if judgement.verdict:
        sentence = Markup("<strong>{}</strong>").format(wording.sentences[judgement.verdict])
        reason = judgement.assessment.reasons.get(wording.language, "")
        parts.append(Markup("<p>{}</p>").format(Markup("{}<br>{}").format(sentence, reason) if reason else sentence))
    parts.append(Markup("<p>{}</p>").format(text.lead))
    parts.append(_picture(place, wording))
    parts.append(render.relative(text.body_html, addresses.absolute(site.address, "")))
    parts += [Markup("<p>{}</p>").format(words) for words in (text.summary, ", ".join(text.authors)) if words]
    if text.sources:
        items = (
            Markup('<li><a href="{}">{}</a></li>').format(source.url, source.title)
            if source.url
            else Markup("<li>{}</li>").format(source.title)
            for source in text.sources
        )
        heading = Markup("<h2>{}</h2>").format(wording.gettext("Sources"))
        parts.append(heading + Markup("<ul>{}</ul>").format(Markup("").join(items)))
    return "\n".join(filter(None, parts))


def _picture(place: Place, wording: Wording) -> Markup:
    picture = place.text.picture
    if picture is None:
        return Markup("")
    size = picture.sizes[-1]
    words = " ".join(filter(None, (picture.caption, picture.credit)))
    return Markup('<figure><img src="{}" width="{}" height="{}" alt="{}">{}</figure>').format(
        addresses.absolute(wording.site.address, addresses.picture(size.name)),
        size.width,
        size.height,
        picture.alt,
        Markup("<figcaption>{}</figcaption>").format(words) if words else "",
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
    for place in feed.places:
        root.append(_atom_entry(place, history, wording))
    ET.indent(root)
    content = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{_printable(content)}\n'.encode()


def _atom_entry(place: Place, history: History, wording: Wording) -> ET.Element:
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
    _add(entry, "content", entry_html(place, wording), type="html")
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
        "items": [_json_item(place, wording) for place in feed.places],
    }
    return (json.dumps(_without_nothing(content), ensure_ascii=False, indent=1) + "\n").encode()


def _json_item(place: Place, wording: Wording) -> dict[str, Any]:
    text, verdict, site = place.text, place.judgement.verdict, wording.site
    picture = text.picture.sizes[-1].name if text.picture else None
    item = {
        "id": entry_id(place),
        "url": addresses.absolute(site.address, place.address),
        "title": text.headline,
        "summary": text.lead,
        "content_html": entry_html(place, wording),
        "image": addresses.absolute(site.address, addresses.picture(picture)) if picture else None,
        "date_published": _moment(text.published_on),
        "date_modified": _moment(updated_on(place)),
        "authors": [{"name": author} for author in text.authors],
        "tags": [wording.sections[place.section], *([wording.verdicts[verdict]] if verdict else [])],
        "language": text.language,
    }
    return _without_nothing(item)


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


def _printable(xml: str) -> str:
    """Without the characters that no XML may hold, however they came into a text."""
    return xml.translate(_FORBIDDEN)


_FORBIDDEN = dict.fromkeys([*(set(range(0x20)) - {0x09, 0x0A, 0x0D}), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF])

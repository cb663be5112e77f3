"""An entry of the feeds: a commentary with its full text, written as Atom and as JSON Feed have it.

Most entries of a feed are in it again in the next release, so they are kept as they were written.
"""

from __future__ import annotations

import json
import re
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from barograph.release import addresses, render
from barograph.release.history import History, Place
from barograph.release.quick_code import printed
from barograph.release.record import Source
from barograph.release.wording import Wording

_NUMBERS = uuid.UUID("f3f0bd3c-3a0c-5a5e-9a0e-6d1b3c7c2a51")
"""Makes an entry's number out of its text's key: it outlives every change of address."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""The characters that no XML may hold, however they came into a text."""


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A commentary as it stands in the feeds. Both forms are open at their end: there a feed may add a book."""

    updated_on: date
    atom: bytes
    """The start tag and the elements, a line each."""
    json: bytes
    """The object without its closing brace."""


class KeptEntries:
    """The entries of one language that are in its feeds, by section: the feed of everything has the same ones."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[tuple[object, ...], Entry]] = defaultdict(dict)

    def entry(self, place: Place, history: History, wording: Wording) -> Entry:
        """The entry of a commentary, as it was written before if nothing that it shows is new."""
        if not place.judgement.assessment.digest:  # in a record made by hand nothing tells two states of it apart
            return write_entry(place, history, wording)
        kept, key = self._kept[place.section], shown_by(place, history)
        if key not in kept:
            kept[key] = write_entry(place, history, wording)
        return kept[key]

    def keep_only(self, section: str, entries: Iterable[Entry]) -> None:
        """Forget the entries of a section that its feed no longer has."""
        wanted = set(entries)
        self._kept[section] = {key: entry for key, entry in self._kept[section].items() if entry in wanted}


def shown_by(place: Place, history: History) -> tuple[object, ...]:
    """All that the entry of a commentary shows, as values that are quickly made and compared."""
    translations = history.translations[place.text.key].values()
    judgement = place.judgement
    corrections = repr(judgement.edition.corrections) if judgement.edition.corrections else ""
    return (place.address, judgement.assessment.digest, corrections, *[found.address for found in translations])


def write_entry(place: Place, history: History, wording: Wording) -> Entry:
    """The entry of a commentary in both forms."""
    updated_on, content = _updated_on(place), entry_html(place, wording)
    atom = _atom(place, content, updated_on, history, wording)
    item = json.dumps(_json_item(place, content, updated_on, wording), ensure_ascii=False)
    return Entry(updated_on, atom, item.removesuffix("}").encode())


def _updated_on(place: Place) -> date:
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


def _atom(place: Place, content: str, updated_on: date, history: History, wording: Wording) -> bytes:
    text, site = place.text, wording.site
    translations = history.translations[text.key]
    verdict = place.judgement.verdict
    lines = [
        element("id", entry_id(place)),
        element("title", text.headline),
        element("published", moment(text.published_on)),
        element("updated", moment(updated_on)),
    ]
    # Readers of feeds mostly take the first link, so its own comes before its translations.
    for language in [text.language, *(code for code in translations if code != text.language)]:
        address = addresses.absolute(site.address, translations[language].address)
        lines.append(element("link", rel="alternate", type="text/html", hreflang=language, href=address))
    for author in text.authors:
        lines += author_lines(author)
    lines.append(element("category", term=place.section, label=wording.sections[place.section]))
    if verdict:
        lines.append(element("category", term=verdict, label=wording.verdicts[verdict]))
    lines += [element("summary", text.lead), element("content", content, type="html")]
    return indented(["<entry>", *[f"  {line}" for line in lines]])


def element(name: str, words: str = "", **attributes: str) -> str:
    """An element of XML without others in it."""
    start = name + "".join([f' {key}="{_quoted(value)}"' for key, value in attributes.items()])
    return f"<{start}>{escape(words)}</{name}>" if words else f"<{start} />"


@lru_cache(maxsize=1000)
def _quoted(value: str) -> str:
    """What stands between the quotation marks of an attribute. Kept, because most values are those of many entries."""
    return escape(value, {'"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#09;"})


def author_lines(name: str) -> list[str]:
    """Who wrote an entry, or a feed."""
    return ["<author>", f"  {element('name', name)}", "</author>"]


def indented(lines: Iterable[str]) -> bytes:
    """Lines that stand in a feed, without what no XML may hold."""
    return _FORBIDDEN.sub("", "".join([f"  {line}\n" for line in lines])).encode()


def _json_item(place: Place, content: str, updated_on: date, wording: Wording) -> dict[str, Any]:
    text, verdict, site = place.text, place.judgement.verdict, wording.site
    picture = text.picture.sizes[-1].name if text.picture else None
    item = {
        "id": entry_id(place),
        "url": addresses.absolute(site.address, place.address),
        "title": text.headline,
        "summary": text.lead,
        "content_html": content,
        "image": addresses.absolute(site.address, addresses.picture(picture)) if picture else None,
        "date_published": moment(text.published_on),
        "date_modified": moment(updated_on),
        "authors": [{"name": author} for author in text.authors],
        "tags": [wording.sections[place.section], *([wording.verdicts[verdict]] if verdict else [])],
        "language": text.language,
    }
    return {name: value for name, value in item.items() if value}


def moment(day: date) -> str:
    """A day as feeds write it: its first second, UTC."""
    return f"{day.isoformat()}T00:00:00Z"

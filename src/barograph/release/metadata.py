"""What a page says of itself to machines: search engines, link previews, reference managers.

Open Graph for previews, JSON-LD (schema.org) for search engines, Highwire tags for reference managers,
and for people a line to cite a commentary by.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from json.encoder import encode_basestring
from typing import Any

from babel.core import get_global
from markupsafe import Markup

from barograph.base.period import Period
from barograph.release import addresses
from barograph.release.history import Place
from barograph.release.quick_code import printed
from barograph.release.record import Edition, Picture
from barograph.release.wording import Wording, made_once

_UNSAFE = "<>&\u2028\u2029"


class Shared(dict[str, Any]):
    """An object of JSON-LD that stands on many pages, and is written as JSON once."""

    @cached_property
    def json(self) -> str:
        """The object as JSON."""
        return _json(dict(self))


CARD_SIZE = (1200, 630)
"""Width and height of a picture for link previews, in pixels."""
_TWITTER = (("twitter:card", "summary_large_image"),)
"""Without it, X and those who follow its words show the picture as a stamp."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What stands in the head of one page; ``html`` writes it there."""

    canonical: str
    description: str
    properties: tuple[tuple[str, str], ...] = ()
    """Open Graph: property and content."""
    names: tuple[tuple[str, str], ...] = ()
    """Other ``meta`` elements: name and content."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """JSON-LD."""
    feeds: tuple[tuple[str, str, str], ...] = ()
    """Type, title and address of each feed that the page belongs to."""

    def html(self, way_up: str) -> Markup:
        """All of it as elements of the head of a page whose way to the root is ``way_up``."""
        # On every page of the site: ``Markup.format``, though safer to write, takes many times as long.
        lines = [f'<link rel="canonical" href="{printed(self.canonical)}">']
        if self.description:
            lines.append(f'<meta name="description" content="{printed(self.description)}">')
        lines += [f'<meta property="{name}" content="{printed(content)}">' for name, content in self.properties]
        lines += [f'<meta name="{name}" content="{printed(content)}">' for name, content in self.names]
        for kind, title, address in self.feeds:
            link = printed(addresses.link(way_up, address))
            lines.append(f'<link rel="alternate" type="{kind}" title="{printed(title)}" href="{link}">')
        if self.data:
            lines.append(f'<script type="application/ld+json">{script_json(self.data)}</script>')
        return Markup("\n".join(lines))


def script_json(data: Mapping[str, Any]) -> Markup:
    """JSON that may stand inside a ``script`` element: nothing in it can end the element or open another."""
    written = _json(data)
    for character in _UNSAFE:
        written = written.replace(character, f"\\u{ord(character):04x}")
    return Markup(written)


def _json(value: Any) -> str:
    """JSON of what pages say. For such small objects the standard encoder takes longer to begin than to write."""
    kind = type(value)
    if kind is Shared:
        return str(value.json)
    if kind is dict:  # of strings mostly, whose names are plain words
        parts = [
            f'"{name}":{encode_basestring(part) if type(part) is str else _json(part)}' for name, part in value.items()
        ]
        return f"{{{','.join(parts)}}}"
    if kind is list:
        return f"[{','.join(map(_json, value))}]"
    return "true" if value is True else json.dumps(value, ensure_ascii=False)


def page_metadata(
    wording: Wording,
    *,
    title: str,
    address: str,
    description: str = "",
    translations: Mapping[str, str] | None = None,
    section: str | None = None,
    card: str = "",
) -> Metadata:
    """Metadata of any page that is not a commentary: home, edition, section, standing page.

    ``translations`` has its address in every language it exists in; ``section`` adds the feed of a section; ``card`` is
    the path of the picture for link previews, if there is one.
    """
    site, language = wording.site, wording.language
    full = addresses.absolute(site.address, address)
    description = description or site.words(site.description, language)
    data = {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "@id": full,
        "url": full,
        "name": title,
        "description": description,
        "inLanguage": language,
        "isPartOf": _periodical(wording),
    }
    return Metadata(
        canonical=full,
        description=description,
        properties=(
            *_open_graph("website", title, description, full, wording, translations or {}),
            *_open_graph_card(card, title, wording),
        ),
        names=_TWITTER if card else (),
        data=_without_nothing(data),
        feeds=feed_links(wording, section),
    )


def commentary_metadata(place: Place, translations: Mapping[str, Place], wording: Wording, card: str = "") -> Metadata:
    """Metadata of a commentary; ``translations`` are its places by language, ``card`` as for ``page_metadata``."""
    text, site = place.text, wording.site
    full = addresses.absolute(site.address, place.address)
    by_language = {code: found.address for code, found in translations.items()}
    properties = [
        *_open_graph("article", text.headline, text.lead, full, wording, by_language),
        ("article:published_time", text.published_on.isoformat()),
        ("article:modified_time", text.changed_on.isoformat()),
        ("article:section", wording.sections[place.section]),
        *(_open_graph_card(card, text.headline, wording) or _open_graph_picture(text.picture, wording)),
    ]
    return Metadata(
        canonical=full,
        description=text.lead,
        properties=tuple(properties),
        names=(*highwire(place, wording), *(_TWITTER if card else ())),
        data=article(place, translations, wording),
        feeds=feed_links(wording, place.section),
    )


def publisher_name(wording: Wording) -> str:
    """Who publishes the site; the site itself where nobody is named."""
    return wording.publisher


def feed_title(wording: Wording, section: str | None = None) -> str:
    """The title of the feed of a language, or of one of its sections."""
    if section is None:
        return wording.title
    return wording.gettext("%(title)s: %(section)s") % {"title": wording.title, "section": wording.sections[section]}


@made_once
def feed_links(wording: Wording, section: str | None = None) -> tuple[tuple[str, str, str], ...]:
    """Type, title and address of the feeds of a language, or of one of its sections."""
    return tuple(
        (kind, feed_title(wording, section), addresses.feed(wording.language, suffix, section))
        for kind, suffix in (("application/atom+xml", "atom"), ("application/feed+json", "json"))
    )


def highwire(place: Place, wording: Wording) -> list[tuple[str, str]]:
    """The tags by which reference managers take up a commentary, in their order."""
    text, site = place.text, wording.site
    publisher = publisher_name(wording)
    return [
        ("citation_title", text.headline),
        *[("citation_author", author) for author in text.authors or (publisher,)],
        ("citation_publication_date", text.published_on.strftime("%Y/%m/%d")),
        ("citation_journal_title", wording.title),
        ("citation_issue", place.judgement.edition.slug),
        ("citation_publisher", publisher),
        ("citation_language", text.language),
        ("citation_public_url", addresses.absolute(site.address, place.address)),
    ]


def citation(place: Place, wording: Wording) -> str:
    """How to cite a commentary, in one line of its language."""
    text, site = place.text, wording.site
    return wording.gettext(
        "%(authors)s, “%(headline)s”, %(title)s, %(section)s, %(period)s. Published on %(day)s. %(address)s"
    ) % {
        "authors": ", ".join(text.authors) or publisher_name(wording),
        "headline": text.headline,
        "title": wording.title,
        "section": wording.sections[place.section],
        "period": wording.period(place.judgement.edition.period),
        "day": wording.day(text.published_on),
        "address": addresses.absolute(site.address, place.address),
    }


def article(place: Place, translations: Mapping[str, Place], wording: Wording) -> dict[str, Any]:
    """A commentary as schema.org sees it: an analysis in the press, part of an issue, perhaps a translation."""
    text, edition = place.text, place.judgement.edition
    full = addresses.absolute(wording.site.address, place.address)
    data = {
        "@context": "https://schema.org",
        "@type": "AnalysisNewsArticle",
        "@id": full,
        "url": full,
        "headline": text.headline,
        "description": text.lead,
        "inLanguage": text.language,
        "datePublished": text.published_on.isoformat(),
        "dateModified": text.changed_on.isoformat(),
        "articleSection": wording.sections[place.section],
        "temporalCoverage": f"{edition.period.start}/{edition.period.end}",
        "author": [{"@type": "Person", "name": name} for name in text.authors] or _publisher(wording),
        "publisher": _publisher(wording),
        "image": [
            addresses.absolute(wording.site.address, addresses.picture(size.name))
            for size in (text.picture.sizes if text.picture else ())
        ],
        "isAccessibleForFree": True,
        "isPartOf": _issue(
            wording, addresses.edition(wording.language, edition), edition.slug, edition.period, edition.published_on
        ),
        "citation": [
            _without_nothing({"@type": "CreativeWork", "name": source.title, "url": source.url})
            for source in text.sources
        ],
        "correction": _corrections(edition, wording),
        **_translations(place, translations, wording),
    }
    return _without_nothing(data)


def _translations(place: Place, translations: Mapping[str, Place], wording: Wording) -> dict[str, Any]:
    """The original knows its translations, a translation its original; the source language holds the original."""
    site = wording.site
    original = translations.get(site.source_language)
    if original is None:
        return {}
    others = {
        code: {"@id": addresses.absolute(site.address, found.address), "inLanguage": code}
        for code, found in translations.items()
        if code != place.text.language
    }
    if place.text.language == site.source_language:
        return {"workTranslation": list(others.values())}
    return {"translationOfWork": others[site.source_language]}


@made_once
def _issue(wording: Wording, address: str, slug: str, period: Period, published_on: date) -> Shared:
    return Shared(
        {
            "@type": "PublicationIssue",
            "@id": addresses.absolute(wording.site.address, address),
            "name": wording.period(period),
            "issueNumber": slug,
            "datePublished": published_on.isoformat(),
            "isPartOf": _periodical(wording),
        }
    )


def _corrections(edition: Edition, wording: Wording) -> list[dict[str, str]]:
    return [
        {
            "@type": "CorrectionComment",
            "text": wording.site.words(dict(correction.note), wording.language),
            "datePublished": correction.made_on.isoformat(),
        }
        for correction in edition.corrections
    ]


@made_once
def _periodical(wording: Wording) -> Shared:
    home = addresses.absolute(wording.site.address, addresses.home(wording.language))
    return Shared({"@type": "Periodical", "name": wording.title, "url": home, "publisher": _publisher(wording)})


@made_once
def _publisher(wording: Wording) -> Shared:
    root = addresses.absolute(wording.site.address, addresses.ROOT)
    return Shared({"@type": "Organization", "name": publisher_name(wording), "url": root})


def _open_graph(
    kind: str, title: str, description: str, full: str, wording: Wording, translations: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    pairs = [
        ("og:type", kind),
        ("og:title", title),
        ("og:description", description),
        ("og:url", full),
        ("og:site_name", wording.title),
        ("og:locale", _open_graph_locale(wording.language)),
        *[("og:locale:alternate", _open_graph_locale(code)) for code in translations if code != wording.language],
    ]
    return tuple((name, content) for name, content in pairs if content)


def _open_graph_card(card: str, title: str, wording: Wording) -> list[tuple[str, str]]:
    """The card of a page, drawn in the size that every network shows whole."""
    if not card:
        return []
    width, height = CARD_SIZE
    return [
        ("og:image", addresses.absolute(wording.site.address, card)),
        ("og:image:type", "image/png"),
        ("og:image:width", str(width)),
        ("og:image:height", str(height)),
        ("og:image:alt", title),
    ]


def _open_graph_picture(picture: Picture | None, wording: Wording) -> list[tuple[str, str]]:
    if picture is None:
        return []
    size = picture.sizes[-1]
    return [
        ("og:image", addresses.absolute(wording.site.address, addresses.picture(size.name))),
        ("og:image:width", str(size.width)),
        ("og:image:height", str(size.height)),
        *([("og:image:alt", picture.alt)] if picture.alt else []),
    ]


@cache
def _open_graph_locale(language: str) -> str:
    """Open Graph wants a territory with every language: the likeliest one, as CLDR has it."""
    code = language.replace("-", "_")
    likely = get_global("likely_subtags").get(code, code).split("_")
    return f"{likely[0]}_{likely[-1]}" if len(likely) > 1 else code


def _without_nothing(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}

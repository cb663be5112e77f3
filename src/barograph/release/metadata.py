"""What a page says of itself to machines: search engines, link previews, reference managers.

Open Graph for previews, JSON-LD (schema.org) for search engines, Highwire tags for reference managers,
and for people a line to cite a commentary by. All of it is written straight as it stands in the page: there are
thousands of pages, and values put together first and written afterwards took three times as long.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from babel.core import get_global
from markupsafe import Markup

from barograph.release import addresses
from barograph.release.history import Place
from barograph.release.linked_data import article, script, web_page
from barograph.release.quick_code import printed
from barograph.release.record import Picture
from barograph.release.wording import Wording, made_once

CARD_SIZE = (1200, 630)
"""Width and height of a picture for link previews, in pixels."""


def page_metadata(
    wording: Wording,
    *,
    title: str,
    address: str,
    way_up: str,
    translations: Iterable[str] = (),
    section: str | None = None,
    card: str = "",
) -> Markup:
    """The head of any page that is not a commentary: home, edition, section, standing page.

    ``translations`` are the languages it exists in; ``section`` adds the feed of a section; ``card`` is the path of the
    picture for link previews, if there is one; ``way_up`` leads to the root of the release.
    """
    site = wording.site
    full = addresses.absolute(site.address, address)
    description = site.words(site.description, wording.language)
    return Markup(
        _described(full, description)
        + _open_graph("website", title, description, full, wording, translations)
        + (_preview(card, title, wording) + _LARGE_PREVIEW if card else "")
        + _feed_links(wording, section, way_up)
        + script(web_page(title, description, full, wording))
    )


def commentary_metadata(
    place: Place, translations: Mapping[str, Place], wording: Wording, way_up: str, card: str = ""
) -> Markup:
    """The head of a commentary; ``translations`` are its places by language, the rest as for ``page_metadata``."""
    text = place.text
    full = addresses.absolute(wording.site.address, place.address)
    return Markup(
        _described(full, text.lead)
        + _open_graph("article", text.headline, text.lead, full, wording, translations)
        + f'<meta property="article:published_time" content="{text.published_on.isoformat()}">\n'
        f'<meta property="article:modified_time" content="{text.changed_on.isoformat()}">\n'
        f'<meta property="article:section" content="{printed(wording.sections[place.section])}">\n'
        + (_preview(card, text.headline, wording) if card else _picture(text.picture, wording))
        + _highwire(place, full, wording)
        + (_LARGE_PREVIEW if card else "")
        + _feed_links(wording, place.section, way_up)
        + script(article(place, full, translations, wording))
    )


def feed_title(wording: Wording, section: str | None = None) -> str:
    """The title of the feed of a language, or of one of its sections."""
    if section is None:
        return wording.title
    return wording.gettext("%(title)s: %(section)s") % {"title": wording.title, "section": wording.sections[section]}


def citation(place: Place, wording: Wording) -> str:
    """How to cite a commentary, in one line of its language."""
    text, site = place.text, wording.site
    return wording.gettext(
        "%(authors)s, “%(headline)s”, %(title)s, %(section)s, %(period)s. Published on %(day)s. %(address)s"
    ) % {
        "authors": ", ".join(text.authors) or wording.publisher,
        "headline": text.headline,
        "title": wording.title,
        "section": wording.sections[place.section],
        "period": wording.period(place.judgement.edition.period),
        "day": wording.day(text.published_on),
        "address": addresses.absolute(site.address, place.address),
    }


def _described(full: str, description: str) -> str:
    canonical = f'<link rel="canonical" href="{printed(full)}">\n'
    return f'{canonical}<meta name="description" content="{printed(description)}">\n' if description else canonical


@made_once
def _feed_links(wording: Wording, section: str | None, way_up: str) -> str:
    """The feeds of a language, or of one of its sections."""
    title = printed(feed_title(wording, section))
    return "".join(
        f'<link rel="alternate" type="{kind}" title="{title}" '
        f'href="{printed(addresses.link(way_up, addresses.feed(wording.language, suffix, section)))}">\n'
        for kind, suffix in (("application/atom+xml", "atom"), ("application/feed+json", "json"))
    )


def _highwire(place: Place, full: str, wording: Wording) -> str:
    """The tags by which reference managers take up a commentary, in their order."""
    text = place.text
    authors = text.authors or (wording.publisher,)
    of_authors = [f'<meta name="citation_author" content="{printed(name)}">\n' for name in authors]
    return (
        f'<meta name="citation_title" content="{printed(text.headline)}">\n'
        f"{''.join(of_authors)}"
        f'<meta name="citation_publication_date" content="{text.published_on.isoformat().replace("-", "/")}">\n'
        f'<meta name="citation_journal_title" content="{printed(wording.title)}">\n'
        f'<meta name="citation_issue" content="{printed(place.judgement.edition.slug)}">\n'
        f'<meta name="citation_publisher" content="{printed(wording.publisher)}">\n'
        f'<meta name="citation_language" content="{text.language}">\n'
        f'<meta name="citation_public_url" content="{printed(full)}">\n'
    )


def _open_graph(
    kind: str, title: str, description: str, full: str, wording: Wording, translations: Iterable[str]
) -> str:
    return (
        f'<meta property="og:type" content="{kind}">\n'
        f"{_property('og:title', title)}{_property('og:description', description)}"
        f'<meta property="og:url" content="{printed(full)}">\n'
        f"{_open_graph_of_site(wording, tuple(translations))}"
    )


@made_once
def _open_graph_of_site(wording: Wording, languages: tuple[str, ...]) -> str:
    """What all pages say that exist in the same languages."""
    others = [_property("og:locale:alternate", _locale(code)) for code in languages if code != wording.language]
    return (
        _property("og:site_name", wording.title) + _property("og:locale", _locale(wording.language)) + "".join(others)
    )


def _preview(card: str, title: str, wording: Wording) -> str:
    """The card of a page, drawn in the size that every network shows whole."""
    width, height = CARD_SIZE
    return (
        f'<meta property="og:image" content="{printed(addresses.absolute(wording.site.address, card))}">\n'
        '<meta property="og:image:type" content="image/png">\n'
        f'<meta property="og:image:width" content="{width}">\n'
        f'<meta property="og:image:height" content="{height}">\n'
        f'<meta property="og:image:alt" content="{printed(title)}">\n'
    )


_LARGE_PREVIEW = '<meta name="twitter:card" content="summary_large_image">\n'
"""Without it, X and those who follow its words show a card as a stamp."""


def _picture(picture: Picture | None, wording: Wording) -> str:
    if picture is None:
        return ""
    size = picture.sizes[-1]
    address = addresses.absolute(wording.site.address, addresses.picture(size.name))
    return (
        f'<meta property="og:image" content="{printed(address)}">\n'
        f'<meta property="og:image:width" content="{size.width}">\n'
        f'<meta property="og:image:height" content="{size.height}">\n'
        f"{_property('og:image:alt', picture.alt)}"
    )


def _property(name: str, words: str) -> str:
    """One element of Open Graph; nothing where there is nothing to say."""
    return f'<meta property="{name}" content="{printed(words)}">\n' if words else ""


@cache
def _locale(language: str) -> str:
    """Open Graph wants a territory with every language: the likeliest one, as CLDR has it."""
    code = language.replace("-", "_")
    likely = get_global("likely_subtags").get(code, code).split("_")
    return f"{likely[0]}_{likely[-1]}" if len(likely) > 1 else code

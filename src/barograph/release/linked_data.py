"""Pages as schema.org sees them: JSON-LD for search engines.

It is written straight as it stands in the page, not put together as values first: a release has thousands of pages. A
function that writes an object gives its JSON; a member or a list gives nothing where there is nothing to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from json.encoder import encode_basestring as json_string

from barograph.base.period import Period
from barograph.release import addresses
from barograph.release.history import Place
from barograph.release.record import Edition, Source
from barograph.release.wording import Wording, made_once

_UNSAFE = {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def script(json: str) -> str:
    """JSON as an element of the head: nothing in it can end the element or open another."""
    for character, written in _UNSAFE.items():
        if character in json:  # hardly ever, and to look is ten times as quick as to replace
            json = json.replace(character, written)
    return f'<script type="application/ld+json">{json}</script>'


def web_page(title: str, description: str, full: str, wording: Wording) -> str:
    """Any page that is not a commentary; ``full`` is its whole address."""
    address = json_string(full)
    return (
        f'{{"@context":"https://schema.org","@type":"WebPage","@id":{address},"url":{address}'
        f"{_words('name', title)}{_words('description', description)}"
        f',"inLanguage":{json_string(wording.language)},"isPartOf":{_periodical(wording)}}}'
    )


def article(place: Place, full: str, translations: Mapping[str, Place], wording: Wording) -> str:
    """A commentary, whose whole address is ``full``: an analysis, part of an issue, perhaps a translation."""
    text, edition = place.text, place.judgement.edition
    address, publisher = json_string(full), _publisher(wording)
    people = [f'{{"@type":"Person","name":{json_string(name)}}}' for name in text.authors]
    pictures = [
        json_string(addresses.absolute(wording.site.address, addresses.picture(size.name)))
        for size in (text.picture.sizes if text.picture else ())
    ]
    return (
        f'{{"@context":"https://schema.org","@type":"AnalysisNewsArticle","@id":{address},"url":{address}'
        f"{_words('headline', text.headline)}{_words('description', text.lead)}"
        f',"inLanguage":{json_string(text.language)}'
        f',"datePublished":"{text.published_on.isoformat()}","dateModified":"{text.changed_on.isoformat()}"'
        f"{_words('articleSection', wording.sections[place.section])}"
        f',"temporalCoverage":"{edition.period.start.isoformat()}/{edition.period.end.isoformat()}"'
        f',"author":{_list(people) or publisher},"publisher":{publisher}{_member("image", _list(pictures))}'
        f',"isAccessibleForFree":true,"isPartOf":{_issue(wording, edition.slug, edition.period, edition.published_on)}'
        f"{_member('citation', _list([_source(source) for source in text.sources]))}"
        f"{_member('correction', _corrections(edition, wording))}{_translations(place, translations, wording)}}}"
    )


@made_once
def _issue(wording: Wording, slug: str, period: Period, published_on: date) -> str:
    address = addresses.absolute(wording.site.address, f"{addresses.editions(wording.language)}{slug}/")
    return (
        f'{{"@type":"PublicationIssue","@id":{json_string(address)},"name":{json_string(wording.period(period))}'
        f',"issueNumber":{json_string(slug)},"datePublished":"{published_on.isoformat()}"'
        f',"isPartOf":{_periodical(wording)}}}'
    )


@made_once
def _periodical(wording: Wording) -> str:
    home = json_string(addresses.absolute(wording.site.address, addresses.home(wording.language)))
    return (
        f'{{"@type":"Periodical","name":{json_string(wording.title)},"url":{home},"publisher":{_publisher(wording)}}}'
    )


@made_once
def _publisher(wording: Wording) -> str:
    root = json_string(addresses.absolute(wording.site.address, addresses.ROOT))
    return f'{{"@type":"Organization","name":{json_string(wording.publisher)},"url":{root}}}'


def _source(source: Source) -> str:
    return f'{{"@type":"CreativeWork"{_words("name", source.title)}{_words("url", source.url)}}}'


def _corrections(edition: Edition, wording: Wording) -> str:
    told = [(wording.site.words(dict(found.note), wording.language), found.made_on) for found in edition.corrections]
    return _list(
        f'{{"@type":"CorrectionComment","text":{json_string(note)},"datePublished":"{day.isoformat()}"}}'
        for note, day in told
    )


def _translations(place: Place, translations: Mapping[str, Place], wording: Wording) -> str:
    """The original knows its translations, a translation its original; the source language holds the original."""
    source = wording.site.source_language
    if source not in translations:
        return ""
    if place.text.language != source:
        return _member("translationOfWork", _work(translations[source], wording))
    others = [_work(found, wording) for code, found in translations.items() if code != source]
    return _member("workTranslation", _list(others))


def _work(place: Place, wording: Wording) -> str:
    address = addresses.absolute(wording.site.address, place.address)
    return f'{{"@id":{json_string(address)},"inLanguage":"{place.text.language}"}}'


def _words(name: str, words: str) -> str:
    """Another member of an object, which is a string."""
    return f',"{name}":{json_string(words)}' if words else ""


def _member(name: str, json: str) -> str:
    """Another member of an object."""
    return f',"{name}":{json}' if json else ""


def _list(items: Iterable[str]) -> str:
    written = ",".join(items)
    return f"[{written}]" if written else ""

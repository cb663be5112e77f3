"""``sitemap.xml`` with every page in all its languages, and ``robots.txt``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from barograph.base.site import SiteSettings
from barograph.release import addresses
from barograph.release.history import History
from barograph.release.record import Edition

ADDRESSES_PER_FILE = 50_000
BYTES_PER_FILE = 50_000_000
"""The two limits that sitemaps.org sets for one file."""

_OPENING = '<?xml version="1.0" encoding="utf-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_ALTERNATES = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'


@dataclass(frozen=True, slots=True)
class PublicPage:
    """A page in its languages: addresses by language, and the day it last changed."""

    addresses: Mapping[str, str]
    changed_on: date | None


def robots_txt(site: SiteSettings) -> bytes:
    """Everything may be read; the sitemap says what there is."""
    return f"User-agent: *\nDisallow:\n\nSitemap: {addresses.absolute(site.address, 'sitemap.xml')}\n".encode()


def sitemap_files(
    pages: Iterable[PublicPage], site: SiteSettings, per_file: int = ADDRESSES_PER_FILE
) -> Iterator[tuple[str, bytes]]:
    """``sitemap.xml``; where the pages do not fit in one file, several files, and ``sitemap.xml`` lists them."""
    files = list(_files((entry for page in pages for entry in _entries(page, site)), per_file)) or [""]
    if len(files) == 1:
        yield "sitemap.xml", _urlset(files[0])
        return
    index = ""
    for number, entries in enumerate(files, start=1):
        name = f"sitemap-{number}.xml"
        index += f"<sitemap><loc>{addresses.absolute(site.address, name)}</loc></sitemap>\n"
        yield name, _urlset(entries)
    yield "sitemap.xml", f"{_OPENING}<sitemapindex {_NAMESPACE}>\n{index}</sitemapindex>\n".encode()


def public_pages(history: History, site: SiteSettings) -> Iterator[PublicPage]:
    """Every page that a reader may look for, all its languages together."""
    codes = site.language_codes
    days = {edition.slug: _changed_on(edition) for edition in history.record.editions}
    newest = max(days.values(), default=None)
    home = {code: addresses.home(code) for code in codes}
    yield PublicPage({**home, "x-default": addresses.ROOT}, newest)
    yield PublicPage({code: addresses.editions(code) for code in codes}, newest)
    for edition in history.record.editions:
        yield PublicPage({code: addresses.edition(code, edition) for code in codes}, days[edition.slug])
    for key in history.judgements:
        years = {
            year: max(days[judgement.edition.slug] for judgement in found) for year, found in history.years(key).items()
        }
        yield PublicPage({code: addresses.section(code, key) for code in codes}, max(years.values(), default=None))
        for year, day in years.items():
            yield PublicPage({code: addresses.section_year(code, key, year) for code in codes}, day)
    for places in history.translations.values():
        day = max(place.text.changed_on for place in places.values())
        yield PublicPage({code: place.address for code, place in places.items()}, day)
    for pages in history.pages.values():
        day = max(page.changed_on for page in pages.values())
        yield PublicPage({code: addresses.page(page) for code, page in pages.items()}, day)
    if site.newsletter.open:
        yield PublicPage({code: addresses.promises(code) for code in codes}, None)


def _changed_on(edition: Edition) -> date:
    texts = (text for found in edition.assessments for several in found.texts.values() for text in several)
    corrections = (correction.made_on for correction in edition.corrections)
    return max([edition.published_on, *corrections, *(text.changed_on for text in texts)])


def _entries(page: PublicPage, site: SiteSettings) -> Iterator[str]:
    found = {code: addresses.absolute(site.address, address) for code, address in page.addresses.items()}
    alternates = "".join(
        f'<xhtml:link rel="alternate" hreflang={quoteattr(code)} href={quoteattr(address)}/>'
        for code, address in found.items()
    )
    lastmod = f"<lastmod>{page.changed_on.isoformat()}</lastmod>" if page.changed_on else ""
    for address in found.values():
        yield f"<url><loc>{escape(address)}</loc>{lastmod}{alternates if len(found) > 1 else ''}</url>\n"


def _files(entries: Iterable[str], per_file: int) -> Iterator[str]:
    taken: list[str] = []
    size = 0
    for entry in entries:
        if len(taken) == per_file or size + len(entry) > BYTES_PER_FILE:
            yield "".join(taken)
            taken, size = [], 0
        taken.append(entry)
        size += len(entry)
    if taken:
        yield "".join(taken)


def _urlset(entries: str) -> bytes:
    return f"{_OPENING}<urlset {_NAMESPACE} {_ALTERNATES}>\n{entries}</urlset>\n".encode()

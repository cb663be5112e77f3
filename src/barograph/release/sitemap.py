"""The sitemap, which has every page in all its languages, and ``robots.txt``.

Each year has a file of its own, so that a new edition changes a small one: ``sitemap-2024.xml`` has the editions of
that year, their commentaries and that year of each section; ``sitemap-pages.xml`` has all other pages, and
``sitemap.xml`` lists the files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from xml.sax.saxutils import escape

from barograph.base.site import SiteSettings
from barograph.release import addresses
from barograph.release.history import History
from barograph.release.record import Edition
from barograph.release.statement import current_statement

ADDRESSES_PER_FILE = 10_000
"""More go into a second file. sitemaps.org allows 50,000, but 50 MB at most, and pages in many languages need those."""

_OPENING = '<?xml version="1.0" encoding="utf-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_ALTERNATES = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'

File = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class PublicPage:
    """A page in its languages: addresses by language, and the day it last changed."""

    addresses: Mapping[str, str]
    changed_on: date | None


def robots_txt(site: SiteSettings) -> bytes:
    """Everything may be read; the sitemap says what there is."""
    return f"User-agent: *\nDisallow:\n\nSitemap: {addresses.absolute(site.address, 'sitemap.xml')}\n".encode()


class Sitemap:
    """The sitemap of a record, which can be written year by year."""

    def __init__(self, history: History, site: SiteSettings, per_file: int = ADDRESSES_PER_FILE) -> None:
        """``per_file`` is how many addresses one file may have."""
        self.history = history
        self.site = site
        self.per_file = per_file
        self.editions = dict(history.editions_by_year())
        """The editions of each year, the newest year first."""

    def files(self) -> Iterator[File]:
        """All of it: file names and contents."""
        for year in self.editions:
            yield from self.of_year(year)
        yield from self.of_other_pages()
        yield "sitemap.xml", self.index()

    def of_year(self, year: int) -> Iterator[File]:
        """The file of one year; several where it has more addresses than one may have."""
        for number, editions in enumerate(self._shares(year)):
            pages = [page for edition in editions for page in self._pages_of_edition(edition)]
            yield _name(year, number), _urlset(pages if number else [*self._years_of_sections(year), *pages], self.site)

    def of_other_pages(self) -> Iterator[File]:
        """The file of the pages that belong to no year: home, sections, standing pages."""
        yield "sitemap-pages.xml", _urlset(self._other_pages, self.site)

    def index(self) -> bytes:
        """The list of the other files, each with the day on which something in it last changed."""
        shares = ((_name(year, at), found) for year in self.editions for at, found in enumerate(self._shares(year)))
        files = [(name, _newest(found)) for name, found in shares]
        newest = max([page.changed_on for page in self._other_pages if page.changed_on], default=None)
        lines = "".join(
            f"<sitemap><loc>{escape(addresses.absolute(self.site.address, name))}</loc>{_lastmod(day)}</sitemap>\n"
            for name, day in (*files, ("sitemap-pages.xml", newest))
        )
        return f"{_OPENING}<sitemapindex {_NAMESPACE}>\n{lines}</sitemapindex>\n".encode()

    def _shares(self, year: int) -> list[list[Edition]]:
        """The editions of a year, in as many files as they need."""
        shares: list[list[Edition]] = [[]]
        room = self.per_file
        for edition in self.editions[year]:
            size = len(self.site.languages) + len(edition.texts)
            if size > room and shares[-1]:
                shares.append([])
                room = self.per_file
            shares[-1].append(edition)
            room -= size
        return shares

    def _pages_of_edition(self, edition: Edition) -> Iterator[PublicPage]:
        """An edition with its commentaries."""
        yield self._page(addresses.edition, edition, changed_on=edition.changed_on)
        for key in dict.fromkeys([text.key for text in edition.texts]):
            places = self.history.translations[key]
            day = max([place.text.changed_on for place in places.values()])
            yield PublicPage({code: place.address for code, place in places.items()}, day)

    def _years_of_sections(self, year: int) -> Iterator[PublicPage]:
        for key in self.history.judgements:
            judged = self.history.years(key).get(year)
            if judged:
                day = _newest(judgement.edition for judgement in judged)
                yield self._page(addresses.section_year, key, year, changed_on=day)

    @cached_property
    def _other_pages(self) -> list[PublicPage]:
        return list(self._find_other_pages())

    def _find_other_pages(self) -> Iterator[PublicPage]:
        newest = _newest(self.history.record.editions)
        home = self._page(addresses.home, changed_on=newest)
        yield PublicPage({**home.addresses, "x-default": addresses.ROOT}, newest)
        yield self._page(addresses.editions, changed_on=newest)
        for key, judged in self.history.judgements.items():
            yield self._page(addresses.section, key, changed_on=_newest(found.edition for found in judged))
        for pages in self.history.pages.values():
            day = max(page.changed_on for page in pages.values())
            yield PublicPage({code: addresses.page(page) for code, page in pages.items()}, day)
        yield self._page(addresses.data, changed_on=newest)
        statement = current_statement(self.history, self.site)
        if statement is not None:
            yield self._page(addresses.statement, changed_on=statement.made_on)
        if self.site.newsletter.open:
            yield self._page(addresses.promises, changed_on=None)

    def _page(self, address: Callable[..., str], *values: object, changed_on: date | None) -> PublicPage:
        """A page that exists in every language."""
        return PublicPage({code: address(code, *values) for code in self.site.language_codes}, changed_on)


def _newest(editions: Iterable[Edition]) -> date | None:
    """The day of the last change to some editions, if there are any."""
    return max([edition.changed_on for edition in editions], default=None)


def _name(year: int, number: int) -> str:
    return f"sitemap-{year}-{number + 1}.xml" if number else f"sitemap-{year}.xml"


def _urlset(pages: Iterable[PublicPage], site: SiteSettings) -> bytes:
    entries = "".join([_entries(page, site) for page in pages])
    return f"{_OPENING}<urlset {_NAMESPACE} {_ALTERNATES}>\n{entries}</urlset>\n".encode()


def _entries(page: PublicPage, site: SiteSettings) -> str:
    """The entry of each language of a page; every one names them all."""
    quotes = {'"': "&quot;"}
    found = {code: escape(addresses.absolute(site.address, here), quotes) for code, here in page.addresses.items()}
    alternates = "".join(
        [f'<xhtml:link rel="alternate" hreflang="{code}" href="{address}"/>' for code, address in found.items()]
    )
    rest = f"</loc>{_lastmod(page.changed_on)}{alternates if len(found) > 1 else ''}</url>\n"
    return "".join([f"<url><loc>{address}{rest}" for address in found.values()])


def _lastmod(day: date | None) -> str:
    return f"<lastmod>{day.isoformat()}</lastmod>" if day else ""

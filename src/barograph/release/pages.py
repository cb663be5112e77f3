"""Every file of a release that is rendered, as a pure function of the record and the site's settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from jinja2 import Environment

from barograph.release import addresses, render
from barograph.release.cards import card_items
from barograph.release.chart_files import home_chart_items, section_chart_items
from barograph.release.data_items import data_items
from barograph.release.data_page import data_page
from barograph.release.feeds import ENCLOSED, editions_of_feed, feed_files
from barograph.release.history import History
from barograph.release.language_pages import LanguagePages, Ready
from barograph.release.mail import carried, mail_of
from barograph.release.mirrors import mirrors_txt
from barograph.release.offline.copies import copy_items
from barograph.release.record import Edition, Page, Record, Text
from barograph.release.redirects import find_redirects, redirect_files
from barograph.release.shelf import Item, key_of
from barograph.release.sitemap import Sitemap, robots_txt
from barograph.release.statement import current_statement, statement_page, statement_txt
from barograph.release.units import Dependencies, File, Unit, hash_of
from barograph.release.wording import Wording


class SitePages:
    """All pages of a record in all languages, as units that are rendered one by one."""

    def __init__(
        self,
        record: Record,
        wordings: Sequence[Wording],
        *,
        pictures: Callable[[str], bytes],
        environment: Environment,
        before: History | None = None,
    ) -> None:
        """``wordings`` are those of the site's languages, in their order; ``before`` is the last history, if any."""
        self.site = site = wordings[0].site
        self.history = History(record, site, before)
        self.is_first = before is None
        """Whether whoever asks for these pages has asked for none before."""
        self.sitemap = Sitemap(self.history, site)
        self.pictures = pictures
        self.environment = environment
        self.stylesheet = render.stylesheet(site)
        self.style = render.stylesheet_address(self.stylesheet)
        self.languages = [LanguagePages(self.history, wording, environment, self.style) for wording in wordings]

    def units(self) -> Iterator[Unit]:
        """Everything that is rendered but the redirects, which have to know of all other files."""
        known = Dependencies(self.history)
        everything = known.of_everything
        yield Unit("frame", "", self._frame)
        charts = partial(self._charts, None)
        yield Unit("home", known.of_home(), self._home, items=charts, together=True, shown=self._copies_of_latest)
        yield Unit("editions", known.of_verdicts, self._editions)
        days = [(page.key, page.language, page.changed_on) for page in self.history.record.pages]
        yield Unit("sitemap", key_of(everything, days), self._sitemap_index)
        for year, editions in self.sitemap.editions.items():
            digests = hash_of(edition.digest for edition in editions)
            yield Unit(f"sitemap/{year}", digests, partial(self._sitemap_year, year))
        yield Unit(
            "data", everything, self._data, items=self._data_items, together=True, shown=charts, shown_with="home"
        )
        yield Unit("statement", everything, self._statement)
        for key, pages in self.history.pages.items():
            words = [astuple(page) for page in pages.values()]
            yield Unit(f"page/{key}", key_of(words), partial(self._standing, pages))
        yield from self._edition_units(known)
        for section in self.site.sections:
            yield from self._section_units(known, section.key)
        for feed in (None, *(section.key for section in self.site.sections)):
            books = partial(self._feed_items, feed)
            yield Unit(f"feeds/{feed or ''}", known.of_feeds(feed), partial(self._feeds, feed), shown=books)

    def _edition_units(self, known: Dependencies) -> Iterator[Unit]:
        with_mail = {edition.slug for edition in carried(self.history.record)}
        for index, edition in enumerate(self.history.record.editions):
            fingerprint = known.of_edition(index, edition)
            rendering, items = partial(self._edition, index, edition), partial(self._edition_items, edition)
            yield Unit(f"edition/{edition.slug}", fingerprint, rendering, items=items)
            if edition.slug in with_mail:
                yield Unit(f"mail/{edition.slug}", known.of_mail(edition), partial(self._mail, edition))

    def redirects(self, taken: Iterable[str]) -> Iterator[File]:
        """What leads from old addresses to new ones; ``taken`` are the paths of all other files."""
        return redirect_files(find_redirects(self.history, taken), self.site)

    @property
    def shown_everywhere(self) -> str:
        """A fingerprint of what the foot of every page leads to: standing pages, perhaps the statement."""
        pages = [page for found in self.history.pages.values() for page in found.values()]
        names = [(page.key, page.language, page.slug, page.title) for page in pages]
        return key_of(names, current_statement(self.history, self.site) is not None)

    def _frame(self, _ready: Ready) -> Iterator[File]:
        """What does not depend on the record."""
        yield from render.assets(self.stylesheet)
        yield self._chooser()
        yield self._not_found_anywhere()
        yield "robots.txt", robots_txt(self.site)
        yield "verify.sh", (render.STATIC / "verify.sh").read_bytes()
        mirrors = mirrors_txt(self.site)
        if mirrors is not None:
            yield "mirrors.txt", mirrors
        for pages in self.languages:
            yield pages.not_found()
            if self.site.newsletter.open:
                yield pages.promises()

    def _home(self, ready: Ready) -> Iterator[File]:
        for pages in self.languages:
            yield pages.home(ready)

    def _editions(self, _ready: Ready) -> Iterator[File]:
        for pages in self.languages:
            yield pages.editions()

    def _charts(self, section: str | None) -> Iterator[Item]:
        """The files of the charts of the home page, or of a section's page."""
        for pages in self.languages:
            if section is None:
                yield from home_chart_items(self.history, pages.wording)
            else:
                yield from section_chart_items(self.history, pages.wording, section)

    def _copies_of_latest(self) -> Iterator[Item]:
        latest = self.history.record.latest
        return self._edition_items(latest) if latest else iter(())

    def _edition_items(self, edition: Edition) -> Iterator[Item]:
        """The offline copies and the cards of an edition."""
        for pages in self.languages:
            yield from copy_items(self.history, pages.wording, self.pictures, self.environment, [edition])
            yield from card_items(self.history, pages.wording, [edition])

    def _data(self, ready: Ready) -> Iterator[File]:
        for pages in self.languages:
            yield data_page(pages, ready)

    def _data_items(self) -> Iterator[Item]:
        return data_items(self.history, [pages.wording for pages in self.languages])

    def _statement(self, _ready: Ready) -> Iterator[File]:
        text = statement_txt(self.history, [pages.wording for pages in self.languages])
        if text is not None:
            yield "statement.txt", text
        for pages in self.languages:
            page = statement_page(pages)
            if page is not None:
                yield page

    def _sitemap_index(self, _ready: Ready) -> Iterator[File]:
        yield "sitemap.xml", self.sitemap.index()
        yield from self.sitemap.of_other_pages()

    def _sitemap_year(self, year: int, _ready: Ready) -> Iterator[File]:
        return self.sitemap.of_year(year)

    def _standing(self, found: Mapping[str, Page], _ready: Ready) -> Iterator[File]:
        for pages in self.languages:
            if pages.language in found:
                page = found[pages.language]
                yield pages.standing_page(page)
                yield from self._pictures([page.body_html])

    def _edition(self, index: int, edition: Edition, ready: Ready) -> Iterator[File]:
        """The pages of an edition with its commentaries and their pictures, in all languages."""
        for pages in self.languages:
            yield pages.edition(index, edition, ready)
            for assessment in edition.assessments:
                for text in assessment.texts.get(pages.language, ()):
                    yield pages.commentary(self.history.translations[text.key][pages.language], ready)
                    yield from self._pictures([text.body_html], text)

    def _mail(self, edition: Edition, _ready: Ready) -> Iterator[File]:
        for pages in self.languages:
            yield from mail_of(pages, edition)

    def _section_units(self, known: Dependencies, key: str) -> Iterator[Unit]:
        charts = partial(self._charts, key)
        yield Unit(f"section/{key}", known.of_section(key), partial(self._section, key), items=charts, together=True)
        for year in self.history.years(key):
            rendering = partial(self._section_year, key, year)
            yield Unit(f"section/{key}/{year}", known.of_section_year(key, year), rendering)

    def _section(self, key: str, ready: Ready) -> Iterator[File]:
        for pages in self.languages:
            yield pages.section(key, ready)

    def _section_year(self, key: str, year: int, _ready: Ready) -> Iterator[File]:
        for pages in self.languages:
            yield pages.section_year(key, year)

    def _feeds(self, section: str | None, ready: Ready) -> Iterator[File]:
        for pages in self.languages:
            # Whoever builds once, as a command does, would keep for nobody.
            yield from feed_files(self.history, pages.wording, section, ready, keep=not self.is_first)

    def _feed_items(self, section: str | None) -> Iterator[Item]:
        """The books that come with the entries of the feeds of everything."""
        for pages in self.languages if section is None else ():
            wording = pages.wording
            editions = editions_of_feed(self.history, wording)
            for item in copy_items(self.history, wording, self.pictures, self.environment, editions):
                if item.path.endswith(ENCLOSED):
                    yield item

    def _pictures(self, bodies: Iterable[str], text: Text | None = None) -> Iterator[File]:
        """The files of the pictures above a text and in bodies."""
        names = {size.name for size in text.picture.sizes} if text and text.picture else set()
        for body in bodies:
            if "/pictures/" in body:
                names |= {str(PurePosixPath(name)) for name in render.PICTURE_IN_BODY.findall(body)}
        for name in sorted(names):
            yield addresses.picture(name), self.pictures(name)

    def _chooser(self) -> File:
        """The page at the root, where a reader chooses a language."""
        template = self.environment.get_template("chooser.html")
        html = template.render(languages=self.languages, site=self.site, way_up="", style=self.style, csp=render.POLICY)
        return addresses.file_of(addresses.ROOT), html.encode()

    def _not_found_anywhere(self) -> File:
        """What a server shows for an address outside all languages, at any depth: its links start at the root."""
        way_up = urlsplit(self.site.address).path.rstrip("/") + "/"
        template = self.environment.get_template("not_found_anywhere.html")
        html = template.render(
            languages=self.languages, site=self.site, way_up=way_up, style=self.style, csp=render.POLICY
        )
        return addresses.NOT_FOUND, html.encode()

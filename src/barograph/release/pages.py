"""Every page of a release, as a pure function of the record and the site's settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from jinja2 import Environment

from barograph.base.site import SiteSettings
from barograph.release import addresses, render
from barograph.release.feeds import feed_files
from barograph.release.history import History
from barograph.release.language_pages import LanguagePages
from barograph.release.mail import mail_files
from barograph.release.record import Record
from barograph.release.redirects import find_redirects, redirect_files
from barograph.release.sitemap import public_pages, robots_txt, sitemap_files
from barograph.release.wording import Translations, Wording

File = tuple[str, bytes]


def render_release(
    record: Record,
    site: SiteSettings,
    *,
    gettext_for: Callable[[str], Translations],
    pictures: Callable[[str], bytes],
    environment: Environment,
) -> Iterator[File]:
    """Every file of a release but its signed list: names below the release's folder, and contents.

    ``gettext_for`` gives the translations of a language, ``pictures`` the bytes of a picture's file by its
    name, ``environment`` comes from ``render.environment``. The same record gives the same bytes.
    Raises ValueError for a section that the site does not have.
    """
    history = History(record, site)
    stylesheet = render.stylesheet(site)
    style = render.stylesheet_address(stylesheet)
    languages = [
        LanguagePages(history, Wording(site, code, gettext_for(code)), environment, style)
        for code in site.language_codes
    ]
    taken = []
    for name, contents in chain(
        render.assets(stylesheet),
        _pages_and_feeds(languages, environment, style),
        [("robots.txt", robots_txt(site))],
        sitemap_files(public_pages(history, site), site),
    ):
        taken.append(name)
        yield name, contents
    yield from redirect_files(find_redirects(history, taken), site)
    for name in sorted(picture_names(record)):
        yield addresses.picture(name), pictures(name)


def _pages_and_feeds(languages: list[LanguagePages], environment: Environment, style: str) -> Iterator[File]:
    yield _chooser(languages, environment, style)
    yield _not_found_anywhere(languages, environment, style)
    for pages in languages:
        yield from pages.all()
        yield from feed_files(pages.history, pages.wording)
        yield from mail_files(pages)


def picture_names(record: Record) -> set[str]:
    """The names of all picture files that commentaries show above or in their bodies."""
    texts = [
        text
        for edition in record.editions
        for assessment in edition.assessments
        for found in assessment.texts.values()
        for text in found
    ]
    names = {size.name for text in texts if text.picture for size in text.picture.sizes}
    bodies = [text.body_html for text in texts] + [page.body_html for page in record.pages]
    for body in bodies:
        if "/pictures/" in body:
            names |= {str(PurePosixPath(name)) for name in render.PICTURE_IN_BODY.findall(body)}
    return names


def _chooser(languages: list[LanguagePages], environment: Environment, style: str) -> File:
    """The page at the root, where a reader chooses a language."""
    template = environment.get_template("chooser.html")
    html = template.render(languages=languages, site=languages[0].site, way_up="", style=style, csp=render.POLICY)
    return addresses.file_of(addresses.ROOT), html.encode()


def _not_found_anywhere(languages: list[LanguagePages], environment: Environment, style: str) -> File:
    """What a server shows for an address outside all languages, at any depth: its links start at the site's root."""
    template = environment.get_template("not_found_anywhere.html")
    way_up = urlsplit(languages[0].site.address).path.rstrip("/") + "/"
    html = template.render(languages=languages, site=languages[0].site, way_up=way_up, style=style, csp=render.POLICY)
    return addresses.NOT_FOUND, html.encode()

"""Where everything public stands: addresses below the root of a release, without a leading slash.

Pages link to each other with relative addresses only, so that a copy works below any address. ``link``
is the one place where such a link is made.
"""

from __future__ import annotations

from barograph.release.record import Edition, Page

ROOT = ""
NOT_FOUND = "404.html"


def home(language: str) -> str:
    """The home page of a language."""
    return f"{language}/"


def editions(language: str) -> str:
    """The list of all editions."""
    return f"{language}/editions/"


def edition(language: str, edition: Edition) -> str:
    """One edition."""
    return f"{language}/editions/{edition.slug}/"


def section(language: str, key: str) -> str:
    """A section with all its trends."""
    return f"{language}/{key}/"


def section_year(language: str, key: str, year: int) -> str:
    """One year of a section."""
    return f"{language}/{key}/{year}/"


def commentary(language: str, section: str, slug: str) -> str:
    """A commentary in the language it is written in."""
    return f"{language}/{section}/{slug}/"


def page(page: Page) -> str:
    """A standing page in the language it is written in."""
    return f"{page.language}/{page.slug}/"


def promises(language: str) -> str:
    """What the site promises its readers about the newsletter."""
    return f"{language}/promises/"


def data(language: str) -> str:
    """The page of the open data."""
    return f"{language}/data/"


def statement(language: str) -> str:
    """The page of the statement that every publication renews."""
    return f"{language}/statement/"


def copy(language: str, edition: Edition, name: str) -> str:
    """An offline copy of an edition; ``name`` is what a reader's device will call the file."""
    return f"{language}/editions/{edition.slug}/{name}"


def card(language: str, name: str) -> str:
    """The picture that stands for a page in link previews."""
    return f"cards/{language}/{name}.png"


def chart(language: str, name: str) -> str:
    """A chart as a file of its own; ``name`` ends in ``.svg``, ``.png``, ``.csv`` or ``.html``."""
    return f"charts/{language}/{name}"


def data_file(name: str) -> str:
    """A file of the open data."""
    return f"data/{name}"


def not_found(language: str) -> str:
    """The page a server shows in place of one it does not have."""
    return f"{language}/{NOT_FOUND}"


def feed(language: str, kind: str, section: str | None = None) -> str:
    """A feed of everything in a language, or of one section; ``kind`` is ``atom`` or ``json``."""
    return f"{language}/{section}/feed.{kind}" if section else f"{language}/feed.{kind}"


def picture(name: str) -> str:
    """One file of a picture."""
    return f"pictures/{name}"


def file_of(address: str) -> str:
    """The file that is served at an address."""
    return f"{address}index.html" if address == ROOT or address.endswith("/") else address


def way_up(address: str) -> str:
    """What leads from a page at ``address`` to the root of the release: ``../`` for each folder."""
    return "../" * address.count("/")


def link(way_up: str, target: str) -> str:
    """A relative link to ``target`` from a page whose way to the root is ``way_up``.

    It names the file: a copy on a stick is read without a server, and a browser shows a folder as a list of files.
    """
    return way_up + file_of(target)


def absolute(site_address: str, target: str) -> str:
    """The full address of ``target``, for what is read away from the site: feeds, citations, search engines."""
    return f"{site_address.rstrip('/')}/{target}"

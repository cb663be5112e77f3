"""The copy as a PDF: tagged (PDF/UA-1), with bookmarks, in our own type, the same bytes on every run."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from barograph.release import render
from barograph.release.drawn import SHAPES
from barograph.release.offline.book import Book, PictureReader
from barograph.release.offline.pages import rendered
from barograph.release.offline.pictures import for_every_reader

OWN = "own:/"
"""Where the resources of a PDF are: nowhere but in this process."""
FONTS = render.STATIC / "drawing_fonts"
MARK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 12 12"><path fill="{colour}" d="{shape}"/></svg>'
RULER_WIDTH = 482
"""Points between the margins of an A4 page."""
STRIP_WIDTH = 343
"""Points of the last year's strips, beside which the sections' names stand."""
FACES = ("text", "text-bold", "text-italic", "reading", "label", "label-bold")


class ToolMissing(Exception):
    """A program or library that a copy needs is not on this machine; the message says how to get it."""


class ResourceError(Exception):
    """A PDF asked for something that is not part of it; the message says what."""


def make(book: Book, pictures: PictureReader, environment: Environment) -> bytes:
    """The file. Raises ToolMissing without Pango, ResourceError for anything that would have to be fetched."""
    weasyprint = _weasyprint()
    html = rendered(
        environment,
        "print.html",
        book,
        drawn=False,
        style=Markup(rendered(environment, "print.css", book)),
        picture_addresses={picture.name: f"{OWN}pictures/{picture.name}" for picture in book.pictures},
    )
    document = weasyprint.HTML(string=html, base_url=OWN, url_fetcher=_fetcher(_resources(book, pictures, environment)))
    identifier = hashlib.sha256(f"{book.address} {book.made_on}".encode()).hexdigest()[:32].encode()
    try:
        content: bytes = document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=identifier)
    except weasyprint.urls.FatalURLFetchingError as error:
        raise ResourceError(f"{error}: a PDF is made of its own text and pictures only") from error
    return content


def _resources(book: Book, pictures: PictureReader, environment: Environment) -> Mapping[str, bytes]:
    """Everything that the styles and the text name, by its address."""
    resources = {f"{OWN}fonts/{face}.ttf": (FONTS / f"{face}.ttf").read_bytes() for face in FACES}
    for verdict, shape in SHAPES.items():
        colour = book.colours[verdict][0]
        resources[f"{OWN}{verdict}.svg"] = MARK.format(shape=shape, colour=colour).encode()
    scale = f"{RULER_WIDTH / book.ruler.days:.4f}"
    resources[f"{OWN}ruler.svg"] = rendered(environment, "ruler.svg", book, width=RULER_WIDTH, scale=scale).encode()
    for number, (_name, strip, _words) in enumerate(book.last_year.strips, 1):
        resources[f"{OWN}strip-{number}.svg"] = rendered(environment, "strip.svg", book, strip=strip).encode()
    resources[f"{OWN}months.svg"] = rendered(environment, "months.svg", book, width=STRIP_WIDTH).encode()
    for picture in book.pictures:  # as JPEG: of a WebP, a PDF would hold every pixel
        resources[f"{OWN}pictures/{picture.name}"] = for_every_reader(pictures(picture.name))
    return resources


def _fetcher(resources: Mapping[str, bytes]) -> Any:
    """Gives WeasyPrint what it was given, and refuses everything else: no file, no network."""
    urls = _weasyprint().urls

    class Fetcher(urls.URLFetcher):  # type: ignore[misc, name-defined, unused-ignore]
        def fetch(self, url: str, headers: object = None) -> Any:
            if url not in resources:
                raise ResourceError(url)
            return urls.URLFetcherResponse(url, resources[url])

    return Fetcher(fail_on_errors=True)


def _weasyprint() -> Any:
    """WeasyPrint, which loads Pango when it is imported. Raises ToolMissing."""
    try:
        import weasyprint
    except OSError as error:
        raise ToolMissing(
            "PDF copies need Pango, which this machine lacks: apt install libpangoft2-1.0-0 (Debian, Ubuntu), "
            f"or take “pdf” out of “copies” in barograph.toml ({error})"
        ) from error
    return weasyprint

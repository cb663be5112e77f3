"""The copy as an EPUB 3 (https://www.w3.org/TR/epub-33/), in the form that readers of EPUB 3.2 accept as well."""

from __future__ import annotations

import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from jinja2 import Environment
from lxml import etree

from barograph.release.offline.book import Book, PictureReader
from barograph.release.offline.pages import rendered
from barograph.release.offline.pictures import for_every_reader, media_type

FOLDER = "EPUB"
CONTAINER = f"""<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="{FOLDER}/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_SUFFIXES = {"image/png": "png", "image/jpeg": "jpg"}


@dataclass(frozen=True, slots=True)
class Document:
    """One page of the book."""

    name: str
    content: bytes

    @property
    def drawn(self) -> bool:
        """Whether it has drawings in it, which the package has to say."""
        return b"<svg" in self.content


@dataclass(frozen=True, slots=True)
class EmbeddedPicture:
    """A picture with its file name in the book."""

    name: str
    media_type: str
    content: bytes


def make(book: Book, pictures: PictureReader, environment: Environment) -> bytes:
    """The file. Raises lxml.etree.XMLSyntaxError if any page of it were not well-formed."""
    embedded = {
        picture.name: _embedded(number, pictures(picture.name)) for number, picture in enumerate(book.pictures, 1)
    }
    picture_addresses = {name: picture.name for name, picture in embedded.items()}
    documents = list(_documents(book, environment, picture_addresses))
    package = rendered(
        environment,
        "package.opf",
        book,
        number=uuid.UUID(book.number),
        documents=documents,
        pictures=list(embedded.values()),
    )
    files = [
        ("META-INF/container.xml", CONTAINER.encode()),
        (f"{FOLDER}/package.opf", _checked(package)),
        (f"{FOLDER}/nav.xhtml", _checked(rendered(environment, "nav.xhtml", book))),
        (f"{FOLDER}/style.css", rendered(environment, "epub.css", book).strip().encode()),
        *((f"{FOLDER}/{document.name}.xhtml", document.content) for document in documents),
        *((f"{FOLDER}/{picture.name}", picture.content) for picture in embedded.values()),
    ]
    return _zip(files, book.made_on)


def _documents(book: Book, environment: Environment, picture_addresses: dict[str, str]) -> Iterator[Document]:
    """The pages in the order of reading."""
    pages = [
        ("front", f"{book.title}, {book.period}", "front"),
        *((chapter.anchor, chapter.name, chapter) for chapter in book.chapters),
        ("colophon", book.labels.about, "colophon"),
    ]
    for name, title, part in pages:
        page = rendered(
            environment, "document.xhtml", book, title=title, part=part, xml=True, picture_addresses=picture_addresses
        )
        yield Document(name, _checked(page))


def _embedded(number: int, content: bytes) -> EmbeddedPicture:
    content = for_every_reader(content)
    kind = media_type(content)
    return EmbeddedPicture(f"picture-{number}.{_SUFFIXES[kind]}", kind, content)


def _checked(page: str) -> bytes:
    """The page, if a reader's program can parse it: half a book is worse than none."""
    content = page.encode()
    etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    return content


def _zip(files: list[tuple[str, bytes]], day: date) -> bytes:
    """The container: ``mimetype`` first and as it is (EPUB 3.3, section 4.2), dated by the book, not by the clock."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in [("mimetype", b"application/epub+zip"), *files]:
            entry = zipfile.ZipInfo(name, (max(day.year, 1980), day.month, day.day, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.create_system = 3  # Unix, wherever it is made
            stored = name == "mimetype" or name.endswith((".jpg", ".png"))
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return buffer.getvalue()

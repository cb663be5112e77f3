"""The copy as plain text: UTF-8, lines of at most 72 characters, nothing that needs a program to be read.

The layout is that of the mail's plain part: headings underlined, addresses numbered and listed after the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jinja2 import Environment

from barograph.release.mail_text import MARKS, WIDTH, Notes, body, underlined, wrapped
from barograph.release.offline.book import Article, Book, Chapter, Elsewhere, PictureReader

RULE = "-" * WIDTH


def make(book: Book, _pictures: PictureReader, _environment: Environment) -> bytes:
    """The file. It shows no pictures, but says what is in them."""
    parts = [_head(book), *(_chapter(number, found, book) for number, found in enumerate(book.chapters, 1))]
    if not book.discreet:
        parts.append(_colophon(book))
    return (f"\n\n\n{RULE}\n\n".join(map(_joined, parts)) + "\n").encode()


def _joined(paragraphs: Iterable[str]) -> str:
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _head(book: Book) -> Iterator[str]:
    """Whose, which week, when; then each section in a few lines, as far as they are known."""
    yield underlined(book.period, "=")
    yield "\n".join(filter(None, (book.title, book.published, book.address)))
    if book.archived:
        yield wrapped(book.labels.archived)
    yield "\n\n".join(_at_a_glance(chapter) for chapter in book.chapters)
    if book.corrections:
        yield underlined(book.labels.corrections, "-")
        yield from (wrapped(f"{correction.day}: {correction.note}") for correction in book.corrections)


def _at_a_glance(chapter: Chapter) -> str:
    mark = MARKS.get(chapter.verdict or "", " ")
    lines = (chapter.reason or (chapter.articles[0].headline if chapter.articles else ""), chapter.standing)
    return "\n".join([f"{mark} {chapter.name}: {chapter.word}", *(_hanging(line) for line in lines if line)])


def _hanging(words: str) -> str:
    return wrapped(f"  {' '.join(words.split())}", "  ")


def _chapter(number: int, chapter: Chapter, book: Book) -> Iterator[str]:
    yield underlined(f"{number}. {chapter.name}", "=")
    yield _joined(map(wrapped, (f"{MARKS.get(chapter.verdict or '', '')} {chapter.sentence}".strip(), chapter.reason)))
    yield wrapped(chapter.standing)
    for article in chapter.articles:
        yield _joined(_commentary(article, book))
    yield from (_elsewhere(other) for other in chapter.elsewhere)


def _commentary(article: Article, book: Book) -> Iterator[str]:
    notes = Notes()
    yield underlined(article.headline, "-")
    yield wrapped(article.lead)
    if picture := article.picture:
        words = ". ".join(part.rstrip(".") for part in (picture.alt, picture.caption, picture.credit) if part)
        yield wrapped(f"[{words}]") if words else ""
    yield body(str(article.body), notes)
    yield wrapped(article.summary)
    yield "\n".join(wrapped(line) for line in (", ".join(article.authors), *article.dates) if line)
    if article.sources:
        items = (wrapped(f"  – {notes.named(source.title, source.url)}", "    ") for source in article.sources)
        yield "\n".join([book.labels.sources, *items])
    yield f"{book.labels.on_the_site}\n{article.address}" if article.address else ""
    yield str(notes)


def _elsewhere(other: Elsewhere) -> str:
    return "\n".join([wrapped(other.headline), wrapped(other.words), other.address])


def _colophon(book: Book) -> Iterator[str]:
    """Where it comes from, under which terms, where else it is, and how to check it."""
    labels = book.labels
    yield underlined(labels.about, "=")
    yield "\n".join(filter(None, (book.publisher, book.contact)))
    yield from map(wrapped, book.terms)
    for words, addresses in ((labels.on_the_site, (book.address,)), (labels.mirrors, book.mirrors)):
        if addresses:
            yield "\n".join([words, *addresses])
    if book.onion:
        yield f"{labels.onion}\n{book.onion}"
    yield wrapped(labels.check)
    yield "\n".join(f"    {command}" for command in book.commands)
    yield wrapped(labels.compare)

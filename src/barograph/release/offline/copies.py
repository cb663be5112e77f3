"""Which offline copies there are of an edition, and what makes each.

Every build asks which there are, and few make any: what makes them brings lxml and Pillow, so it is imported then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib.metadata import version
from typing import TYPE_CHECKING

from jinja2 import Environment

from barograph.base.catalogues import words_digest
from barograph.base.release_settings import CopyKind
from barograph.base.site import SiteSettings
from barograph.release import addresses, charts
from barograph.release.history import History
from barograph.release.record import Edition
from barograph.release.shelf import Item, key_of
from barograph.release.wording import Wording

if TYPE_CHECKING:
    from barograph.release.offline.book import PictureReader

VERSION = 3
"""Raised when the code changes what is in a copy; templates and styles are part of the key by themselves."""
DISCREET_NAME = "notes"
"""What discreet copies are called, whatever the language: a word that a reader's own file might have."""

_FILES: dict[CopyKind, tuple[str, str]] = {
    "pdf": ("pdf", "application/pdf"),
    "epub": ("epub", "application/epub+zip"),
    "html": ("html", "text/html"),
    "text": ("txt", "text/plain"),
}
_DISCREET: tuple[CopyKind, ...] = ("html", "text")
_TEMPLATES = "offline/"


@dataclass(frozen=True, slots=True)
class Copy:
    """One file that holds a whole edition in one language."""

    path: str
    """Where it stands in the release; its last part is what a reader's device calls the file."""
    kind: CopyKind
    discreet: bool
    """Whether it says nothing of where it comes from."""
    media_type: str


def copies(language: str, edition: Edition, site: SiteSettings) -> tuple[Copy, ...]:
    """The copies of an edition in a language, the discreet ones last; none where it has no text in that language."""
    if not any(assessment.texts.get(language) for assessment in edition.assessments):
        return ()
    open_ones = [_copy(language, edition, kind, discreet=False) for kind in _FILES if kind in site.release.copies]
    discreet = [_copy(language, edition, kind, discreet=True) for kind in _DISCREET if kind in site.release.copies]
    return (*open_ones, *discreet)


def _copy(language: str, edition: Edition, kind: CopyKind, *, discreet: bool) -> Copy:
    suffix, media_type = _FILES[kind]
    name = f"{DISCREET_NAME}-{edition.slug}" if discreet else f"edition-{edition.slug}-{language}"
    return Copy(addresses.copy(language, edition, f"{name}.{suffix}"), kind, discreet, media_type)


def copy_items(
    history: History,
    wording: Wording,
    pictures: PictureReader,
    environment: Environment,
    editions: Sequence[Edition] | None = None,
) -> Iterator[Item]:
    """The copies of some editions, or of all, in one language, the last one's first. No text is read to find them.

    ``pictures`` gives the bytes of a picture's file by its name. Making a PDF raises pdf.ToolMissing where the
    machine lacks Pango.
    """
    shown = _shown_everywhere(wording, environment)
    for edition in reversed(history.record.editions if editions is None else editions):
        wanted = copies(wording.language, edition, wording.site)
        content = key_of(shown, edition.digest or edition, _past(history, edition, wording)) if wanted else ""
        for copy in wanted:
            make = partial(_make, copy, edition, history, wording, pictures, environment)
            yield Item(copy.path, key_of(copy.path, content), make)


def _past(history: History, edition: Edition, wording: Wording) -> list[object]:
    """What a copy shows of earlier editions: how long each verdict has stood, and the strips of the last year."""
    return [
        (
            wording.standing(judgement),
            [f"{found.edition.slug} {found.verdict}" for found in charts.past_year(history, judgement)],
        )
        for judgement in history.of_edition[edition.slug]
    ]


def _make(
    copy: Copy,
    edition: Edition,
    history: History,
    wording: Wording,
    pictures: PictureReader,
    environment: Environment,
) -> bytes:
    from barograph.release.offline import epub, pdf, plain_text, single_page
    from barograph.release.offline.book import make_book

    makers = {"pdf": pdf.make, "epub": epub.make, "html": single_page.make, "text": plain_text.make}
    book = make_book(history, wording, edition, path=copy.path, discreet=copy.discreet)
    return makers[copy.kind](book, pictures, environment)


@lru_cache(maxsize=32)
def _shown_everywhere(wording: Wording, environment: Environment) -> str:
    """A hash of what all copies in a language show of the settings, the catalogue, the templates and the program."""
    site = wording.site
    loader = environment.loader
    names = [name for name in environment.list_templates() if name.startswith(_TEMPLATES)]
    sources = [loader.get_source(environment, name)[0] for name in names] if loader else []
    return key_of(
        VERSION,
        version("barograph"),
        wording.language,
        (site.title, site.publisher, site.address, site.contact, site.notice, site.licence, site.newsletter.address),
        (site.release.mirrors, site.release.onion, site.language_codes),
        (wording.sections, wording.verdicts, wording.sentences, site.verdicts.model_dump()),
        words_digest(site, wording.language),
        sources,
    )

"""What is public, as plain values: all that the pages, feeds and data of a release are made from.

Nothing here knows the database. ``release.reading`` reads a ``Record`` out of it; a test, or a
preview of a draft, makes one by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from barograph.base.period import Period


@dataclass(frozen=True, slots=True)
class PictureSize:
    """One file of a picture: its name below ``pictures/`` in the release, and its size in pixels."""

    name: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A commentary's picture in its sizes, smallest first, with its words in the commentary's language."""

    sizes: tuple[PictureSize, ...]
    alt: str
    caption: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Something a commentary rests on."""

    title: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A commentary in one language. ``key`` is the same in all its languages."""

    key: str
    language: str
    slug: str
    headline: str
    lead: str
    body_html: str
    summary: str
    published_on: date
    changed_on: date
    authors: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    picture: Picture | None = None
    old_addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """The judgement of one section in one edition, with its commentaries by language, in their order."""

    section: str
    verdict: str | None
    reasons: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)
    digest: str = ""
    """A hash of it and its texts, by which a change is noticed without comparing them; empty in one made by hand."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A note to readers, by language, on what a later release of an edition changed."""

    made_on: date
    note: Mapping[str, str]


@dataclass(frozen=True)
class Edition:
    """One reporting period as the public sees it; its assessments stand in the order of the sections."""

    slug: str
    period: Period
    published_on: date
    assessments: tuple[Assessment, ...]
    corrections: tuple[Correction, ...] = ()
    archived: bool = False
    made_on: date | None = None
    """The day on which this state of it was published."""
    digest: str = ""
    """A hash of all of it, by which a change is noticed without comparing texts; empty in a record made by hand."""

    @cached_property
    def has_texts(self) -> bool:
        """False for an edition of which only verdicts are known."""
        return any(assessment.texts for assessment in self.assessments)

    @cached_property
    def has_moved_texts(self) -> bool:
        """Whether a commentary of it has had another address."""
        return any(text.old_addresses for text in self.texts)

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """All its commentaries in all languages, by section."""
        return tuple([text for assessment in self.assessments for found in assessment.texts.values() for text in found])

    @cached_property
    def when(self) -> str:
        """Its address and its days, as words by which a change of them is noticed."""
        return f"{self.slug} {self.period.start} {self.period.end}"

    @cached_property
    def changed_on(self) -> date:
        """The day of the last change to it, its texts or its corrections."""
        corrected = [correction.made_on for correction in self.corrections]
        return max([self.published_on, *corrected, *[text.changed_on for text in self.texts]])

    def assessment(self, section: str) -> Assessment | None:
        """The judgement of a section, or ``None`` where the edition lacks it."""
        return next((found for found in self.assessments if found.section == section), None)


@dataclass(frozen=True, slots=True)
class Page:
    """A standing page (about, methodology) in one language."""

    key: str
    language: str
    slug: str
    title: str
    body_html: str
    changed_on: date


@dataclass(frozen=True)
class Record:
    """Everything public, editions oldest first."""

    editions: tuple[Edition, ...]
    pages: tuple[Page, ...] = ()

    @cached_property
    def latest(self) -> Edition | None:
        """The edition of the home page: the newest with commentaries, or the newest of all."""
        with_texts = [edition for edition in self.editions if edition.has_texts] or self.editions
        return with_texts[-1] if with_texts else None

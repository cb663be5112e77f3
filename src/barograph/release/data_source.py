"""What the tables of the open data are made from, and the columns that several of them share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from barograph.dataset.table import Column, Part, Reference, Rows, gettext_noop
from barograph.release.history import History, Judgement, Place
from barograph.release.record import Edition
from barograph.release.shelf import key_of
from barograph.release.wording import Wording

LANGUAGE = Column("language", "string", gettext_noop("Code of the language (BCP 47)"), required=True)
SECTION = Column("section", "string", gettext_noop("Key of the section, the same in every language"), required=True)
EDITION = Column(
    "edition",
    "string",
    gettext_noop("Name of the edition: the first day of its week, or both days for a period of another length"),
    required=True,
)
COMMENTARY = Column(
    "commentary", "string", gettext_noop("Key of the commentary, the same in all its languages"), required=True
)

TO_LANGUAGES = Reference(("language",), "languages")
TO_SECTIONS = Reference(("section",), "sections")
TO_EDITIONS = Reference(("edition",), "editions")
TO_ASSESSMENTS = Reference(("edition", "section"), "assessments")


def digest_of(editions: Iterable[Edition]) -> str:
    """A hash of the hashes of some editions."""
    return key_of([(edition.slug, edition.digest) for edition in editions])


class Source:
    """What the tables are made from: the history, and the words of every language."""

    def __init__(self, history: History, wordings: Sequence[Wording]) -> None:
        self.history = history
        self.wordings = wordings
        self.site = wordings[0].site
        self.editions = history.record.editions
        self.digest = digest_of(self.editions)

    def of_editions(self, stem: str, rows: Rows) -> tuple[Part, ...]:
        """A table in one file that depends on all editions. Its rows are made once for all formats."""
        kept = cache(lambda: tuple(rows()))
        return (Part(stem, kept, (self.digest, self.site.language_codes, self.site.address)),)

    def judgements(self) -> Iterator[Judgement]:
        """All judgements, in the order of the editions."""
        for edition in self.editions:
            yield from self.history.of_edition[edition.slug]

    def places(self, edition: Edition) -> Iterator[tuple[int, Place]]:
        """The commentaries of an edition in the site's languages, each with its number among those of its section."""
        for judgement in self.history.of_edition[edition.slug]:
            for language in self.site.language_codes:
                for number, text in enumerate(judgement.assessment.texts.get(language, ()), 1):
                    yield number, self.history.translations[text.key][language]

"""The dependency map: a release is made of units, and each knows by a fingerprint what its files show.

A unit is a few files that change together, such as the pages of one edition with its commentaries. Its fingerprint is a
hash of everything they show: the edition itself, how long its verdicts stand, what came before and after. A build
renders the units whose fingerprint is another than at the build before, and takes the files of all others as they are.
What all pages share (settings, templates, words, the names of the standing pages) is in the fingerprint of ``base``:
when that changes everything is rendered. ``barograph build --full`` renders everything, too, and must come to the same
bytes: ``tests/release/test_incremental.py`` holds it to that.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from barograph.release.history import MARK, History, Judgement
from barograph.release.language_pages import RIBBON, Ready
from barograph.release.record import Edition
from barograph.release.shelf import Item

File = tuple[str, bytes]
"""A path in the release, and its content."""


LOOKED_BACK = timedelta(days=373)
"""More than the 52 weeks that the drawings of an edition show."""


def _no_items() -> Iterable[Item]:
    return ()


@dataclass(frozen=True, slots=True)
class Unit:
    """Files of a release that are rendered together."""

    name: str
    fingerprint: str
    """A hash of everything that the files show."""
    render: Callable[[Ready], Iterable[File]]
    """Renders them. What is made in the background they link to only as far as it is ready."""
    items: Callable[[], Iterable[Item]] = _no_items
    """What is made in the background and belongs to the unit."""
    together: bool = False
    """Whether these go out together or not at all: until all new ones are made, the earlier ones stay."""
    shown: Callable[[], Iterable[Item]] = _no_items
    """What its pages link to although it belongs to other units."""
    shown_with: str = ""
    """Name of the unit that ``shown`` belongs to, where those go out together."""

    @property
    def wants_items(self) -> bool:
        """Whether it has or shows anything that is made in the background."""
        return self.items is not _no_items or self.shown is not _no_items


class Dependencies:
    """What the pages of editions and sections show of others, as strings that are quickly made and compared."""

    def __init__(self, history: History) -> None:
        self.history = history
        self._neighbours = self._find_neighbours()
        self._marks = {key: "".join([found.mark for found in past]) for key, past in history.judgements.items()}
        self._starts = {key: [found.edition.period.start for found in past] for key, past in history.judgements.items()}

    def of_edition(self, index: int, edition: Edition) -> str:
        """The fingerprint of the pages of an edition, its commentaries among them."""
        editions = self.history.record.editions
        before = editions[index - 1].when if index else ""
        after = editions[index + 1].when if index + 1 < len(editions) else ""
        standing = map(self._standing, self.history.of_edition[edition.slug])
        return hash_of((edition.digest, before, after, *standing, *self._neighbours[edition.slug]))

    def of_mail(self, edition: Edition) -> str:
        """The fingerprint of an edition's mail, which does not know what came after."""
        return hash_of((edition.digest, *[found.standing for found in self.history.of_edition[edition.slug]]))

    def of_section(self, key: str) -> str:
        """The fingerprint of a section's page: its verdicts, and what was written in its newest year."""
        years = self.history.years(key)
        return hash_of((key, self._marks[key], *_listed(years[max(years)] if years else ())))

    def of_section_year(self, key: str, year: int) -> str:
        """The fingerprint of the page of one year of a section."""
        years = self.history.years(key)
        return hash_of((key, str(year), *map(str, sorted(years)), *_listed(years[year])))

    @cached_property
    def of_everything(self) -> str:
        """The fingerprint of what shows everything: the data, the sitemap."""
        return hash_of(edition.digest for edition in self.history.record.editions)

    @cached_property
    def of_verdicts(self) -> str:
        """The fingerprint of the list of all editions, which shows nothing of them but verdicts."""
        return hash_of(
            f"{edition.when} {[(found.section, found.verdict) for found in edition.assessments]}"
            for edition in self.history.record.editions
        )

    def of_home(self) -> str:
        """The fingerprint of the home page: the latest edition, the verdicts of all, and which can be read."""
        record = self.history.record
        latest = record.latest
        standing = map(self._standing, self.history.of_edition[latest.slug]) if latest else ()
        can_be_read = "".join("x" if edition.has_texts else "-" for edition in record.editions)
        return hash_of((self.of_verdicts, can_be_read, latest.digest if latest else "", *standing))

    def of_feeds(self, key: str | None) -> str:
        """The fingerprint of the feeds of a section, or of those of everything."""
        if key is None:
            return self.of_everything
        return hash_of((key, self._corrected_and_published, *_listed(self.history.judgements[key])))

    @cached_property
    def _corrected_and_published(self) -> str:
        """What the feeds of a section show of whole editions, of which they have only a section each."""
        editions = self.history.record.editions
        corrected = [(found.slug, found.corrections) for found in editions if found.corrections]
        return hash_of((repr(corrected), *[str(found.published_on) for found in editions]))

    def _standing(self, judgement: Judgement) -> str:
        """How long a verdict has stood, and the marks of the year before it."""
        key = judgement.assessment.section
        at = self.history.positions[judgement.edition.slug, key]
        year_ago = bisect_left(self._starts[key], judgement.edition.period.start - LOOKED_BACK)
        marks = self._marks[key][MARK * min(year_ago, max(0, at + 1 - RIBBON)) : MARK * (at + 1)]
        return f"{key} {judgement.standing} {marks}"

    def _find_neighbours(self) -> dict[str, list[str]]:
        """By edition, what came before and after its commentaries in their sections and languages."""
        found: dict[str, list[str]] = defaultdict(list)
        for (language, section), places in self.history.places.items():
            where = f"{language} {section}"
            ends = ["", *[place.judgement.content for place in places], ""]
            for place, earlier, later in zip(places, ends, ends[2:], strict=False):
                found[place.judgement.edition.slug] += (where, earlier, later)
        return found


def hash_of(words: Iterable[str]) -> str:
    """A hash of strings without line breaks, in hexadecimal digits. ``key_of`` takes all values, but far longer."""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def _listed(judgements: Iterable[Judgement]) -> Iterator[str]:
    """What a list of a section's judgements shows of each."""
    return (words for judgement in judgements for words in (judgement.content, judgement.standing))

"""The record in the orders in which readers walk through it: along a section, and from text to text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from barograph.base.site import SiteSettings
from barograph.release import addresses
from barograph.release.record import Assessment, Edition, Page, Record, Text


@dataclass(frozen=True, slots=True)
class Judgement:
    """An assessment at its place in the history of its section.

    ``run`` counts the assessments in a row that came to this verdict, this one included; ``since`` is the
    first day of the first of them; ``before`` is the judgement that preceded the row. Assessments without a
    verdict neither lengthen nor break a row.
    """

    edition: Edition
    assessment: Assessment
    run: int
    since: date
    before: Judgement | None

    @property
    def verdict(self) -> str | None:
        """The verdict, or ``None`` where none was given."""
        return self.assessment.verdict

    @property
    def changed(self) -> bool:
        """Whether the verdict is another than the section's last one; a section's first is no change."""
        return self.verdict is not None and self.run == 1 and self.before is not None

    @property
    def year(self) -> int:
        """The year in which its reporting period starts."""
        return self.edition.period.start.year


@dataclass(frozen=True, slots=True)
class Place:
    """A commentary in one language with what it belongs to."""

    text: Text
    judgement: Judgement
    address: str

    @property
    def section(self) -> str:
        """The key of its section."""
        return self.judgement.assessment.section


class History:
    """Where every judgement and every text of a record stands among the others."""

    def __init__(self, record: Record, site: SiteSettings) -> None:
        """Walk through the record once. Raises ValueError for a section that the site does not have."""
        self.record = record
        self.judgements: dict[str, list[Judgement]] = {section.key: [] for section in site.sections}
        self.of_edition: dict[str, list[Judgement]] = {}
        self.positions: dict[tuple[str, str], int] = {}
        """Where a judgement stands in its section's history, by edition and section."""
        self.places: dict[tuple[str, str], list[Place]] = defaultdict(list)
        """Texts by language and section, oldest first."""
        self.translations: dict[str, dict[str, Place]] = defaultdict(dict)
        """The same text by language."""
        self.pages: dict[str, dict[str, Page]] = defaultdict(dict)
        self._years: dict[str, dict[int, list[Judgement]]] = {}
        self._neighbours: dict[tuple[str, str], tuple[Place | None, Place | None]] = {}
        for edition in record.editions:
            self.of_edition[edition.slug] = [self._judge(edition, found) for found in edition.assessments]
        for page in record.pages:
            self.pages[page.key][page.language] = page
        for places in self.places.values():
            self._join(places)

    def _judge(self, edition: Edition, assessment: Assessment) -> Judgement:
        past = self.judgements.get(assessment.section)
        if past is None:
            raise ValueError(
                f"edition {edition.slug} judges section “{assessment.section}”, which the site does not have; "
                "add it to barograph.toml, with “retired = true” if it is no longer judged"
            )
        last = next((judgement for judgement in reversed(past) if judgement.verdict), None)
        if last and last.verdict == assessment.verdict:
            judgement = Judgement(edition, assessment, last.run + 1, last.since, last.before)
        else:
            judgement = Judgement(edition, assessment, 1, edition.period.start, last)
        self.positions[edition.slug, assessment.section] = len(past)
        past.append(judgement)
        for language, texts in assessment.texts.items():
            for text in texts:
                place = Place(text, judgement, addresses.text(assessment.section, text))
                self.places[language, assessment.section].append(place)
                self.translations[text.key][language] = place
        return judgement

    def _join(self, places: list[Place]) -> None:
        for index, place in enumerate(places):
            earlier = places[index - 1] if index else None
            later = places[index + 1] if index + 1 < len(places) else None
            self._neighbours[place.text.key, place.text.language] = (earlier, later)

    def neighbours(self, place: Place) -> tuple[Place | None, Place | None]:
        """The commentaries that came before and after in the section, in the same language."""
        return self._neighbours[place.text.key, place.text.language]

    def years(self, section: str) -> dict[int, list[Judgement]]:
        """The judgements of a section by year, oldest first."""
        if section not in self._years:
            found: dict[int, list[Judgement]] = defaultdict(list)
            for judgement in self.judgements[section]:
                found[judgement.year].append(judgement)
            self._years[section] = dict(found)
        return self._years[section]

    def editions_by_year(self) -> Iterator[tuple[int, list[Edition]]]:
        """Years, newest first, each with its editions, newest first."""
        found: dict[int, list[Edition]] = defaultdict(list)
        for edition in reversed(self.record.editions):
            found[edition.period.start.year].append(edition)
        yield from sorted(found.items(), reverse=True)

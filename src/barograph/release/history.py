"""The record in the orders in which readers walk through it: along a section, and from text to text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import zip_longest

from barograph.base.period import Period
from barograph.base.site import SiteSettings
from barograph.release import addresses
from barograph.release.record import Assessment, Edition, Page, Record, Text

MARK = 15
"""The length of a judgement's mark."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """The last judgement of a row of equal verdicts, as the next row remembers it."""

    verdict: str
    period: Period
    when: str
    """Its edition's ``when``."""


@dataclass(frozen=True)
class Judgement:
    """An assessment at its place in the history of its section.

    ``run`` counts the assessments in a row that came to this verdict, this one included; ``since`` is the
    first day of the first of them; ``before`` is what preceded the row. Assessments without a
    verdict neither lengthen nor break a row.
    """

    edition: Edition
    assessment: Assessment
    run: int
    since: date
    before: Replaced | None

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

    @cached_property
    def replaced(self) -> Replaced:
        """What the next row remembers of it, if it is the last of its own."""
        return Replaced(self.verdict or "", self.edition.period, self.edition.when)

    @cached_property
    def mark(self) -> str:
        """Its verdict and its days in ``MARK`` characters, for a string of many."""
        period = self.edition.period
        return f"{(self.verdict or '-')[0]}{period.start.toordinal():07}{period.end.toordinal():07}"

    @cached_property
    def content(self) -> str:
        """What it says and when, as words by which a change is noticed."""
        return f"{self.assessment.digest} {self.edition.when}"

    @cached_property
    def standing(self) -> str:
        """How long its verdict has stood, in words of the same kind."""
        replaced = f"{self.before.verdict} {self.before.when}" if self.before else ""
        return f"{self.run} {self.since} {replaced}"


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
    """The history of every section, and the texts in it.

    A history that is made with the one ``before`` it takes over every judgement and place that is as it was there.
    """

    def __init__(self, record: Record, site: SiteSettings, before: History | None = None) -> None:
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
        self._last: dict[str, Judgement] = {}
        """The newest judgement of each section that has a verdict."""
        self._years: dict[str, dict[int, list[Judgement]]] = {}
        self._neighbours: dict[tuple[str, str], dict[str, tuple[Place | None, Place | None]]] = {}
        for edition in record.editions:
            known = before.of_edition.get(edition.slug, ()) if before else ()
            same = known if known and known[0].edition is edition else ()
            judged = [self._judge(edition, *found) for found in zip_longest(edition.assessments, same)]
            self.of_edition[edition.slug] = judged
            for judgement in judged:
                self._place(judgement, before.translations if before else {})
        for page in record.pages:
            self.pages[page.key][page.language] = page

    def _judge(self, edition: Edition, assessment: Assessment, known: Judgement | None) -> Judgement:
        """An assessment at its place; ``known`` is the same one as it stood before, if it did."""
        past = self.judgements.get(assessment.section)
        if past is None:
            raise ValueError(
                f"edition {edition.slug} judges section “{assessment.section}”, which the site does not have; "
                "add it to barograph.toml, with “retired = true” if it is no longer judged"
            )
        last = self._last.get(assessment.section)
        if last and last.verdict == assessment.verdict:
            row = last.run + 1, last.since, last.before
        else:
            row = 1, edition.period.start, last.replaced if last else None
        same = known is not None and (known.run, known.since, known.before) == row
        judgement = known if known and same else Judgement(edition, assessment, *row)
        self.positions[edition.slug, assessment.section] = len(past)
        past.append(judgement)
        if assessment.verdict:
            self._last[assessment.section] = judgement
        return judgement

    def _place(self, judgement: Judgement, known: Mapping[str, Mapping[str, Place]]) -> None:
        """Put the texts of a judgement where readers come by them; ``known`` are the places of before."""
        section = judgement.assessment.section
        for language, texts in judgement.assessment.texts.items():
            places = self.places[language, section]
            for text in texts:
                place = known[text.key].get(language) if text.key in known else None
                if place is None or place.judgement is not judgement or place.text is not text:
                    place = Place(text, judgement, addresses.commentary(language, section, text.slug))
                places.append(place)
                self.translations[text.key][language] = place

    def neighbours(self, place: Place) -> tuple[Place | None, Place | None]:
        """The commentaries that came before and after in the section, in the same language."""
        where = place.text.language, place.section
        found = self._neighbours.get(where)
        if found is None:
            places = self.places[where]
            around = zip([None, *places], [*places[1:], None], strict=False)
            found = self._neighbours[where] = dict(zip([place.text.key for place in places], around, strict=True))
        return found[place.text.key]

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

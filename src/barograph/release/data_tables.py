"""The tables of the open data, one function for each; those that explain its keys are in ``data_vocabulary``.

To add a table, write its function and name it in ``data_tables``; ``tests/release/data_columns.txt`` then wants its
columns. They are a promise to everybody who reads the data by program: see ``SCHEMA``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from barograph.base.site import VERDICTS
from barograph.dataset.table import Column, Part, Reference, Row, Rows, Table, gettext_noop
from barograph.release import addresses, data_vocabulary
from barograph.release.data_source import (
    COMMENTARY,
    EDITION,
    LANGUAGE,
    SECTION,
    TO_ASSESSMENTS,
    TO_EDITIONS,
    TO_LANGUAGES,
    TO_SECTIONS,
    Source,
    digest_of,
)
from barograph.release.data_text import plain, word_count
from barograph.release.history import History, Judgement, Place
from barograph.release.record import Edition, Record
from barograph.release.wording import Wording

SCHEMA = "1.0.0"
"""The version of the columns. A column or a table more is a new second number; anything else that changes for those who
read the data is a new first one."""


def data_tables(history: History, wordings: Sequence[Wording]) -> tuple[Table, ...]:
    """All tables, with the words of all languages; those of the source language come first.

    Nothing is read here but the editions' digests and which years have texts: rows are made when they are asked for.
    """
    source = Source(history, wordings)
    return (
        editions(source),
        assessments(source),
        reasons(source),
        commentaries(source),
        texts(source),
        corrections(source),
        data_vocabulary.sections(source),
        data_vocabulary.section_names(source),
        data_vocabulary.verdicts(),
        data_vocabulary.verdict_wordings(source),
        data_vocabulary.languages(source),
    )


def newest_day(record: Record) -> date | None:
    """The newest day on which anything in the record was published or corrected."""
    days = [edition.published_on for edition in record.editions]
    days += [correction.made_on for edition in record.editions for correction in edition.corrections]
    return max(days, default=None)


def editions(source: Source) -> Table:
    """The reporting periods."""

    def rows() -> Iterator[Row]:
        for edition in source.editions:
            period = edition.period
            yield edition.slug, period.start, period.end, period.days, edition.published_on, edition.archived

    return Table(
        "editions",
        gettext_noop("One record for each reporting period"),
        (
            EDITION,
            Column("start", "date", gettext_noop("First day of the period"), required=True),
            Column("end", "date", gettext_noop("Last day of the period"), required=True),
            Column("days", "integer", gettext_noop("Length of the period in days"), required=True, least=1),
            Column("published_on", "date", gettext_noop("Day on which the edition was published"), required=True),
            Column(
                "archived", "boolean", gettext_noop("Whether the edition comes from an imported archive"), required=True
            ),
        ),
        ("edition",),
        source.of_editions("editions", rows),
    )


def assessments(source: Source) -> Table:
    """The judgements: what most readers of the data come for."""
    return Table(
        "assessments",
        gettext_noop("The verdict on one section in one edition"),
        (
            EDITION,
            SECTION,
            Column("start", "date", gettext_noop("First day of the period"), required=True),
            Column(
                "verdict",
                "string",
                gettext_noop("Which way the section moved in the period, if a verdict was given"),
                values=VERDICTS,
            ),
            Column(
                "number",
                "integer",
                gettext_noop("The verdict as a number; sums of it show net changes and not a level"),
                values=(-1, 0, 1),
            ),
            Column(
                "run",
                "integer",
                gettext_noop("How many assessments in a row came to this verdict, this one included"),
                least=1,
            ),
            Column("since", "date", gettext_noop("First day of the first of them")),
            Column(
                "previous_verdict",
                "string",
                gettext_noop("The verdict before them, if one is known"),
                values=VERDICTS,
            ),
        ),
        ("edition", "section"),
        source.of_editions("assessments", lambda: map(_assessment, source.judgements())),
        (TO_EDITIONS, TO_SECTIONS, Reference(("verdict",), "verdicts")),
    )


def newest_assessments(history: History, count: int) -> list[Row]:
    """The last rows of the table of assessments, found without making the others."""
    newest: list[Judgement] = []
    for edition in reversed(history.record.editions):
        newest[:0] = history.of_edition[edition.slug]
        if len(newest) >= count:
            break
    return [_assessment(judgement) for judgement in newest[-count:]]


def _assessment(judgement: Judgement) -> Row:
    edition, verdict, before = judgement.edition, judgement.verdict, judgement.before
    row = (edition.slug, judgement.assessment.section, edition.period.start, verdict)
    if verdict is None:
        return *row, None, None, None, None
    return *row, data_vocabulary.NUMBERS[verdict], judgement.run, judgement.since, before.verdict if before else None


def reasons(source: Source) -> Table:
    """Why a verdict is what it is. A row for each language, so that a new language adds no column."""

    def rows() -> Iterator[Row]:
        for judgement in source.judgements():
            for language in source.site.language_codes:
                if reason := judgement.assessment.reasons.get(language):
                    yield judgement.edition.slug, judgement.assessment.section, language, reason

    return Table(
        "reasons",
        gettext_noop("Why a verdict is what it is, in one line for each language"),
        (EDITION, SECTION, LANGUAGE, Column("reason", "string", gettext_noop("The reason"), required=True)),
        ("edition", "section", "language"),
        source.of_editions("reasons", rows),
        (TO_ASSESSMENTS, TO_LANGUAGES),
    )


def commentaries(source: Source) -> Table:
    """What is known about the commentaries, without their texts."""

    def rows() -> Iterator[Row]:
        for edition in source.editions:
            for number, place in source.places(edition):
                yield _commentary(number, place, source.site.address)

    return Table(
        "commentaries",
        gettext_noop("What is known about each commentary in each language, without the text"),
        (
            COMMENTARY,
            LANGUAGE,
            EDITION,
            SECTION,
            Column(
                "position",
                "integer",
                gettext_noop("Its number among the commentaries on the same assessment in this language"),
                required=True,
                least=1,
            ),
            Column("headline", "string", gettext_noop("The headline"), required=True),
            Column("address", "string", gettext_noop("Address of its page"), required=True),
            Column("authors", "string", gettext_noop("Authors, separated by semicolons, where any are named")),
            Column("published_on", "date", gettext_noop("Day on which it was published"), required=True),
            Column("changed_on", "date", gettext_noop("Day on which it was last changed"), required=True),
            Column("sources", "integer", gettext_noop("How many sources it names"), required=True, least=0),
            Column("words", "integer", gettext_noop("Words of lead, body and summary"), required=True, least=0),
        ),
        ("commentary", "language"),
        source.of_editions("commentaries", rows),
        (TO_ASSESSMENTS, TO_LANGUAGES),
    )


def _commentary(number: int, place: Place, site_address: str) -> Row:
    text, judgement = place.text, place.judgement
    return (
        text.key,
        text.language,
        judgement.edition.slug,
        place.section,
        number,
        text.headline,
        addresses.absolute(site_address, place.address),
        "; ".join(text.authors),
        text.published_on,
        text.changed_on,
        len(text.sources),
        word_count(text.lead, plain(text.body_html), text.summary),
    )


def texts(source: Source) -> Table:
    """The texts, in a file for each year, so that a week changes the file of its year and no other."""
    years: dict[int, list[Edition]] = {}
    for edition in source.editions:
        if edition.has_texts:
            years.setdefault(edition.period.start.year, []).append(edition)

    def rows_of(year: list[Edition]) -> Callable[[], Iterator[Row]]:
        def rows() -> Iterator[Row]:
            for edition in year:
                for _, place in source.places(edition):
                    text = place.text
                    body = plain(text.body_html)
                    yield text.key, text.language, edition.slug, text.lead, body, text.summary

        return rows

    return Table(
        "texts",
        gettext_noop("What the commentaries say, by the year in which the period starts"),
        (
            COMMENTARY,
            LANGUAGE,
            EDITION,
            Column("lead", "string", gettext_noop("The first paragraph: what happened, and why it matters")),
            Column("body", "string", gettext_noop("The body as plain text, with an empty line between paragraphs")),
            Column("summary", "string", gettext_noop("The closing paragraph: what it adds up to")),
        ),
        ("commentary", "language"),
        tuple(_year_of_texts(source, year, found, rows_of(found)) for year, found in sorted(years.items())),
        (Reference(("commentary", "language"), "commentaries"), TO_EDITIONS),
        by_year=True,
    )


def _year_of_texts(source: Source, year: int, editions: list[Edition], rows: Rows) -> Part:
    return Part(f"texts-{year}", rows, (digest_of(editions), source.site.language_codes))


def corrections(source: Source) -> Table:
    """What later releases changed in an edition."""

    def rows() -> Iterator[Row]:
        for edition in source.editions:
            for number, correction in enumerate(edition.corrections, 1):
                for language in source.site.language_codes:
                    if note := correction.note.get(language):
                        yield edition.slug, number, correction.made_on, language, note

    return Table(
        "corrections",
        gettext_noop("Notes to readers on what was changed after publication"),
        (
            EDITION,
            Column(
                "correction", "integer", gettext_noop("Number of the correction of the edition"), required=True, least=1
            ),
            Column("made_on", "date", gettext_noop("Day of the correction"), required=True),
            LANGUAGE,
            Column("note", "string", gettext_noop("What was changed"), required=True),
        ),
        ("edition", "correction", "language"),
        source.of_editions("corrections", rows),
        (TO_EDITIONS, TO_LANGUAGES),
    )

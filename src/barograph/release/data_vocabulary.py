"""The small tables of the open data that say what its keys stand for: sections, verdicts and languages."""

from __future__ import annotations

from collections.abc import Sequence

from barograph.base.site import VERDICTS
from barograph.dataset.table import Column, Part, Reference, Row, Table, gettext_noop
from barograph.release import charts
from barograph.release.data_source import LANGUAGE, SECTION, TO_LANGUAGES, TO_SECTIONS, Source

NUMBERS = charts.STEPS
"""A verdict as a number that can be added up: the trace of a section is the running sum."""


def _settled(stem: str, rows: Sequence[Row]) -> tuple[Part, ...]:
    """A table whose few rows come from the settings."""
    return (Part(stem, lambda: rows, tuple(rows)),)


def sections(source: Source) -> Table:
    """The sections, in the order of the pages."""
    rows = [(section.key, number, section.retired) for number, section in enumerate(source.site.sections, 1)]
    return Table(
        "sections",
        gettext_noop("The parts of public life that are judged"),
        (
            SECTION,
            Column("position", "integer", gettext_noop("Its place among the sections"), required=True, least=1),
            Column("retired", "boolean", gettext_noop("Whether it is no longer judged"), required=True),
        ),
        ("section",),
        _settled("sections", rows),
    )


def section_names(source: Source) -> Table:
    """What readers of each language see as the name of a section."""
    rows = [
        (section.key, wording.language, wording.sections[section.key])
        for section in source.site.sections
        for wording in source.wordings
    ]
    return Table(
        "section_names",
        gettext_noop("The names of the sections in each language"),
        (SECTION, LANGUAGE, Column("name", "string", gettext_noop("The name"), required=True)),
        ("section", "language"),
        _settled("section_names", rows),
        (TO_SECTIONS, TO_LANGUAGES),
    )


def verdicts() -> Table:
    """The three verdicts and their numbers."""
    return Table(
        "verdicts",
        gettext_noop("What an assessment can come to"),
        (
            Column("verdict", "string", gettext_noop("Key of the verdict"), required=True, values=VERDICTS),
            Column(
                "number",
                "integer",
                gettext_noop("The verdict as a number: better 1, unchanged 0, worse −1"),
                required=True,
                values=(-1, 0, 1),
            ),
        ),
        ("verdict",),
        _settled("verdicts", [(verdict, NUMBERS[verdict]) for verdict in VERDICTS]),
    )


def verdict_wordings(source: Source) -> Table:
    """What readers of each language see as a verdict."""
    rows = [
        (verdict, wording.language, wording.verdicts[verdict], wording.sentences[verdict])
        for verdict in VERDICTS
        for wording in source.wordings
    ]
    return Table(
        "verdict_wordings",
        gettext_noop("The words of the verdicts in each language"),
        (
            Column("verdict", "string", gettext_noop("Key of the verdict"), required=True, values=VERDICTS),
            LANGUAGE,
            Column("word", "string", gettext_noop("The word that stands beside the mark"), required=True),
            Column("sentence", "string", gettext_noop("The sentence that stands under a headline"), required=True),
        ),
        ("verdict", "language"),
        _settled("verdict_wordings", rows),
        (Reference(("verdict",), "verdicts"), TO_LANGUAGES),
    )


def languages(source: Source) -> Table:
    """The languages of the site, the source language first."""
    rows = [(language.code, language.name, not number) for number, language in enumerate(source.site.languages)]
    return Table(
        "languages",
        gettext_noop("The languages of the publication"),
        (
            LANGUAGE,
            Column("name", "string", gettext_noop("The language’s name in itself"), required=True),
            Column("source", "boolean", gettext_noop("Whether commentaries are first written in it"), required=True),
        ),
        ("language",),
        _settled("languages", rows),
    )

"""The codebook: what every column means, in one language, as values for a page and as a Markdown file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from barograph.dataset.described import DataSet
from barograph.dataset.table import Column, Kind, Table, gettext_noop

Words = Callable[[str], str]
"""Gives a message in a language."""

KINDS: dict[Kind, str] = {
    "string": gettext_noop("text"),
    "integer": gettext_noop("whole number"),
    "boolean": gettext_noop("true or false"),
    "date": gettext_noop("day"),
}
NOTES = (
    gettext_noop(
        "The files of a table hold the same records: CSV for spreadsheets and statistics, JSON for programs, and "
        "Parquet, where there is any, for programs that read a lot."
    ),
    gettext_noop(
        "All files are in UTF-8. Days are written as year, month and day. An empty cell means that there is nothing, "
        "or that nothing is known; in JSON that is null."
    ),
    gettext_noop(
        "In CSV files an apostrophe stands before = + - @ wherever a spreadsheet could take a text for a formula: at "
        "the beginning of a cell, at the beginning of a line in it, and after a semicolon. JSON and Parquet have the "
        "text as it is. Numbers are not touched."
    ),
    gettext_noop(
        "The name of a column keeps its meaning. Columns and tables may be added; the second number of the version "
        "then grows. If anything else changes, the first one does. After the plus sign stands the newest day of the "
        "data."
    ),
)
"""What holds for all files."""
OTHER_WORDS = (
    gettext_noop("may be empty"),
    gettext_noop("one of: %(values)s"),
    gettext_noop("at least %(number)s"),
    gettext_noop("One record for each: %(columns)s"),
    gettext_noop("%(columns)s: see the table %(table)s"),
    gettext_noop("One file for each year"),
    gettext_noop("Column"),
    gettext_noop("Type"),
    gettext_noop("Meaning"),
    gettext_noop("Codebook"),
    gettext_noop("Version: %(version)s"),
    gettext_noop("Address: %(address)s"),
    gettext_noop("Publisher: %(publisher)s"),
    gettext_noop("Licence: %(licence)s"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One column in words."""

    name: str
    kind: str
    meaning: str
    rules: str

    @property
    def explained(self) -> str:
        """The meaning, and the rules in brackets."""
        return f"{self.meaning} ({self.rules})" if self.rules else self.meaning


@dataclass(frozen=True, slots=True)
class Chapter:
    """One table in words."""

    name: str
    meaning: str
    remarks: tuple[str, ...]
    entries: tuple[Entry, ...]


def chapter(table: Table, words: Words) -> Chapter:
    """What is said of a table."""
    remarks = [words("One record for each: %(columns)s") % {"columns": ", ".join(table.primary_key)}]
    remarks += [
        words("%(columns)s: see the table %(table)s") % {"columns": ", ".join(found.columns), "table": found.table}
        for found in table.references
    ]
    if table.by_year:
        remarks.append(words("One file for each year"))
    return Chapter(
        table.name, words(table.meaning), tuple(remarks), tuple(_entry(found, words) for found in table.columns)
    )


def _entry(column: Column, words: Words) -> Entry:
    rules = []
    if column.values:
        rules.append(words("one of: %(values)s") % {"values": ", ".join(map(str, column.values))})
    if column.least is not None:
        rules.append(words("at least %(number)s") % {"number": column.least})
    if not column.required:
        rules.append(words("may be empty"))
    return Entry(column.name, words(KINDS[column.kind]), words(column.meaning), "; ".join(rules))


def messages(tables: Iterable[Table]) -> list[str]:
    """Every message that a codebook of these tables translates."""
    found = [*KINDS.values(), *NOTES, *OTHER_WORDS]
    for table in tables:
        found += [table.meaning, *(column.meaning for column in table.columns)]
    return found


def markdown(dataset: DataSet, words: Words) -> bytes:
    """The codebook as a file in the language of the data set's description, in UTF-8."""
    lines = [
        f"# {_inline(dataset.title)}",
        f"## {words('Codebook')}",
        _inline(dataset.description),
        "\n".join(f"- {_inline(line)}" for line in _facts(dataset, words)),
        *(_inline(words(note)) for note in NOTES),
    ]
    for table in dataset.tables:
        lines += _chapter_lines(chapter(table, words), words)
    return ("\n\n".join(line for line in lines if line) + "\n").encode()


def _facts(dataset: DataSet, words: Words) -> Iterable[str]:
    yield words("Version: %(version)s") % {"version": dataset.version}
    yield words("Publisher: %(publisher)s") % {"publisher": dataset.publisher}
    if dataset.licence:
        yield words("Licence: %(licence)s") % {"licence": dataset.licence}
    yield words("Address: %(address)s") % {"address": dataset.address}


def _chapter_lines(about: Chapter, words: Words) -> list[str]:
    head = f"| {words('Column')} | {words('Type')} | {words('Meaning')} |\n| --- | --- | --- |"
    rows = [f"| `{entry.name}` | {_cell(entry.kind)} | {_cell(entry.explained)} |" for entry in about.entries]
    remarks = "\n".join(f"- {_inline(remark)}" for remark in about.remarks)
    return [f"## {about.name}", _inline(about.meaning), remarks, "\n".join([head, *rows])]


def _inline(text: str) -> str:
    """The text in one line, with nothing in it that Markdown takes for markup."""
    line = " ".join(text.split())
    return "".join(f"\\{character}" if character in "\\`*[]<>#" else character for character in line)


def _cell(text: str) -> str:
    return _inline(text).replace("|", "\\|")

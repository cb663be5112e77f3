"""What an open file is made of: tables with described columns, and the rows of each of their files.

The names and types of columns are a public promise. Whoever changes one gives the data a new major version; a column or
a table that is added, a new minor one (``version``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Kind = Literal["string", "integer", "boolean", "date"]
"""Types of the Table Schema standard. A date is written as ISO 8601 has it, a boolean as ``true`` or ``false``."""
Value = str | int | bool | date | None
Row = Sequence[Value]
"""The values of one record, in the order of the columns."""
Rows = Callable[[], Iterable[Row]]

_TYPES: dict[str, type] = {"string": str, "integer": int, "boolean": bool, "date": date}


def gettext_noop(message: str) -> str:
    """Marks a message for the catalogues where it is written; it is translated where it is shown."""
    return message


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it is called and what it means, in an English message that the catalogues translate."""

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    """Whether every record has it."""
    values: tuple[Value, ...] = ()
    """All values there may be, where they can be counted."""
    least: int | None = None
    """The smallest number there may be."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Columns that lead to the record of another table with the same values in its columns of the same names, or in
    ``there`` where they have others.
    """

    columns: tuple[str, ...]
    table: str
    there: tuple[str, ...] = ()

    @property
    def target(self) -> tuple[str, ...]:
        """The columns of the other table."""
        return self.there or self.columns


@dataclass(frozen=True, slots=True)
class Part:
    """Those rows of a table that stand together in one file of each format."""

    stem: str
    """The name of the files, without an ending."""
    rows: Rows = field(compare=False, repr=False)
    """Makes the rows, each time in the same order."""
    made_from: tuple[object, ...] = ()
    """What the rows depend on: values whose ``repr`` is another whenever the rows are others."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: columns, what makes a record unique, where it leads to, and its rows in one or several parts."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    parts: tuple[Part, ...]
    references: tuple[Reference, ...] = ()
    by_year: bool = False
    """Whether each part holds a year, so that a new record changes the file of its year and no other."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)


def checked_rows(table: Table, part: Part) -> Iterator[tuple[Value, ...]]:
    """The rows of a part as every format writes them: nothing and an empty text are the same.

    Raises ValueError for a row with too many or too few values, or with one that its column does not allow, since
    a wrong file would be signed and kept for ever.
    """
    for number, row in enumerate(part.rows(), 1):
        values = tuple(None if value == "" else value for value in row)
        if len(values) != len(table.columns):
            raise ValueError(f"row {number} of {part.stem} has {len(values)} values for {len(table.columns)} columns")
        for column, value in zip(table.columns, values, strict=True):
            if not _fits(value, column):
                raise ValueError(f"row {number} of {part.stem}: {value!r} does not fit into column {column.name}")
        yield values


def _fits(value: Value, column: Column) -> bool:
    if value is None:
        return not column.required
    return (
        type(value) is _TYPES[column.kind]
        and (not column.values or value in column.values)
        and (column.least is None or (isinstance(value, int) and value >= column.least))
    )


def version(schema: str, newest: date | None) -> str:
    """The version of the data as SemVer writes it: that of the columns, and the newest day there is data of."""
    return f"{schema}+{newest}" if newest else schema

"""Tables made by hand, with everything in them that a table can have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from barograph.dataset.described import DataSet
from barograph.dataset.table import Column, Part, Reference, Row, Table

COLUMNS = (
    Column("ship", "string", "Name of the ship | in its harbour", required=True),
    Column("cargo", "string", "What it carries", values=("grain", "oil")),
    Column("crew", "integer", "How many people", least=0),
    Column("afloat", "boolean", "Whether it floats"),
    Column("arrived", "date", "Day of its arrival"),
    Column("log", "string", "What the captain wrote"),
)
ROWS: tuple[Row, ...] = (
    ("Зараніца", "grain", 11, True, date(2024, 2, 29), "Calm, “nothing” to report; fog.\nThen a storm."),
    ("=HYPERLINK(1)", None, 0, False, None, ""),
    ("Swallow", "oil", None, None, date(1969, 12, 31), None),
)


def ships(rows: Sequence[Row] = ROWS, columns: tuple[Column, ...] = COLUMNS) -> Table:
    """A table in one part."""
    return Table("ships", "Ships in the harbour", columns, ("ship",), (Part("ships", lambda: rows),))


def voyages() -> Table:
    """A table by year that leads to the other."""
    columns = (
        COLUMNS[0],
        Column("year", "integer", "Year of the voyage", required=True),
    )
    parts = tuple(_year(year) for year in (2023, 2024))
    return Table("voyages", "Where they went", columns, ("ship", "year"), parts, (Reference(("ship",), "ships"),), True)


def _year(year: int) -> Part:
    return Part(f"voyages-{year}", lambda: [("Swallow", year), ("Зараніца", year)])


def harbour(**changes: object) -> DataSet:
    """A data set of both tables, with some things said of it changed."""
    values: dict[str, object] = {
        "name": "harbour.example.org",
        "title": "The harbour: open data",
        "description": "Who came and who went.",
        "publisher": "Harbour & Sons",
        "language": "en",
        "address": "https://harbour.example.org/en/data/",
        "folder": "https://harbour.example.org/data/",
        "site": "https://harbour.example.org/",
        "contact": "master@example.org",
        "licence": "Free to reuse: CC BY-SA 4.0, with our name.",
        "licence_address": "https://harbour.example.org/en/data/#licence",
        "version": "1.0.0+2024-03-01",
        "newest": date(2024, 3, 1),
        "tables": (ships(), voyages()),
        **changes,
    }
    return DataSet(**values)  # type: ignore[arg-type]

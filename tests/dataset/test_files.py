"""The same records in every format, the same bytes each time."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.dataset import files
from barograph.dataset.files import csv_file, json_file, parquet_file, parquet_writer, zip_file
from barograph.dataset.spreadsheet import without_apostrophes
from barograph.dataset.table import Kind, Part, Row, Table, Value
from tests.dataset.tables import COLUMNS, ships

READ: dict[Kind, Callable[[str], Value]] = {
    "string": without_apostrophes,
    "integer": int,
    "boolean": {"true": True, "false": False}.__getitem__,
    "date": date.fromisoformat,
}
WORDS = st.text(st.characters(codec="utf-8"), max_size=20)
TEXTS = WORDS | st.builds("{}{}".format, st.sampled_from(["=", "'=", "\t", "\r", ";-", "\n+", '"@', "a,b"]), WORDS)
SHIPS = st.tuples(
    TEXTS.filter(bool),
    st.none() | st.sampled_from(["grain", "oil"]),
    st.none() | st.integers(0, 2**63 - 1),
    st.none() | st.booleans(),
    st.none() | st.dates(),
    st.none() | TEXTS,
)


def as_written(rows: list[Row]) -> list[list[Value]]:
    return [[None if value == "" else value for value in row] for row in rows]


def read_csv(content: bytes, table: Table) -> list[list[Value]]:
    names, *rows = csv.reader(StringIO(content.decode(), newline=""))
    assert tuple(names) == table.names
    return [
        [READ[column.kind](cell) if cell else None for column, cell in zip(table.columns, row, strict=True)]
        for row in rows
    ]


def read_json(content: bytes, table: Table) -> list[list[Value]]:
    records: list[dict[str, Any]] = json.loads(content)
    assert all(tuple(record) == table.names for record in records)
    return [
        [
            date.fromisoformat(record[column.name])
            if column.kind == "date" and record[column.name]
            else record[column.name]
            for column in table.columns
        ]
        for record in records
    ]


def read_parquet(content: bytes, table: Table) -> list[list[Value]]:
    from arro3.io import read_parquet as read

    whole = read(BytesIO(content)).read_all()
    assert tuple(whole.column_names) == table.names
    columns = [column.to_pylist() for column in whole.columns]
    return [list(row) for row in zip(*columns, strict=True)]


FORMATS = [(csv_file, read_csv), (json_file, read_json), (parquet_file, read_parquet)]
NAMES = ["csv", "json", "parquet"]
Writer = Callable[[Table, Part], bytes]
Reader = Callable[[bytes, Table], list[list[Value]]]


@given(rows=st.lists(SHIPS, max_size=5))
def test_every_format_says_what_the_rows_say(rows: list[Row]) -> None:
    table = ships(rows)
    for write, read in FORMATS:
        assert read(write(table, table.parts[0]), table) == as_written(rows)


@pytest.mark.parametrize("write", [write for write, _ in FORMATS], ids=NAMES)
def test_the_same_rows_give_the_same_bytes(write: Writer) -> None:
    first, second = ships(), ships()
    assert write(first, first.parts[0]) == write(second, second.parts[0])


@pytest.mark.parametrize(("write", "read"), FORMATS, ids=NAMES)
def test_a_table_without_rows_is_a_file_all_the_same(write: Writer, read: Reader) -> None:
    table = ships([])
    assert read(write(table, table.parts[0]), table) == []


def test_a_csv_file_looks_as_it_always_did() -> None:
    table = ships()
    assert csv_file(table, table.parts[0]).decode().split("\n") == [
        "ship,cargo,crew,afloat,arrived,log",
        'Зараніца,grain,11,true,2024-02-29,"Calm, “nothing” to report; fog.',
        'Then a storm."',
        "'=HYPERLINK(1),,0,false,,",
        "Swallow,oil,,,1969-12-31,",
        "",
    ]


def test_negative_numbers_are_not_touched() -> None:
    table = Table("depths", "", (COLUMNS[2].__class__("depth", "integer", "Depth"),), ("depth",), ())
    assert csv_file(table, Part("depths", lambda: [(-40,)])) == b"depth\n-40\n"


def test_json_has_a_record_on_each_line() -> None:
    table = ships()
    lines = json_file(table, table.parts[0]).decode().splitlines()
    assert (lines[0], lines[-1]) == ("[", "]")
    assert [json.loads(line.rstrip(","))["ship"] for line in lines[1:-1]] == ["Зараніца", "=HYPERLINK(1)", "Swallow"]


def test_an_archive_has_no_clock_and_no_owner_in_it() -> None:
    archive = zipfile.ZipFile(io.BytesIO(zip_file([("b.csv", b"2"), ("a.csv", b"1" * 1000)])))
    assert [(info.filename, info.date_time, info.external_attr >> 16) for info in archive.infolist()] == [
        ("b.csv", (1980, 1, 1, 0, 0, 0), 0o644),
        ("a.csv", (1980, 1, 1, 0, 0, 0), 0o644),
    ]
    assert archive.read("a.csv") == b"1" * 1000


def test_parquet_is_there_where_the_extra_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert parquet_writer().startswith("arro3-io ")
    parquet_writer.cache_clear()
    monkeypatch.setattr(files, "find_spec", lambda _: None)
    assert parquet_writer() == ""
    parquet_writer.cache_clear()


def test_the_room_of_the_data_loads_without_the_extra() -> None:
    program = "import sys; sys.modules['arro3'] = None; import barograph.dataset.files"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])

"""Tables as files: CSV, JSON, Parquet, and one archive of several files. The same rows give the same bytes."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from io import BytesIO
from typing import Any

from barograph.dataset.spreadsheet import with_apostrophes
from barograph.dataset.table import Kind, Part, Table, Value, checked_rows

EPOCH = date(1970, 1, 1)
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
"""The first moment that a ZIP archive can name."""


def csv_file(table: Table, part: Part) -> bytes:
    """Comma-separated values (RFC 4180, lines end in a line feed) in UTF-8, with the columns' names in the first line.

    Nothing is an empty cell. Texts that a spreadsheet would take for a formula are made harmless (``spreadsheet``).
    """
    lines = _Lines()
    writer = csv.writer(lines, lineterminator=_Lines.END)
    writer.writerow(table.names)
    writer.writerows([_cell(value) for value in row] for row in checked_rows(table, part))
    return "".join(lines).encode()


class _Lines(list[str]):
    """Takes records from Python's writer, which puts a text with a line break in quotes only if it ends lines with the
    same characters itself: so it may, and they are taken off again.
    """

    END = "\r\n"

    def write(self, line: str) -> None:
        """One record."""
        self.append(line.removesuffix(self.END) + "\n")


def _cell(value: Value) -> str | int | date | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return with_apostrophes(value) if isinstance(value, str) else value


def json_file(table: Table, part: Part) -> bytes:
    """A JSON array of objects, one on each line, so that what changed can be seen line by line."""
    names = table.names
    lines = (
        json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=date.isoformat)
        for row in checked_rows(table, part)
    )
    inside = ",\n".join(lines)
    return f"[\n{inside}\n]\n".encode() if inside else b"[]\n"


def parquet_file(table: Table, part: Part) -> bytes:
    """Apache Parquet, compressed with Zstandard. Needs the extra ``barograph[parquet]`` (``parquet_writer``)."""
    from arro3.core import Array, DataType, Field, Schema
    from arro3.core import Table as ArrowTable
    from arro3.io import write_parquet

    types: dict[Kind, Any] = {
        "string": DataType.utf8(),
        "integer": DataType.int64(),
        "boolean": DataType.bool(),
        "date": DataType.date32(),
    }
    rows = list(checked_rows(table, part))
    arrays, fields = [], []
    for at, column in enumerate(table.columns):
        values = [row[at] for row in rows]
        if column.kind == "date":
            days = [(value - EPOCH).days if isinstance(value, date) else None for value in values]
            arrays.append(Array(days, DataType.int32()).cast(types["date"]))
        else:
            arrays.append(Array(values, types[column.kind]))
        fields.append(Field(column.name, types[column.kind], nullable=True))
    buffer = BytesIO()
    whole = ArrowTable.from_arrays(arrays, schema=Schema(fields))
    write_parquet(whole, buffer, compression="zstd(9)", created_by="Barograph")
    return buffer.getvalue()


@cache
def parquet_writer() -> str:
    """What writes Parquet here and in which version, or nothing where the extra ``barograph[parquet]`` is missing."""
    if find_spec("arro3") and find_spec("arro3.core") and find_spec("arro3.io"):
        return f"arro3-io {version('arro3-io')}"
    return ""


def zip_file(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A ZIP archive of names and contents, without anything of the machine or the day that made it."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name, ZIP_DATE)
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, content, zipfile.ZIP_DEFLATED, compresslevel=9)
    return buffer.getvalue()

"""``datapackage.json``: what programs need to know of the files.

The format is the Data Package standard, version 1 (https://specs.frictionlessdata.io/data-package/), in its profile for
tables: every resource is one table in CSV, with a Table Schema. A table by year is one resource with several paths.
"""

from __future__ import annotations

import json
import re
from typing import Any

from barograph.dataset.described import DataSet
from barograph.dataset.table import Column, Table

_CREATIVE_COMMONS = re.compile(r"\bCC[ -](BY(?:-(?:NC|ND|SA)){0,2})[ -](\d\.\d)\b|\bCC0\b")


def data_package(dataset: DataSet) -> bytes:
    """The description of all tables that have rows in some file, in UTF-8."""
    package = {
        "profile": "tabular-data-package",
        "name": dataset.name,
        "id": dataset.address,
        "title": dataset.title,
        "description": dataset.description,
        "homepage": dataset.address,
        "version": dataset.version,
        "created": f"{dataset.newest}T00:00:00Z" if dataset.newest else "",
        "licenses": [_licence(dataset)] if dataset.licence else [],
        "contributors": [
            _without_nothing(
                {"title": dataset.publisher, "role": "publisher", "path": dataset.site, "email": dataset.contact}
            )
        ],
        "sources": [{"title": dataset.publisher, "path": dataset.site}],
        "resources": [resource(table) for table in dataset.tables if table.parts],
    }
    return (json.dumps(_without_nothing(package), ensure_ascii=False, indent=1) + "\n").encode()


def _licence(dataset: DataSet) -> dict[str, str]:
    """Where the terms stand, and their name in the Open Definition's list where it is one of Creative Commons."""
    found = _CREATIVE_COMMONS.search(dataset.licence)
    name = "" if found is None else f"CC-{found[1]}-{found[2]}" if found[1] else "CC0-1.0"
    return _without_nothing({"name": name, "path": dataset.licence_address, "title": dataset.licence})


def resource(table: Table) -> dict[str, Any]:
    """One table in CSV."""
    paths = [f"{part.stem}.csv" for part in table.parts]
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "description": table.meaning,
        "path": paths if table.by_year else paths[0],
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": _schema(table),
    }


def _schema(table: Table) -> dict[str, Any]:
    references = [
        {
            "fields": list(reference.columns),
            "reference": {"resource": reference.table, "fields": list(reference.target)},
        }
        for reference in table.references
    ]
    return {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.primary_key),
        **({"foreignKeys": references} if references else {}),
    }


def _field(column: Column) -> dict[str, Any]:
    constraints = _without_nothing({"required": column.required, "enum": list(column.values)})
    if column.least is not None:
        constraints["minimum"] = column.least
    return _without_nothing(
        {
            "name": column.name,
            "type": column.kind,
            "description": column.meaning,
            "constraints": constraints,
        }
    )


def _without_nothing(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}

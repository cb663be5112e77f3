"""``datapackage.json``: what the standard's own program says of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from frictionless import Package, system

from barograph.dataset.described import DataSet
from barograph.dataset.files import csv_file
from barograph.dataset.package import data_package
from tests.dataset.tables import ROWS, harbour, ships, voyages


def written(dataset: DataSet, folder: Path) -> Path:
    """The package with its files in a folder."""
    for table in dataset.tables:
        for part in table.parts:
            (folder / f"{part.stem}.csv").write_bytes(csv_file(table, part))
    path = folder / "datapackage.json"
    path.write_bytes(data_package(dataset))
    return path


def errors(path: Path) -> list[list[object]]:
    """What frictionless has against a package: nothing, or where and why."""
    with system.use_context(trusted=True):
        report = Package(str(path)).validate()
    assert report.stats["tasks"] or not report.valid
    return list(report.flatten(["rowNumber", "fieldNumber", "type"]))


def test_frictionless_accepts_a_package(tmp_path: Path) -> None:
    assert errors(written(harbour(), tmp_path)) == []


def test_frictionless_would_see_a_record_that_leads_nowhere(tmp_path: Path) -> None:
    path = written(harbour(tables=(ships(ROWS[:1]), voyages())), tmp_path)
    assert {kind for _, _, kind in errors(path)} == {"foreign-key"}


def test_a_table_by_year_is_one_resource_with_several_paths() -> None:
    package = json.loads(data_package(harbour()))
    assert [resource["path"] for resource in package["resources"]] == [
        "ships.csv",
        ["voyages-2023.csv", "voyages-2024.csv"],
    ]


@pytest.mark.parametrize(
    ("licence", "name"),
    [
        ("CC BY 4.0", "CC-BY-4.0"),
        ("Reuse as you like (CC BY-NC-SA 3.0).", "CC-BY-NC-SA-3.0"),
        ("CC0", "CC0-1.0"),
        ("Ask us first.", None),
    ],
)
def test_a_licence_is_named_where_it_has_a_name(licence: str, name: str | None) -> None:
    (found,) = json.loads(data_package(harbour(licence=licence)))["licenses"]
    assert (found.get("name"), found["title"]) == (name, licence)
    assert found["path"] == "https://harbour.example.org/en/data/#licence"


def test_nothing_is_said_of_what_is_not_known() -> None:
    package = json.loads(data_package(harbour(licence="", contact="", description="", newest=None)))
    assert package.keys().isdisjoint({"licenses", "description", "created"})
    assert "email" not in package["contributors"][0]

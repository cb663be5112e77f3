"""The files of the open data: all there, valid, the same each time, and made again only when they would differ."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from frictionless import Package, system

from barograph.release import data_items
from barograph.release.data_items import data_items as items_of
from barograph.release.history import History
from barograph.release.record import Edition, Record
from barograph.release.shelf import Item
from barograph.release.wording import Wording
from tests.release import records


def items(record: Record, **changes: object) -> dict[str, Item]:
    site = records.site(**changes)
    wordings = [Wording(site, code, records.no_translations(code)) for code in site.language_codes]
    return {item.path: item for item in items_of(History(record, site), wordings)}


def signed(editions: Sequence[Edition]) -> Record:
    """The editions with digests, as the database gives them."""
    return Record(
        tuple(
            replace(edition, digest=f"{edition.slug}, {len(edition.corrections)} corrections") for edition in editions
        )
    )


@cache
def made() -> dict[str, bytes]:
    record = Record((*records.record(55).editions, *records.uneven_record().editions[-2:]))
    return {path: item.make() for path, item in items(record).items()}


def problems(folder: Path) -> list[list[object]]:
    """What the standard's own program has against a package."""
    with system.use_context(trusted=True):
        report = Package(str(folder / "datapackage.json")).validate()
    return list(report.flatten(["type", "note", "rowNumber", "fieldName"]))


def test_every_table_is_there_in_every_format() -> None:
    tables = {path.rpartition(".")[0] for path in made() if path.endswith(".parquet")}
    assert {f"data/{name}" for name in ("assessments", "texts-2023", "texts-2024", "verdict_wordings")} < tables
    assert {f"{table}.{ending}" for table in tables for ending in ("csv", "json", "parquet")} < made().keys()


def test_what_explains_the_tables_is_there_in_every_language() -> None:
    explaining = {path for path in made() if not path.endswith((".csv", ".parquet"))}
    assert {
        "data/datapackage.json",
        "data/codebook-en.md",
        "data/codebook-be.md",
        "data/codebook-ru.md",
        "data/citation.bib",
        "data/citation.ris",
        "data/citation.json",
        "data/dataset.zip",
    } < explaining


def test_frictionless_accepts_the_data_of_a_release(tmp_path: Path) -> None:
    for path, content in made().items():
        (tmp_path / Path(path).name).write_bytes(content)
    assert problems(tmp_path) == []
    resources = json.loads(made()["data/datapackage.json"])["resources"]
    named = {path for found in resources for path in ([found["path"]] if found["name"] != "texts" else found["path"])}
    assert {f"data/{path}" for path in named} == {path for path in made() if path.endswith(".csv")}


def test_frictionless_accepts_what_is_in_the_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(BytesIO(made()["data/dataset.zip"])) as archive:
        archive.extractall(tmp_path)
        names = archive.namelist()
    assert problems(tmp_path) == []
    assert {"assessments.csv", "codebook-be.md", "citation.bib", "datapackage.json"} < set(names)
    assert [name for name in names if name.startswith("texts")] == []


def test_the_data_of_an_empty_record_are_valid(tmp_path: Path) -> None:
    for path, item in items(Record(())).items():
        (tmp_path / Path(path).name).write_bytes(item.make())
    assert problems(tmp_path) == []


def test_the_same_record_gives_the_same_bytes_and_keys() -> None:
    again = items(Record((*records.record(55).editions, *records.uneven_record().editions[-2:])))
    assert {path: item.make() for path, item in again.items()} == made()
    assert {path: item.key for path, item in items(records.record(3)).items()} == {
        path: item.key for path, item in items(records.record(3)).items()
    }


def test_no_two_files_have_the_same_key() -> None:
    keys = [item.key for item in items(records.uneven_record()).values()]
    assert len(keys) == len(set(keys))


def of_texts(found: dict[str, Item]) -> dict[str, str]:
    return {path: item.key for path, item in found.items() if "/texts-" in path}


def test_a_new_week_makes_the_texts_of_its_year_again_and_no_others() -> None:
    editions = records.record(61).editions
    before, after = of_texts(items(signed(editions[:60]))), of_texts(items(signed(editions)))
    assert {path for path in after if before[path] != after[path]} == {
        f"data/texts-2024.{ending}" for ending in ("csv", "json", "parquet")
    }


def corrected(edition: Edition) -> Edition:
    return replace(edition, corrections=records.uneven_edition(84).corrections)


@pytest.mark.parametrize(
    ("change", "again"),
    [
        ({}, set()),
        ({"contact": "other@example.org"}, {"datapackage.json", "citation.bib", "codebook-en.md", "dataset.zip"}),
        ({"licence": {"en": "CC BY 4.0"}}, {"datapackage.json", "codebook-en.md", "dataset.zip"}),
        ({"address": "https://example.net"}, {"datapackage.json", "citation.ris", "commentaries.csv", "dataset.zip"}),
    ],
)
def test_a_setting_makes_again_what_shows_it(change: dict[str, object], again: set[str]) -> None:
    record = signed(records.record(3).editions)
    before, after = items(record), items(record, **change)
    changed = {path.removeprefix("data/") for path in after if before[path].key != after[path].key}
    assert again <= changed
    assert changed.isdisjoint({"sections.csv", "verdicts.json", "texts-2023.csv"})
    assert bool(changed) == bool(change)


def test_a_changed_edition_makes_its_tables_again() -> None:
    editions = records.record(3).editions
    before, after = items(signed(editions)), items(signed((*editions[:2], corrected(editions[2]))))
    same = {path.removeprefix("data/") for path in after if before[path].key == after[path].key}
    assert {"sections.csv", "section_names.json", "verdicts.csv", "verdict_wordings.csv", "languages.csv"} <= same
    assert same.isdisjoint({"corrections.csv", "assessments.json", "texts-2023.csv", "dataset.zip", "citation.bib"})


def test_another_translation_makes_the_codebook_again() -> None:
    site = records.site()

    def key(gettext: Callable[[str], str]) -> str:
        words = records.no_translations("en")
        words.gettext = gettext  # type: ignore[method-assign, assignment]
        wordings = [Wording(site, "en", words)]
        found = {item.path: item.key for item in items_of(History(records.record(1), site), wordings)}
        return found["data/codebook-en.md"]

    assert key(str) == key(str)
    assert key(str) != key(lambda message: message.replace("Code of", "The code of"))


def test_nothing_is_made_for_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        pytest.fail("a row was made")

    monkeypatch.setattr("barograph.dataset.files.checked_rows", never)
    monkeypatch.setattr("barograph.release.data_tables.plain", never)
    assert items(records.record(2))


def test_without_the_extra_there_is_no_parquet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_items, "parquet_writer", lambda: "")
    found = items(records.record(1))
    assert [path for path in found if path.endswith(".parquet")] == []
    assert "data/assessments.csv" in found


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://example.org", "example.org"),
        ("https://example.org/a_week/", "example.org-a-week"),
        ("http://127.0.0.1:8000", "127.0.0.1"),
        ("https://сітуацыя.example", "example"),
    ],
)
def test_the_package_has_a_name_that_programs_accept(address: str, name: str) -> None:
    package = json.loads(items(Record(()), address=address)["data/datapackage.json"].make())
    assert package["name"] == name

"""Data that stay are not read again: those of ten years would make each publication wait."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from barograph.release.build_state import FILE, read_state
from barograph.release.record import Record
from tests.release import records
from tests.release.signing import cheap_key
from tests.release.test_incremental import EDITS, Site


def data_of(site: Site) -> dict[str, bytes]:
    return {path: content for path, content in site.files().items() if path.startswith("data/")}


def fill_with_data(site: Site) -> None:
    """Have the data on the shelf, and nothing else: drawing takes long."""
    units = [unit for unit in site.builder.pages().units() if unit.name == "data"]
    for item in units[0].items():
        site.builder.shelf.put(item)
    site.builder.shelf.remember("data", units[0].items())


def test_the_data_of_before_are_kept_unread_until_there_are_new_ones(tmp_path: Path) -> None:
    site = Site(tmp_path / "site", cheap_key(tmp_path), full=False)
    edition = records.edition(50)
    record = Record(editions=(replace(edition, assessments=edition.assessments[:1]),))
    site.build(record)
    fill_with_data(site)
    site.build(record)
    before = data_of(site)
    assert before
    for file in site.builder.shelf.folder.glob("??/*"):
        file.write_bytes(b"another")
    site.builder.shelf.touch()
    assert site.build(EDITS["a body"](record, 0, 0), forget=True).changed
    assert data_of(site) == before
    state = read_state(tmp_path / "site" / "private" / FILE)
    assert state is not None
    assert set(state.units["data"].made) == set(before) - {path for path in before if path.endswith(".gz")}

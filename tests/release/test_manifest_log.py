"""The log of manifests: every list there ever was can be read again, at the cost of what was changed."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.release import manifest_log
from barograph.release.manifest_log import (
    ManifestLogError,
    keep_manifest,
    kept_sequences,
    read_manifest,
    read_signature,
)
from barograph.trust.manifest import write_sums


def sums(**files: object) -> bytes:
    return write_sums({path: hashlib.sha256(str(content).encode()).hexdigest() for path, content in files.items()})


def many(changed: int) -> bytes:
    """A list of a hundred files, two of which depend on the number."""
    return sums(**{f"page{at}": at for at in range(98)}, home=changed, feed=changed)


def keep(releases: Path, *lists: bytes, first: int = 1) -> None:
    for at, content in enumerate(lists):
        before = lists[at - 1] if at else None
        keep_manifest(releases, first + at, content, b"signature %d" % (first + at), before)


def test_every_list_and_signature_can_be_read_again(tmp_path: Path) -> None:
    lists = [many(number) for number in range(150)]
    keep(tmp_path, *lists)
    assert kept_sequences(tmp_path) == list(range(1, 151))
    for number in (1, 2, 63, 64, 65, 128, 150):
        assert read_manifest(tmp_path, number) == lists[number - 1]
        assert read_signature(tmp_path, number) == b"signature %d" % number


def test_it_costs_what_was_changed(tmp_path: Path) -> None:
    lists = [many(number) for number in range(63)]
    keep(tmp_path, *lists)
    folder = tmp_path / "manifests"
    assert [file.name for file in folder.glob("*.gz")] == ["000001.sums.gz"]
    assert (folder / "000063.changes").stat().st_size < 400


def test_a_release_that_changed_most_of_its_files_is_kept_whole(tmp_path: Path) -> None:
    keep(tmp_path, sums(a=1, b=1, c=1), sums(a=2, b=2, c=1))
    assert (tmp_path / "manifests" / "000002.sums.gz").exists()


def test_without_the_list_before_it_a_list_is_kept_whole(tmp_path: Path) -> None:
    keep(tmp_path, many(1), many(2))
    keep_manifest(tmp_path, 3, many(3), b"s", sums(something="else"))
    keep_manifest(tmp_path, 5, many(5), b"s", many(4))
    assert read_manifest(tmp_path, 3) == many(3)
    assert read_manifest(tmp_path, 5) == many(5)


def test_keeping_a_list_again_changes_nothing(tmp_path: Path) -> None:
    keep(tmp_path, many(1), many(2), many(3))
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in (tmp_path / "manifests").iterdir()}
    keep(tmp_path, many(1), many(2), many(3))
    after = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in (tmp_path / "manifests").iterdir()}
    assert after == before


def test_a_renewed_signature_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    keep(tmp_path, many(1), many(2), many(3))
    keep_manifest(tmp_path, 2, many(2), b"renewed", many(1))
    assert read_signature(tmp_path, 2) == b"renewed"
    assert read_manifest(tmp_path, 3) == many(3)


def test_the_newest_list_may_be_replaced_by_a_build_that_followed_a_crash(tmp_path: Path) -> None:
    keep(tmp_path, many(1), many(2))
    entirely_new = sums(only=1)
    keep_manifest(tmp_path, 2, entirely_new, b"s", many(1))
    assert read_manifest(tmp_path, 2) == entirely_new
    keep_manifest(tmp_path, 2, many(4), b"s", many(1))
    assert read_manifest(tmp_path, 2) == many(4)


def test_a_list_on_which_others_follow_is_never_replaced(tmp_path: Path) -> None:
    keep(tmp_path, many(1), many(2), many(3))
    with pytest.raises(ManifestLogError, match="the past is never rewritten"):
        keep_manifest(tmp_path, 2, many(9), b"s", many(1))
    assert read_manifest(tmp_path, 3) == many(3)


@pytest.mark.parametrize("asked", [1, 2, 3])
def test_a_missing_link_is_named(tmp_path: Path, asked: int) -> None:
    keep(tmp_path, many(1), many(2), many(3))
    (tmp_path / "manifests" / "000001.sums.gz").unlink()
    with pytest.raises(ManifestLogError, match=r"release 1.*(is not kept|Put back your copy of 000001)"):
        read_manifest(tmp_path, asked)


@pytest.mark.parametrize("name", ["000001.sums.gz", "000002.changes", "000003.changes"])
def test_any_damage_is_found(tmp_path: Path, name: str) -> None:
    keep(tmp_path, many(1), many(2), many(3))
    file = tmp_path / "manifests" / name
    content = file.read_bytes()
    for at in range(10, len(content), 7):
        file.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        with pytest.raises(ManifestLogError, match="damaged"):
            read_manifest(tmp_path, 3)


def test_a_signature_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ManifestLogError, match=r"000007\.minisig"):
        read_signature(tmp_path, 7)
    assert kept_sequences(tmp_path) == []


@given(st.lists(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 2), min_size=1), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_whatever_the_releases_hold_their_lists_are_read_as_they_were(releases: list[dict[str, int]]) -> None:
    lists = [sums(**files, **{f"same{at}": at for at in range(9)}) for files in releases]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_log, "WHOLE_EACH", 5)
        keep(Path(folder), *lists)
        assert [read_manifest(Path(folder), number) for number in kept_sequences(Path(folder))] == lists

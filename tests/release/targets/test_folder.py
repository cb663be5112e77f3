"""A release goes to a folder, which is a whole release at every moment."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from barograph.base.release_settings import Target
from barograph.release.targets.outcome import TargetError, Uploaded
from barograph.release.targets.reaching import reach
from barograph.release.targets.uploading import upload
from barograph.trust.minisign import SigningKey
from barograph.trust.verify import verify_release
from tests.own_process import run_apart
from tests.release.targets.small_releases import FIRST, SECOND, contents, make_release

PLACE = Target(name="disk", kind="folder", to="mounted/site")


def test_a_release_is_in_the_folder_to_the_byte_and_current(first: Path, tmp_path: Path) -> None:
    shown: list[object] = []
    sent = upload(PLACE, first, lambda things: [shown.append(thing) or thing for thing in things], folder=tmp_path)
    current = tmp_path / "mounted/site/current"
    assert contents(current.resolve()) == contents(first)
    assert sent == Uploaded(len(contents(first)), sum(map(len, contents(first).values())))
    assert len(shown) == len(FIRST) + 2, "the list and its signature are counted by nobody"


def test_only_what_changed_is_copied(first: Path, second: Path, tmp_path: Path) -> None:
    upload(PLACE, first, folder=tmp_path)
    assert upload(PLACE, first, folder=tmp_path) == Uploaded(0, 0)
    sent = upload(PLACE, second, folder=tmp_path)
    place = tmp_path / "mounted/site"
    same = FIRST.items() & SECOND.items()
    assert {path for path, _text in same} == {"index.html", "en/about us/імя.html"}
    for path, _text in same:
        assert (place / second.name / path).samefile(place / first.name / path)
    assert sent.files == len(contents(second)) - len(same)
    assert not verify_release(place / "current")


def test_a_folder_that_has_a_newer_release_keeps_it(first: Path, second: Path, tmp_path: Path) -> None:
    upload(PLACE, second, folder=tmp_path)
    with pytest.raises(TargetError, match="later number 2"):
        upload(PLACE, first, folder=tmp_path)


@pytest.mark.parametrize("damage", ["changed", "expired"])
def test_a_release_that_nobody_would_believe_does_not_travel(key: SigningKey, tmp_path: Path, damage: str) -> None:
    expires = date(2024, 1, 1) if damage == "expired" else date(9999, 1, 1)
    release = make_release(tmp_path / "release", 1, FIRST, key, expires=expires)
    if damage == "changed":
        (release / "index.html").write_text("forged")
    with pytest.raises(TargetError, match=f"{damage}.*Run “barograph build”"):
        upload(PLACE, release, folder=tmp_path)
    assert not (tmp_path / "mounted/site/current").exists()


def test_what_is_in_the_way_is_named(first: Path, tmp_path: Path) -> None:
    (tmp_path / "mounted").write_text("a file")
    for attempt in (lambda: reach(PLACE, tmp_path), lambda: upload(PLACE, first, folder=tmp_path)):
        with pytest.raises(TargetError, match="mounted"):
            attempt()


def test_doctor_needs_no_folder_yet_and_makes_none(tmp_path: Path) -> None:
    reach(PLACE, tmp_path)
    assert not (tmp_path / "mounted").exists()


def test_whenever_an_upload_is_killed_the_current_release_is_whole(tmp_path: Path) -> None:
    assert int(run_apart("tests.release.targets.killed_uploads", tmp_path).stdout) == 30

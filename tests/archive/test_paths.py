"""Files and folders."""

import os
from pathlib import Path

import pytest

from barograph.archive import paths
from barograph.archive.paths import read_paths


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="missing is not there"):
        list(read_paths([tmp_path / "missing"]))


def test_folders_are_walked_in_order_and_other_files_are_passed_over(tmp_path: Path) -> None:
    for name in ("b/2.txt", "a.html", "b/1.htm", "c.jpg", ".hidden"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("<p>Trains run late</p>", encoding="utf-8")
    assert [Path(page.file).name for page in read_paths([tmp_path])] == ["a.html", "1.htm", "2.txt"]


def test_a_name_that_is_no_utf8_can_be_stored_and_printed(tmp_path: Path) -> None:
    with open(os.fsencode(tmp_path) + b"/\xef\xf0.txt", "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write("Trains run late")
    (page,) = read_paths([tmp_path])
    assert page.file.endswith(r"\udcef\udcf0.txt")
    page.file.encode()


def test_a_file_that_cannot_be_read_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.txt"
    file.write_text("Trains run late")

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    (page,) = read_paths([file])
    assert [str(warning) for warning in page.warnings] == ["unreadable: The file could not be read: Permission denied."]


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "LARGEST", 10)
    (tmp_path / "a.txt").write_text("Trains run late")
    (page,) = read_paths([tmp_path])
    assert [warning.code for warning in page.warnings] == ["too-large"]


def test_a_file_of_another_kind_is_read_when_it_is_named(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text("Trains run late")
    assert not list(read_paths([tmp_path]))
    (page,) = read_paths([file])
    assert page.headline == "Trains run late"

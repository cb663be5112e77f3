"""Folders of pages are made by a processor that would idle, and nothing depends on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from barograph.release.ahead import folders_ahead, nothing_ahead
from barograph.release.folder import make_folders
from barograph.trust.manifest import ManifestError
from tests.own_process import run_apart


@pytest.mark.parametrize(
    ("what", "said"),
    [
        pytest.param("all", "100 0o755", id="another process makes them, for a web server to read"),
        pytest.param("failing", "first", id="what fails there is not told twice"),
        pytest.param("ending", "0 755 economy 755 en 755", id="what it leaves when it is killed can be read"),
        pytest.param("nothing", "nothing", id="it can be done without"),
        pytest.param("stopped", "gone", id="after an error nobody goes on"),
    ],
)
def test_folders_are_made_ahead(tmp_path: Path, what: str, said: str) -> None:
    assert run_apart("tests.release.ahead_work", what, tmp_path).stdout.strip() == said


def test_no_folder_is_made_outside(tmp_path: Path) -> None:
    with pytest.raises(ManifestError):
        make_folders(tmp_path / "release", ["en/../../outside/"])
    assert list(tmp_path.iterdir()) == []


def test_without_a_folder_nobody_asks_for_addresses() -> None:
    def addresses() -> list[str]:
        raise AssertionError("asked")

    with folders_ahead(None, addresses) as ahead:
        assert ahead is nothing_ahead
        ahead(address for _ in range(1) for address in addresses())

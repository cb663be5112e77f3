"""Which parts of a site can be served from what is there of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from barograph.config.command import main
from barograph.config.commands import serve as commands_serve

SETTINGS = Path(__file__).parent.parent / "site" / "barograph.toml"


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, str]]:
    """What would have been listened on."""
    calls: list[tuple[str, int, str]] = []
    monkeypatch.setattr(commands_serve, "run_server", lambda *given: calls.append(given))
    monkeypatch.delenv("BAROGRAPH_SECRET_KEY", raising=False)
    monkeypatch.setenv("BAROGRAPH_SITE", "")  # so that what --site writes there is taken back
    return calls


def test_the_public_site_needs_nothing_but_settings_and_a_release(
    tmp_path: Path, served: list[tuple[str, int, str]]
) -> None:
    shutil.copy(SETTINGS, tmp_path)
    done = CliRunner().invoke(main, ["--site", str(tmp_path), "serve", "--role", "site"])
    assert done.exit_code == 0, done.output
    assert served == [("127.0.0.1", 8000, "site")]


def test_a_folder_that_is_no_site_is_not_served(tmp_path: Path, served: list[tuple[str, int, str]]) -> None:
    done = CliRunner().invoke(main, ["--site", str(tmp_path), "serve", "--role", "site"])
    assert done.exit_code == 1
    assert "is no site" in done.output
    assert served == []

"""Which parts of a site can be served from what is there of it."""

from __future__ import annotations

import shutil
import socket
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
    monkeypatch.setattr(commands_serve, "see_that_it_is_free", lambda *_given: None)
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


def test_a_port_that_somebody_listens_on_is_not_shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(SETTINGS, tmp_path)
    monkeypatch.setenv("BAROGRAPH_SITE", "")
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as other:
        port = str(other.getsockname()[1])
        done = CliRunner().invoke(main, ["--site", str(tmp_path), "serve", "--role", "site", "--port", port])
    assert done.exit_code == 1
    assert f"cannot listen on port {port} of 127.0.0.1" in done.output
    assert "Listening" not in done.output

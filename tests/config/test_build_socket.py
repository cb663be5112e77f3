"""``barograph build`` while a newsroom is running, which is asked to build."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from barograph.base.site import SiteSettings
from barograph.config import build_socket
from barograph.config.build_socket import CHANGED, SILENT, SOCKET, ask_newsroom, start_listening

BUILT = {"folder": "release/000002-0123456789ab", "sequence": 2, "files": 40, "changed": 1}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a site whose newsroom is running; what it builds is told, and nothing is built."""
    made = tmp_path / "site"
    (made / "private").mkdir(parents=True)
    (made / "barograph.toml").write_text("# settings\n", encoding="utf-8")
    (made / "templates").mkdir()
    monkeypatch.setattr(build_socket, "_make_warm", lambda: None)
    monkeypatch.setattr(build_socket, "_build", lambda: BUILT)
    assert start_listening(SiteSettings.model_construct(folder=made))
    return made


def test_a_newsroom_that_is_asked_builds_and_says_what(folder: Path) -> None:
    assert ask_newsroom(folder / "private") == BUILT
    assert ask_newsroom(folder / "private") == BUILT


@pytest.mark.parametrize("name", ["barograph.toml", "templates/foot.html", "locale/pl/LC_MESSAGES/django.mo"])
def test_a_newsroom_does_not_build_with_what_was_changed_after_it_started(folder: Path, name: str) -> None:
    """A statement that was taken out of the settings would stay in the release otherwise."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("# others\n\n", encoding="utf-8")
    assert ask_newsroom(folder / "private") == {"error": CHANGED}


def test_a_long_error_is_told_to_its_end(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = "Файл не чытаецца. " * 500
    monkeypatch.setattr(build_socket, "_build", lambda: {"error": words})
    assert ask_newsroom(folder / "private") == {"error": words}


@pytest.mark.parametrize("answer", [b"", b'{"folder": "rel'])
def test_a_newsroom_that_ends_while_it_is_asked_has_not_answered(tmp_path: Path, answer: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / SOCKET))
        listening.listen()
        ended = threading.Thread(target=lambda: _say_and_end(listening, answer))
        ended.start()
        assert ask_newsroom(tmp_path) == {}
        ended.join()


def _say_and_end(listening: socket.socket, answer: bytes) -> None:
    asking, _ = listening.accept()
    with asking:
        asking.sendall(answer)


def test_a_newsroom_that_does_not_answer_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_socket, "LONGEST_BUILD", 0.01)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / SOCKET))
        listening.listen()
        assert ask_newsroom(tmp_path) == {"error": SILENT}


def test_nobody_answers_where_no_newsroom_is_running(tmp_path: Path) -> None:
    assert ask_newsroom(tmp_path) == {}


def test_a_newsroom_that_cannot_listen_runs_without(tmp_path: Path) -> None:
    assert start_listening(SiteSettings.model_construct(folder=tmp_path / "nowhere")) is None

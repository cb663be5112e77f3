"""Templates are compiled once: for every language, every release and every process."""

from __future__ import annotations

from pathlib import Path

import pytest

from barograph.release import render
from barograph.release.quick_code import PageEnvironment

OWN = "Hello, {{ site }}"


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A folder for code, and one with a template."""
    own = tmp_path / "own"
    own.mkdir()
    (own / "hello.html").write_text(OWN)
    return tmp_path / "code", own


def hello(folders: tuple[Path, Path], made: object = None, **words: str) -> str:
    environment = made or render.environment(*folders)
    assert isinstance(environment, PageEnvironment)
    return render.in_language(environment, words).get_template("hello.html").render()


def never_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is compiled from now on."""

    def compiled(*_: object) -> None:
        raise AssertionError("compiled again")

    monkeypatch.setattr(PageEnvironment, "_compile", compiled)


def test_another_language_compiles_nothing_and_reads_no_file_again(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = render.environment(*folders)
    assert hello(folders, environment, site="Barograph") == "Hello, Barograph"
    never_again(monkeypatch)
    for file in folders[0].iterdir():
        file.unlink()
    assert hello(folders, environment, site="Барограф") == "Hello, Барограф"


def test_another_process_compiles_nothing(folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    assert hello(folders, site="Barograph") == "Hello, Barograph"
    never_again(monkeypatch)
    assert hello(folders, site="Barograph") == "Hello, Barograph"


def test_a_template_that_changed_is_compiled_again(folders: tuple[Path, Path]) -> None:
    environment = render.environment(*folders)
    assert hello(folders, environment, site="Barograph") == "Hello, Barograph"
    (folders[1] / "hello.html").write_text("Good evening, {{ site }}")
    assert hello(folders, environment, site="Barograph") == "Good evening, Barograph"

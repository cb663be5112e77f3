"""The edge as a process of its own: no Django, no database, no secret, and no way to look anything up."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from barograph.config.command import main
from barograph.config.commands import serve as commands_serve
from barograph.trust.tokens import Purpose
from tests.edge.visits import ADDRESS, Sender, Visitor

SETTINGS = Path(__file__).parent.parent / "site" / "barograph.toml"
SCRIPT = Path(__file__).parent / "watched_edge.py"
STRANGERS = {"django", "wagtail", "sqlite3", "_sqlite3", "psycopg", "dns", "smtplib", "pyrage", "lxml", "PIL"}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What an edge did, that had nothing in its environment but the site's folder."""
    folder = tmp_path_factory.mktemp("edge") / "site"
    folder.mkdir()
    shutil.copy(SETTINGS, folder)
    sender = Sender(folder / "private" / "edge")
    sender.publish()
    link = f"/newsletter/be/unsubscribe/{sender.token(Purpose.UNSUBSCRIBE)}/"
    bare = {"PATH": os.environ["PATH"], "BAROGRAPH_SITE": str(folder)}
    command = [sys.executable, SCRIPT, ADDRESS, link]
    done = subprocess.run(command, env=bare, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found | {"folder": folder, "printed": done.stderr, "drops": sender.drops()}


def test_it_serves_the_forms_and_nothing_else(told: dict[str, Any]) -> None:
    answers = told["answers"]
    assert [answers[path] for path in ("/", "/newsroom/")] == ["404 Not Found"] * 2
    assert [answers[path] for path in ("/newsletter/", "/newsletter/be/", "subscribed", "used")] == ["200 OK"] * 4
    assert len(told["drops"]) == 2


def test_it_knows_no_django_no_database_and_no_mail(told: dict[str, Any]) -> None:
    assert "cryptography" in told["modules"]
    assert STRANGERS & set(told["modules"]) == set()


def test_it_opens_the_senders_public_keys_and_the_box_and_calls_nobody(told: dict[str, Any]) -> None:
    """So its answer cannot depend on who is on a list: it has none, and no way to one."""
    edge = told["folder"] / "private" / "edge"
    program = {".py", ".pyc", ".so"}  # parts of it are loaded when they are first needed
    opened = [path for path in map(Path, told["opened"]) if path.suffix not in program]
    assert edge / "sender.pub" in opened
    for path in opened:
        assert path in {edge / "sender.pub", edge / "box"} or path.parent == edge / "box"
    assert [event for event in told["called"] if not event.startswith("import ")] == []


def test_it_prints_nothing_and_leaves_nothing_but_drops(told: dict[str, Any]) -> None:
    assert told["printed"] == ""
    left = {path.name for path in told["folder"].rglob("*") if path.suffix != ".drop"}
    assert left == {"barograph.toml", "private", "edge", "sender.pub", "box"}


def test_serving_it_asks_for_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[tuple[str, int, str]] = []
    monkeypatch.setattr(commands_serve, "run_server", lambda *given: served.append(given))
    monkeypatch.setattr(commands_serve, "see_that_it_is_free", lambda *_given: None)
    monkeypatch.setattr(commands_serve, "start_django", lambda: pytest.fail("it needs no Django"))
    monkeypatch.delenv("BAROGRAPH_SECRET_KEY", raising=False)
    monkeypatch.setenv("BAROGRAPH_SITE", "")
    shutil.copy(SETTINGS, tmp_path)
    done = CliRunner().invoke(main, ["--site", str(tmp_path), "serve", "--role", "edge", "--port", "8100"])
    assert done.exit_code == 0, done.output
    assert served == [("127.0.0.1", 8100, "edge")]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/newsletter/en/", "edge"),
        ("/newsletter", "edge"),
        ("/newsroom", "newsroom"),
        ("/newsroom/login/", "newsroom"),
        ("/newsletters/", "public"),
        ("/en/newsletter/", "public"),
        ("//newsroom/", "public"),
        ("/", "public"),
        ("", "public"),
    ],
)
def test_in_one_process_each_address_has_its_application(path: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAROGRAPH_SERVE_ROLE", "site")  # importing the module starts what it serves
    from barograph.config import wsgi

    def named(own: str) -> Any:
        return lambda *_: [own.encode()]

    everything = wsgi._everything({wsgi.NEWSROOM: named("newsroom"), wsgi.EDGE: named("edge")}, named("public"))
    assert list(everything({"PATH_INFO": path}, named(""))) == [name.encode()]


def test_an_edge_without_its_site_in_order_still_answers(visitor: Visitor) -> None:
    shutil.rmtree(visitor.edge.site.private)
    assert visitor.ask("/newsletter/en/").status == 503

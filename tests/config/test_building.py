"""``barograph build``: without Django, out of either database, in one process or several, and what it says."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
import pytest
from django.db import connection

from barograph.base.site import SiteSettings
from barograph.config.building import build_without_django
from barograph.config.plain_database import PlainDatabase
from barograph.config.site_folder import SiteError
from barograph.editions.models import Edition
from barograph.release import draft
from barograph.release.models import Step
from barograph.release.published import DjangoDatabase
from barograph.release.publishing import publish_edition
from barograph.release.reading import RecordReader
from tests.config.test_new_site import run
from tests.factories.editions import MONDAY, make_ready_edition

BUILDS = """
import hashlib, json, os, sys
from pathlib import Path
from barograph.config.command import main

def build(*options, processes):
    os.sched_getaffinity = lambda _: set(range(processes))
    main(["--site", sys.argv[1], "build", "--json", *options], standalone_mode=False)
    current = Path(sys.argv[1], "release", "current")
    files = {str(file.relative_to(current)): file for file in sorted(current.rglob("*")) if file.is_file()}
    assert all(any(folder.iterdir()) for folder in current.rglob("*") if folder.is_dir())
    hashes = [(path, hashlib.sha256(file.read_bytes()).hexdigest()) for path, file in files.items()]
    print(json.dumps({"hash": hashlib.sha256(repr(hashes).encode()).hexdigest(), "files": len(files)}))

build(processes=1)
build("--full", processes=2)
build("--full", processes=1)
build(processes=1)
print(json.dumps(sorted(name for name in sys.modules if name.split(".")[0] in {"django", "wagtail"})))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site made at the terminal, with a small archive."""
    made = tmp_path_factory.mktemp("building") / "site"
    said = run("sample", "--editions", "3", "--sections", "2", "--languages", "2", "--into", made, "--json")
    assert json.loads(said.stdout) == {"folder": str(made), "written": 3, "editions": 3}
    return made


@pytest.fixture
def at_site(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("BAROGRAPH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("BAROGRAPH_SITE", str(folder))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    return folder


def test_it_starts_no_django_and_comes_to_the_same_bytes_in_one_process_or_two(folder: Path) -> None:
    shutil.rmtree(folder / "release")  # another test may have built already
    database = sqlite3.connect(folder / "private" / "db.sqlite3")
    database.execute("UPDATE release_step SET status = 'waiting' WHERE name = 'build'")
    database.execute(
        "INSERT OR IGNORE INTO release_step (publication_id, name, target, status, tries, error, done, total) "
        "SELECT max(id), 'build', '', 'failed', 1, 'no key', 0, 0 FROM release_publication"
    )
    database.commit()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("BAROGRAPH_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-c", BUILDS, str(folder)], env=clean, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    *said, modules = map(json.loads, done.stdout.splitlines())
    assert modules == []
    assert [built["sequence"] for built in said[::2]] == [1, 1, 1, 1]
    assert [bool(built["changed"]) for built in said[::2]] == [True, False, False, False]
    assert len({found["hash"] for found in said[1::2]}) == 1
    assert said[0].keys() == {"folder", "sequence", "files", "changed"}
    assert said[0]["files"] + 2 == said[1]["files"]
    steps = database.execute("SELECT DISTINCT status, error FROM release_step WHERE name = 'build'").fetchall()
    database.close()
    assert steps == [("done", "")]


def test_nothing_is_left_beside_the_database_when_the_command_has_ended(at_site: Path) -> None:
    built = json.loads(run("--site", at_site, "build", "--full", "--json").stdout)
    assert built["files"]
    assert [file.name for file in (at_site / "private").glob("db.sqlite3*")] == ["db.sqlite3"]


def test_a_site_that_has_lost_its_releases_is_told_what_that_means(at_site: Path) -> None:
    run("--site", at_site, "build", "--json")
    with closing(sqlite3.connect(at_site / "private" / "db.sqlite3")) as database, database:
        database.execute("UPDATE release_step SET status = 'done' WHERE name = 'build'")
    assert run("--site", at_site, "build", "--json").stderr == ""
    shutil.rmtree(at_site / "release")
    assert "number 1 again" in run("--site", at_site, "build", "--json").stderr


def test_a_template_of_the_site_s_own_that_is_none_is_named_with_its_line(at_site: Path) -> None:
    own = at_site / "templates" / "edition.html"
    own.parent.mkdir()
    own.write_text("<p>\n{% if %}\n", encoding="utf-8")
    try:
        assert f"{own}, line 2" in refused()
    finally:
        shutil.rmtree(own.parent)


@pytest.mark.usefixtures("at_site")
def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(draft, "write_file", full)
    with pytest.raises(click.ClickException, match=r"the disk .* is full"):
        build_without_django(full=True, progress=iter)


def refused() -> str:
    with pytest.raises(click.ClickException) as raised:
        build_without_django(full=False, progress=iter)
    return raised.value.message


@pytest.fixture
def aside(at_site: Path) -> Iterator[Any]:
    """Puts a file of the site away until the test has ended."""
    away: list[Path] = []

    def put(name: str) -> Path:
        file = at_site / name
        file.rename(file.with_suffix(".away"))
        away.append(file)
        return file

    yield put
    for file in away:
        file.with_suffix(".away").replace(file)


@pytest.mark.parametrize(
    ("file", "advice"),
    [
        ("private/db.sqlite3", "barograph migrate"),
        ("private/signing.key", "signing.key"),
        ("barograph.toml", "barograph init"),
        ("private/sample_passphrase", "sample_passphrase"),
    ],
)
def test_a_file_that_is_missing_is_named_with_what_to_do(aside: Any, file: str, advice: str) -> None:
    aside(file)
    assert advice in refused()


def test_a_wrong_passphrase_and_a_locked_key_are_told(aside: Any) -> None:
    file = aside("private/sample_passphrase")
    file.write_text("quite another passphrase")
    assert "passphrase" in refused()
    file.unlink()
    aside("barograph.toml").write_text(
        re.sub("key_passphrase_file.*", "", (file.parents[1] / "barograph.away").read_text())
    )
    assert "BAROGRAPH_KEY_PASSPHRASE_FILE" in refused()


def test_a_database_of_another_version_is_told(aside: Any) -> None:
    file = aside("private/db.sqlite3")
    sqlite3.connect(file).close()
    file.touch()
    assert "barograph migrate" in refused()


@pytest.fixture
def plain(own_site: SiteSettings) -> SiteSettings:
    """The site with a database of its own that can be opened without Django: the tests' own, or a copy of it."""
    known = connection.settings_dict
    if connection.vendor == "postgresql":
        user, password, name = (quote(known[part], safe="") for part in ("USER", "PASSWORD", "NAME"))
        return own_site.model_copy(
            update={"database_url": f"postgres://{user}:{password}@{known['HOST']}:{known['PORT']}/{name}"}
        )
    return own_site.model_copy(update={"database_url": ""})


def copied(site: SiteSettings) -> PlainDatabase:
    """The plain database; on SQLite, whose tests are in memory, a copy of what is in it now."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        ours = re.compile(r'(CREATE TABLE|INSERT INTO) "(release|editions)_')
        lines = [line for line in connection.connection.iterdump() if ours.match(line)]
        (site.private / "db.sqlite3").unlink(missing_ok=True)
        with sqlite3.connect(site.private / "db.sqlite3") as copy:
            copy.executescript("\n".join(lines))
        copy.close()
    return PlainDatabase(site)


@pytest.mark.django_db(transaction=True)
def test_both_ways_to_the_database_read_the_same_and_mark_the_same_steps(plain: SiteSettings) -> None:
    first = publish_edition(edition=make_ready_edition(sections=("economy",)))
    Edition.objects.update(archived=True)
    database = copied(plain)
    assert RecordReader(database, plain).read() == RecordReader(DjangoDatabase(), plain).read()
    waiting = database.waiting()
    assert waiting == list(first.steps.filter(name=Step.Name.BUILD).values_list("pk", flat=True))
    if connection.vendor == "postgresql":
        late = publish_edition(edition=make_ready_edition(start=MONDAY.replace(day=29), sections=("press",)))
        database.built(waiting)
        step = Step.objects.get(pk=waiting[0])
        assert step.status == Step.Status.DONE
        assert step.ended_at
        assert late.steps.get(name=Step.Name.BUILD).status == Step.Status.WAITING
    of_parent = database.connection
    database.open()
    assert database.connection is not of_parent
    assert database.rows("SELECT 1") == [(1,)]
    database.connection.close()
    of_parent.close()


def test_an_address_that_answers_nobody_is_told(own_site: SiteSettings) -> None:
    nowhere = own_site.model_copy(update={"database_url": "postgres://nobody:x@127.0.0.1:1/none"})
    with pytest.raises(SiteError, match="check database_url"):
        PlainDatabase(nowhere)

"""``barograph mirror`` as cron calls it: what it says, and with which number it ends."""

from __future__ import annotations

import fcntl
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from barograph.config.command import main
from tests.mirror.publisher import FILES, Publisher, served


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    """One whose release holds on the day of the test."""
    made = Publisher(tmp_path / "publisher")
    made.publish(FILES, expires=datetime.now(UTC).date() + timedelta(days=5))
    return made


def run(publisher: Publisher, dest: Path, *options: str, status: int = 0) -> Result:
    arguments = ["mirror", str(publisher.folder), str(dest), *options]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == status, done.output + repr(done.exception)
    return done


def test_it_says_what_came_and_that_nothing_is_new(publisher: Publisher, tmp_path: Path) -> None:
    dest = tmp_path / "mirror"
    assert "Release 1 is served from" in run(publisher, dest, "--public-key", publisher.key.public.line).stdout
    assert run(publisher, dest).stdout.startswith("Nothing new: release 1 is served, and holds until ")


def test_a_program_gets_it_as_json(publisher: Publisher, tmp_path: Path) -> None:
    told = json.loads(run(publisher, tmp_path / "m", "--public-key", publisher.key.public.line, "--json").stdout)
    assert (told["sequence"], told["new"], told["fetched"], told["linked"]) == (1, True, len(FILES), 0)
    assert told["folder"] == str((tmp_path / "m" / "current").resolve())
    (publisher.folder / "current" / "SHA256SUMS.minisig").unlink()
    refused = json.loads(run(publisher, tmp_path / "m", "--json", status=1).stdout)
    assert refused["refused"][0]["file"] == "SHA256SUMS.minisig"


def test_cron_hears_of_trouble_only(publisher: Publisher, tmp_path: Path) -> None:
    dest = tmp_path / "mirror"
    assert run(publisher, dest, "--quiet", "--public-key", publisher.key.public.line).output == ""
    assert run(publisher, dest, "--quiet").output == ""
    before = served(dest)
    publisher.publish(FILES, expires=datetime.now(UTC).date() - timedelta(days=2))
    refused = run(publisher, dest, "--quiet", status=1)
    assert "expired on" in refused.stderr
    assert "nothing that is served was changed" in refused.stderr
    assert served(dest) == before


def test_without_a_key_it_is_called_in_the_wrong_way(publisher: Publisher, tmp_path: Path) -> None:
    assert "--public-key, once" in run(publisher, tmp_path / "mirror", status=2).stderr
    assert "cannot be read" in run(publisher, tmp_path / "m", "--public-key", "/nowhere", status=2).stderr


def test_what_may_work_later_has_a_number_of_its_own(publisher: Publisher, tmp_path: Path) -> None:
    dest = tmp_path / "mirror"
    run(publisher, dest, "--public-key", publisher.key.public.line)
    with (dest / ".lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "another process is writing" in run(publisher, dest, status=3).stderr
    publisher.folder.rename(tmp_path / "gone")
    assert "is not a folder" in json.loads(run(publisher, dest, "--json", status=3).stdout)["error"]
    for address in ("http://example.org", "ftp://example.org", "https://"):
        assert CliRunner().invoke(main, ["mirror", address, str(dest)]).exit_code == 2

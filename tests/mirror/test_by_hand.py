"""The script in docs/how-to/mirrors.md, for those who have rsync and minisign alone."""

from __future__ import annotations

import fcntl
import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from barograph.trust.succession import Succession
from tests.mirror.publisher import FILES, Publisher, served

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "mirrors.md").read_text(encoding="utf-8")
VERIFY = ROOT / "src" / "barograph" / "static" / "release" / "verify.sh"
GOOD = datetime.now(UTC).date() + timedelta(days=5)


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    made = Publisher(tmp_path / "publisher")
    made.publish({**FILES, "verify.sh": VERIFY.read_bytes()}, expires=GOOD)
    return made


def replaced(script: str, publisher: Publisher, dest: Path) -> str:
    """A block of the page with other places and another key."""
    for old, new in (
        ("rsync://example.org/site/current/", f"{publisher.folder}/current/"),
        ("RWS…THE-PUBLIC-KEY", publisher.key.public.line),
        ("/srv/mirror", str(dest)),
    ):
        assert old in script
        script = script.replace(old, new)
    return script


def shell(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh"], input=script, capture_output=True, text=True, check=False)


def blocks() -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```", PAGE.partition("## With rsync")[2], flags=re.MULTILINE | re.DOTALL)


def test_a_mirror_by_hand_follows_and_refuses_as_it_should(publisher: Publisher, tmp_path: Path) -> None:
    dest = tmp_path / "mirror"
    prepare, script = (replaced(block, publisher, dest) for block in blocks())
    done = shell(prepare)
    assert done.returncode == 0, done.stderr

    done = shell(script)
    assert done.returncode == 0, done.stderr
    assert served(dest) == served(publisher.folder)
    assert shell(script).stdout == "", "nothing is new, and nothing is said"

    publisher.publish({**FILES, "en/index.html": b"<p>two</p>"}, expires=GOOD)
    assert shell(script).returncode == 0
    first = served(dest)
    assert first == served(publisher.folder)

    publisher.publish({**FILES, "en/index.html": b"<p>three</p>"}, expires=GOOD)
    (publisher.folder / "current" / "en" / "index.html").write_bytes(b"<p>forged</p>")
    refused = shell(script)
    assert (refused.returncode, "en/index.html: is not as it was signed" in refused.stderr) == (1, True)
    publisher.publish(FILES, expires=GOOD - timedelta(days=7))
    assert "expired" in shell(script).stderr
    publisher.serve(min(publisher.folder.glob("0*")))
    assert "older than what is served" in shell(script).stderr
    assert served(dest) == first

    publisher.publish(FILES, expires=GOOD)
    assert shell(script).returncode == 0
    assert served(dest) == served(publisher.folder)
    assert len(list(dest.glob("2*T*"))) <= 3


def test_a_key_that_was_changed_is_trusted_no_more_and_two_runs_do_not_meet(
    publisher: Publisher, tmp_path: Path
) -> None:
    dest = tmp_path / "mirror"
    prepare, script = (replaced(block, publisher, dest) for block in blocks())
    for run in (prepare, script):
        assert shell(run).returncode == 0
    old, new = publisher.key, Publisher(tmp_path / "later").key
    line = Succession((old.public,)).extended(old, new.public, GOOD)
    publisher.key = new
    publisher.publish({**FILES, **line.files()}, expires=GOOD)
    with (dest / ".lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert (shell(script).returncode, (dest / "new").exists()) == (0, False)
    assert shell(script).returncode == 0
    assert served(dest)["minisign.pub"] == new.public.text
    publisher.key = old
    publisher.publish({**FILES, "en/index.html": b"<p>by a thief</p>"}, expires=GOOD)
    assert shell(script).returncode == 1
    assert served(dest)["minisign.pub"] == new.public.text

"""``barograph newsletter incoming``, as the pipe of a mail server calls it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from barograph.newsletter.arrived import MOST
from barograph.newsletter.envelope import return_path
from barograph.newsletter.key_file import publish_public
from barograph.newsletter.keys import SenderKeys
from tests.newsletter import arrivals

BAROGRAPH = Path(sys.executable).parent / "barograph"
SITE = Path(__file__).parent.parent / "site"
TO = return_path(7, "newsletter@example.org")


@pytest.fixture
def sender(tmp_path: Path) -> Path:
    """A site with the sender's public keys, and without the secret ones."""
    shutil.copytree(SITE, tmp_path, dirs_exist_ok=True)
    publish_public(SenderKeys.make(), tmp_path / "private" / "edge")
    return tmp_path


def take(folder: Path, mail: bytes) -> subprocess.CompletedProcess[bytes]:
    mine = ("BAROGRAPH_", "DJANGO_", "TESTS_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(mine)}
    command = [BAROGRAPH, "--site", folder, "newsletter", "incoming"]
    return subprocess.run(command, env=clean, input=mail, capture_output=True, check=False)


def test_a_mail_is_taken_without_a_passphrase(sender: Path) -> None:
    bounce = arrivals.POSTFIX.format(to=TO, action="failed", status="5.1.1").encode()
    done = take(sender, bounce + b"x" * MOST * 2)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"bounce\n", b"")


def test_a_mail_that_cannot_be_handled_now_is_kept_by_the_mail_server(sender: Path) -> None:
    (sender / "private" / "edge" / "sender.pub").unlink()
    done = take(sender, b"Subject: hello\n\n")
    assert done.returncode == os.EX_TEMPFAIL
    assert b"sender.pub is missing" in done.stderr
    assert b"Traceback" not in done.stderr

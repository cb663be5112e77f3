"""A site from nothing, by the commands a person types, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from barograph.trust.minisign import SigningKey

BAROGRAPH = Path(sys.executable).parent / "barograph"


def run(*arguments: str | Path, status: int = 0) -> subprocess.CompletedProcess[str]:
    """Run ``barograph`` with nothing of the tests' own environment, and expect this exit status."""
    mine = ("BAROGRAPH_", "DJANGO_", "TESTS_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(mine)}
    done = subprocess.run(
        [BAROGRAPH, *arguments],
        env=clean,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def test_a_new_site_is_made_opened_built_and_verified(tmp_path: Path) -> None:
    site = tmp_path / "mine"
    assert "RW" in run("init", site, "--make-passphrase").stdout
    passphrase = (site / "private" / "signing_passphrase").read_text(encoding="ascii").strip()
    assert SigningKey.open(site / "private" / "signing.key", passphrase)
    assert (site / "private").stat().st_mode & 0o077 == 0
    assert b"encrypted" in (site / "private" / "signing.key").read_bytes()
    assert (
        run("--site", site, "edition", "open", "--start", "2026-11-16", "--end", "2026-11-22").stdout == "2026-11-16\n"
    )
    run("--site", site, "build")
    current = site / "release" / "current"
    key = run("--site", site, "keys", "show").stdout.splitlines()[1]
    assert "as they were signed" in run("verify", current, "--public-key", key).stdout
    page = current / "en" / "index.html"
    page.write_bytes(page.read_bytes() + b" ")
    assert "en/index.html" in run("verify", current, "--public-key", key, status=1).stderr

"""A site is in any languages, those of the newsroom's screens or not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

BAROGRAPH = Path(sys.executable).parent / "barograph"
SETTINGS = """
[title]
pl = "Tydzień"

[[languages]]
code = "pl"
name = "Polski"

[[languages]]
code = "uk"
name = "Українська"

[[sections]]
key = "economy"
name = { pl = "Gospodarka", uk = "Економіка" }
"""


def run(*arguments: str | Path) -> str:
    """Run a command as its own process: Django's settings are made of one site for good."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("BAROGRAPH_", "DJANGO_"))}
    environment["BAROGRAPH_KEY_PASSPHRASE"] = "a passphrase for tests"
    done = subprocess.run([BAROGRAPH, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_site_without_english_is_made_migrated_and_built(tmp_path: Path) -> None:
    settings, site = tmp_path / "settings.toml", tmp_path / "site"
    settings.write_text(SETTINGS, encoding="utf-8")
    run("init", site, "--settings", settings)
    assert "Gospodarka" in run("--site", site, "edition", "status", run("--site", site, "edition", "open").strip())
    run("--site", site, "build")
    for language in ("pl", "uk"):
        assert (site / "release" / "current" / language / "index.html").is_file()

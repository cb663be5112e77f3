"""The command line as a person uses it: on a site that is made from nothing, in processes of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BAROGRAPH = Path(sys.executable).parent / "barograph"
PASSPHRASE = "four words and more"


def run(*arguments: str | Path, status: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``barograph`` with nothing of the tests' own environment, and expect this exit status."""
    mine = ("BAROGRAPH_", "DJANGO_", "TESTS_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(mine)}
    done = subprocess.run(
        [BAROGRAPH, *arguments],
        env=clean | environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new site, made as the help says."""
    folder = tmp_path_factory.mktemp("sites") / "mine"
    made = run("init", folder, BAROGRAPH_KEY_PASSPHRASE=PASSPHRASE)
    assert "RW" in made.stdout
    return folder


def on(site: Path, *arguments: str | Path, status: int = 0) -> subprocess.CompletedProcess[str]:
    return run("--site", site, *arguments, status=status, BAROGRAPH_KEY_PASSPHRASE=PASSPHRASE)


def test_help_teaches_without_a_site_and_every_command_has_an_example() -> None:
    listing = run("--help").stdout
    assert "barograph init mysite" in listing
    for command in ("init", "demo", "serve", "import", "build", "verify", "doctor", "migrate", "tick"):
        assert "Example:" in run(command, "--help").stdout, command


def test_a_new_site_is_private_and_its_key_is_encrypted(site: Path) -> None:
    assert (site / "private").stat().st_mode & 0o077 == 0
    assert b"encrypted" in (site / "private" / "signing.key").read_bytes()


def test_a_second_init_in_the_same_place_changes_nothing(site: Path) -> None:
    before = (site / "barograph.toml").read_bytes()
    assert "is there already" in run("init", site, status=1, BAROGRAPH_KEY_PASSPHRASE=PASSPHRASE).stderr
    assert (site / "barograph.toml").read_bytes() == before


def test_init_without_a_passphrase_says_how_to_give_one_and_makes_nothing(tmp_path: Path) -> None:
    assert "BAROGRAPH_KEY_PASSPHRASE" in run("init", tmp_path / "new", status=1).stderr
    assert not (tmp_path / "new").exists()


def test_a_key_is_never_overwritten(site: Path) -> None:
    before = (site / "private" / "signing.key").read_bytes()
    assert "never overwritten" in on(site, "keys", "new", status=1).stderr
    assert (site / "private" / "signing.key").read_bytes() == before


def test_a_user_gets_a_fresh_password_and_a_translator_needs_a_language_of_the_site(site: Path) -> None:
    name, password = on(site, "user", "add", "anna", "--role", "editor", "--role", "publisher").stdout.split()
    assert (name, len(password)) == ("anna", 24)
    assert "already" in on(site, "user", "add", "anna", "--role", "editor", status=1).stderr
    assert "name at least one language" in on(site, "user", "add", "jan", "--role", "translator", status=1).stderr
    unknown = on(site, "user", "add", "jan", "--role", "translator", "--language", "xx", status=1)
    assert "no language xx" in unknown.stderr
    assert on(site, "user", "password", "anna").stdout.strip() != password
    assert "no user" in on(site, "user", "password", "nobody", status=1).stderr
    (listed,) = json.loads(on(site, "user", "list", "--json").stdout)
    assert listed == {"name": "anna", "roles": ["editor", "publisher"], "languages": [], "active": True}


def test_an_edition_is_opened_blocked_with_reasons_and_refused(site: Path) -> None:
    slug = on(site, "edition", "open", "--start", "2026-11-16", "--end", "2026-11-22").stdout.strip()
    assert slug == "2026-11-16"
    blockers = json.loads(on(site, "edition", "status", slug, "--json").stdout)["blockers"]
    assert len(blockers) >= 4
    assert all(blocker["message"] for blocker in blockers)
    assert "cannot be published yet" in on(site, "edition", "publish", slug, status=1).stderr
    assert "already" in on(site, "edition", "open", "--start", "2026-11-16", "--end", "2026-11-22", status=1).stderr
    assert "no edition “nothing”" in on(site, "edition", "status", "nothing", status=1).stderr


def test_a_build_can_be_verified_and_a_changed_byte_is_named(site: Path) -> None:
    built = json.loads(on(site, "build", "--json").stdout)
    current = site / "release" / "current"
    assert Path(built["folder"]).name == current.readlink().name
    key = on(site, "keys", "show").stdout.splitlines()[1]
    assert "as they were signed" in run("verify", current, "--public-key", key).stdout
    assert "--public-key" in run("verify", current).stderr
    page = current / "en" / "index.html"
    page.write_bytes(page.read_bytes() + b" ")
    assert "en/index.html" in run("verify", current, status=1).stderr
    assert json.loads(run("verify", current, "--json", status=1).stdout)[0]["file"] == "en/index.html"
    assert any("damaged" in found["what"] for found in json.loads(on(site, "doctor", "--json", status=1).stdout))
    on(site, "build")
    assert "as they were signed" in run("verify", current, "--public-key", key).stdout


def test_a_wrong_passphrase_is_told_in_one_line(site: Path) -> None:
    refused = run("--site", site, "build", status=1, BAROGRAPH_KEY_PASSPHRASE="another one entirely")
    assert "does not open" in refused.stderr
    assert "another one" not in refused.stderr


def test_the_doctor_finds_what_is_wrong_and_mends_what_needs_no_decision(site: Path) -> None:
    (site / "private").chmod(0o755)
    assert any("can read" in found["what"] for found in json.loads(on(site, "doctor", "--json", status=1).stdout))
    on(site, "doctor", "--mend", "--json", status=1)
    findings = json.loads(on(site, "doctor", "--json", status=1).stdout)
    assert not any("can read" in found["what"] for found in findings)
    assert any("operator" in found["what"] for found in findings)
    assert all(found["mend"] for found in findings)


@pytest.mark.parametrize("command", [["build"], ["edition", "list"], ["doctor"], ["keys", "show"]])
def test_without_a_site_every_command_says_how_to_make_one(tmp_path: Path, command: list[str]) -> None:
    assert "barograph init" in run("--site", tmp_path, *command, status=1).stderr


def test_a_dry_run_of_an_import_needs_no_site_and_prints_a_list(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(
        "March 4 – March 10, 2024\nPublic health\n\nWards close\n\nThe situation got worse\n\n"
        "Two wards closed this week.\n\nNurses left for other towns.\n\nIn summary, care is further away.\n",
        encoding="utf-8",
    )
    (read,) = json.loads(run("import", "--dry-run", "--json", page).stdout)
    assert (read["period_start"], read["period_end"]) == ("2024-03-04", "2024-03-10")
    assert (read["section"], read["verdict"], read["headline"]) == ("Public health", "worse", "Wards close")
    assert read["lead"] == "Two wards closed this week."
    assert read["body"] == [{"type": "paragraph", "text": "Nurses left for other towns."}]
    assert read["summary"] == "In summary, care is further away."
    assert read["warnings"] == []

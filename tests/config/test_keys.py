"""``barograph keys``: making, showing and rotating the key that signs releases."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from barograph.base.site import SITE_FILE
from barograph.config.command import main
from barograph.config.passphrase import make_passphrase
from barograph.trust import minisign
from barograph.trust.minisign import PublicKey, SigningKey, is_random
from barograph.trust.succession import read_kept

PASSPHRASE = "the old passphrase"
MINIMAL = """
key_passphrase_file = "passphrase"
title.en = "Mine"
[[languages]]
code = "en"
name = "English"
[[sections]]
key = "economy"
name.en = "Economy"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site with a key whose passphrase the settings have."""
    monkeypatch.setattr(minisign, "SCRYPT_MEMORY", 2**20)
    for name in ("BAROGRAPH_KEY_PASSPHRASE", "BAROGRAPH_KEY_PASSPHRASE_FILE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / SITE_FILE).write_text(MINIMAL, encoding="utf-8")
    (tmp_path / "private").mkdir()
    (tmp_path / "passphrase").write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    run(tmp_path, "new", "--passphrase-file", tmp_path / "passphrase")
    return tmp_path


def run(site: Path, *arguments: str | Path, status: int = 0, typed: str = "") -> Result:
    command = ["--site", str(site), "keys", *map(str, arguments)]
    done = CliRunner().invoke(main, command, input=typed)
    assert done.exit_code == status, done.output + repr(done.exception)
    return done


def signing_key(site: Path, passphrase: str = PASSPHRASE) -> PublicKey:
    return SigningKey.open(site / "private" / "signing.key", passphrase).public


def trusted(site: Path) -> PublicKey:
    return PublicKey.read((site / "private" / "signing.pub").read_bytes())


def test_a_rotated_key_is_trusted_at_once_and_the_operator_is_told_what_is_left_to_do(folder: Path) -> None:
    old = signing_key(folder)
    said = run(folder, "rotate").stdout
    new = signing_key(folder)
    assert old != new == trusted(folder)
    kept = read_kept(folder / "private")
    assert kept is not None
    assert kept.keys == (old, new)
    assert f"Destroy {folder / 'private' / f'signing-{old.number}.key.old'}" in said
    assert new.line in said
    assert "barograph build" in said
    assert "The settings have another passphrase" not in said


def test_the_new_key_may_have_a_random_passphrase_and_then_opens_at_once(folder: Path) -> None:
    made = folder / "made"
    assert "The settings have another passphrase" in run(folder, "rotate", "--make-passphrase", made).stdout
    passphrase = made.read_text(encoding="ascii").strip()
    assert is_random(passphrase)
    assert made.stat().st_mode & 0o777 == 0o600
    assert signing_key(folder, passphrase) == trusted(folder)
    made.rename(folder / "passphrase")
    assert "The settings have" not in run(folder, "rotate").stdout
    kept = read_kept(folder / "private")
    assert kept is not None
    assert len(kept.keys) == 3


def test_a_rotation_that_lost_its_last_step_is_ended_and_not_made_twice(folder: Path) -> None:
    old = trusted(folder)
    run(folder, "rotate")
    (folder / "private" / "signing.pub").write_bytes(old.text)
    assert "Now it is done" in run(folder, "rotate").stdout
    assert trusted(folder) == signing_key(folder)
    kept = read_kept(folder / "private")
    assert kept is not None
    assert len(kept.keys) == 2


def test_what_hinders_a_rotation_is_said_in_plain_words(folder: Path) -> None:
    (folder / "private" / "keys").mkdir()
    for name in ("1-AB.pub", "2-CD.pub"):
        (folder / "private" / "keys" / name).write_bytes(b"RWnonsense")
    assert "one of the keys is none" in run(folder, "rotate", status=1).stderr
    (folder / "passphrase").write_text("another passphrase", encoding="utf-8")
    assert "does not open" in run(folder, "rotate", status=1).stderr


def test_a_new_key_has_the_passphrase_of_the_settings_or_the_operator_is_told(folder: Path) -> None:
    (folder / "private" / "signing.key").unlink()
    assert "another passphrase" not in run(folder, "new").stdout
    assert signing_key(folder) == trusted(folder)
    (folder / "private" / "signing.key").unlink()
    assert "another passphrase" in run(folder, "new", "--make-passphrase", folder / "made").stdout


def test_a_key_that_is_there_is_not_made_anew(folder: Path) -> None:
    before = signing_key(folder)
    assert "never overwritten" in run(folder, "new", "--make-passphrase", folder / "other", status=1).stderr
    assert signing_key(folder) == before


def test_a_passphrase_that_was_made_is_taken_again_and_another_s_file_is_left_alone(tmp_path: Path) -> None:
    first = make_passphrase(tmp_path / "made")
    assert make_passphrase(tmp_path / "made") == first
    (tmp_path / "mine").write_text("my own words\n", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    for taken in ("mine", "folder"):
        with pytest.raises(click.ClickException, match="is no passphrase made by Barograph"):
            make_passphrase(tmp_path / taken)
    assert (tmp_path / "mine").read_text(encoding="utf-8") == "my own words\n"

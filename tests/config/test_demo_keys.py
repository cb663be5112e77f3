"""A demo makes the newsletter's keys by itself, also one that was made before there was a newsletter."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from pydantic import SecretStr
from pytest_django import Settings

from barograph.base.site import SITE_FILE, SiteSettings
from barograph.config.commands import demo
from barograph.config.sender_keys import key_file, open_keys
from barograph.newsletter.signed_release import PUBLIC_FILE, trusted_release_key
from barograph.sample.read import sample_file
from barograph.trust.minisign import SigningKey
from barograph.trust.sender_keys import SenderPublicKeys

OLD = 'key_passphrase_file = "private/demo_passphrase"\n\n[title]\nen = "Mine"  # written by me\n'


def settings_in(folder: Path) -> SiteSettings:
    """The settings as the demo reads them, without what the environment of the tests says."""
    return SiteSettings(folder=folder, **tomllib.loads((folder / SITE_FILE).read_text(encoding="utf-8")))


def test_a_new_demo_says_where_its_passphrases_are_and_that_they_protect_nothing(tmp_path: Path) -> None:
    demo._make_folder(tmp_path)
    text = (tmp_path / SITE_FILE).read_text(encoding="utf-8")
    assert text.startswith(f"# {demo.MARK}\n")
    newsletter = tomllib.loads(text)["newsletter"]
    assert newsletter["open"] is True
    passphrase = tmp_path / newsletter["key_passphrase_file"]
    assert passphrase.stat().st_mode & 0o777 == 0o600
    assert passphrase.parent.stat().st_mode & 0o777 == 0o700
    assert passphrase.read_text(encoding="utf-8") != (tmp_path / demo.PASSPHRASE_FILE).read_text(encoding="utf-8")


def test_a_folder_of_an_older_demo_is_completed_and_keeps_what_was_written_in_it(tmp_path: Path) -> None:
    (tmp_path / SITE_FILE).write_text(OLD, encoding="utf-8")
    demo._make_folder(tmp_path)
    text = (tmp_path / SITE_FILE).read_text(encoding="utf-8")
    assert text.startswith(OLD)
    assert tomllib.loads(text)["newsletter"] == {"open": True, "key_passphrase_file": demo.SENDER_PASSPHRASE_FILE}
    demo._make_folder(tmp_path)
    assert (tmp_path / SITE_FILE).read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("[newsletter]\nopen = false\n", {"open": False, "key_passphrase_file": demo.SENDER_PASSPHRASE_FILE}),
        ("[newsletter] # mine\nopen = false\n", {"open": False, "key_passphrase_file": demo.SENDER_PASSPHRASE_FILE}),
        ('[newsletter]\nkey_passphrase = "of my own"\n', {"key_passphrase": "of my own"}),
        ('[newsletter]\nkey_passphrase_file = "mine"\n', {"key_passphrase_file": "mine"}),
    ],
)
def test_what_somebody_set_for_the_newsletter_of_a_demo_stays(
    tmp_path: Path, table: str, expected: dict[str, object]
) -> None:
    (tmp_path / SITE_FILE).write_text(OLD + table, encoding="utf-8")
    demo._make_folder(tmp_path)
    assert tomllib.loads((tmp_path / SITE_FILE).read_text(encoding="utf-8"))["newsletter"] == expected


@pytest.fixture
def signed(own_site: SiteSettings, settings: Settings) -> SiteSettings:
    """A demo's site with a signing key, from before there was a newsletter."""
    newsletter = own_site.newsletter.model_copy(update={"key_passphrase": SecretStr("a demo's own")})
    settings.BAROGRAPH = own_site.model_copy(update={"newsletter": newsletter})
    made: SiteSettings = settings.BAROGRAPH
    return made


@pytest.mark.django_db(databases=["subscribers"])
def test_the_keys_that_are_missing_are_made_and_the_others_left(signed: SiteSettings) -> None:
    before = signed.signing_key.read_bytes()
    demo._make_keys()
    assert signed.signing_key.read_bytes() == before
    assert trusted_release_key(signed) == SigningKey.open(signed.signing_key, signed.passphrase or "").public
    keys = open_keys()
    assert keys.demo
    assert SenderPublicKeys.read(signed.edge_folder) == keys.public
    files = [key_file(), signed.private / PUBLIC_FILE, signed.edge_folder / "sender.pub"]
    contents = [file.read_bytes() for file in files]
    demo._make_keys()
    assert [file.read_bytes() for file in files] == contents


def test_the_sample_and_the_example_are_settings_that_hold(tmp_path: Path) -> None:
    (tmp_path / SITE_FILE).write_bytes(sample_file(SITE_FILE))
    assert settings_in(tmp_path).newsletter.open
    example = Path(demo.__file__).parent.parent / "example.toml"
    (tmp_path / SITE_FILE).write_bytes(example.read_bytes())
    assert not settings_in(tmp_path).newsletter.open
    # What is commented out holds too, once the first letter of the line is taken away.
    lines = example.read_text(encoding="utf-8").split("[newsletter]")[1].replace("\n# ", "\n").replace("pl", "en")
    newsletter = tomllib.loads(lines)
    assert newsletter["schedule"] == "friday 09:00"
    (tmp_path / SITE_FILE).write_text(
        example.read_text(encoding="utf-8").split("[newsletter]")[0] + "[newsletter]" + lines, encoding="utf-8"
    )
    assert settings_in(tmp_path).newsletter.schedule == "friday 09:00"

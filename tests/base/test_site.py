"""The settings of a site: what the file says, what the environment overrides, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from barograph.base.site import SITE_FILE
from barograph.config.site_folder import SiteError, load_site, make_private_folder, read_secret_key

MINIMAL = """
address = "https://example.net"
[title]
en = "A title"
[[languages]]
code = "en"
name = "English"
[[sections]]
key = "economy"
name.en = "Economy"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / SITE_FILE).write_text(MINIMAL, encoding="utf-8")
    monkeypatch.setenv("BAROGRAPH_SITE", str(tmp_path))
    monkeypatch.delenv("BAROGRAPH_SECRET_KEY", raising=False)
    monkeypatch.delenv("BAROGRAPH_DATABASE_URL", raising=False)
    return tmp_path


def test_a_site_is_what_its_file_says(folder: Path) -> None:
    site = load_site()
    assert site.folder == folder
    assert site.source_language == "en"
    assert site.address == "https://example.net"
    assert site.cadence.days == 7


@pytest.mark.usefixtures("folder")
def test_the_environment_overrides_the_file_also_inside_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAROGRAPH_ADDRESS", "https://mirror.example")
    monkeypatch.setenv("BAROGRAPH_CADENCE__DAYS", "14")
    assert (load_site().address, load_site().cadence.days) == ("https://mirror.example", 14)


def test_a_secret_can_come_from_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "passphrase").write_text("from a file\n", encoding="utf-8")
    monkeypatch.setenv("BAROGRAPH_KEY_PASSPHRASE_FILE", str(folder / "passphrase"))
    assert load_site().passphrase == "from a file"


def test_secrets_do_not_show_in_what_is_printed_of_settings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert folder
    monkeypatch.setenv("BAROGRAPH_KEY_PASSPHRASE", "correct horse")
    site = load_site()
    assert site.passphrase == "correct horse"
    assert "correct horse" not in repr(site)


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ('code = "en"', 'code = "EN"', "is not a language code"),
        ('key = "economy"', 'key = "Economy!"', "lower-case letters"),
        ('key = "economy"', 'key = "editions"', "is an address that Barograph needs itself"),
        ('name.en = "Economy"', 'name.fr = "Economie"', "has no name in “en”"),
        ('en = "A title"', 'be = "Назва"', "title has no text in “en”"),
        ('address = "https://example.net"', 'adress = "https://example.net"', "adress: Extra inputs"),
        ('address = "https://example.net"', "address = ", "cannot be read"),
        ("[[sections]]", '[[languages]]\ncode = "en"\nname = "English"\n[[sections]]', "language “en” is there twice"),
    ],
)
def test_a_setting_that_does_not_hold_is_named(folder: Path, before: str, after: str, complaint: str) -> None:
    (folder / SITE_FILE).write_text(MINIMAL.replace(before, after), encoding="utf-8")
    with pytest.raises(SiteError, match=complaint) as raised:
        load_site()
    assert SITE_FILE in str(raised.value)


def test_a_folder_without_settings_is_no_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAROGRAPH_SITE", str(tmp_path))
    with pytest.raises(SiteError, match="barograph init"):
        load_site()


def test_the_private_folder_is_for_its_owner_alone_and_its_key_stays(folder: Path) -> None:
    make_private_folder(folder)
    first = read_secret_key(load_site())
    make_private_folder(folder)
    assert read_secret_key(load_site()) == first
    assert (folder / "private").stat().st_mode & 0o077 == 0
    assert (folder / "private" / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("folder")
def test_without_a_secret_key_it_is_said_how_to_make_one() -> None:
    with pytest.raises(SiteError, match="doctor --mend"):
        read_secret_key(load_site())


@pytest.mark.usefixtures("folder")
def test_words_fall_back_to_the_first_language_that_has_them() -> None:
    site = load_site()
    assert site.words({"en": "yes"}, "be") == "yes"
    assert site.words({"en": "yes", "be": "так"}, "be") == "так"
    assert site.words({}, "be") == ""

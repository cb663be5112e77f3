"""The sender reads nothing of a release that was not signed with the key it trusts."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from barograph.base.newsletter_settings import NewsletterSettings
from barograph.base.site import SiteSettings, site
from barograph.newsletter import signed_release
from barograph.newsletter.signed_release import PUBLIC_FILE, UntrustedReleaseError, open_release, trusted_release_key
from barograph.trust.manifest import SIGNATURE_FILE, SUMS_FILE
from tests.newsletter.releases import lay_out_release, signing_key, succession_files

FILES = {
    "index.html": b"<p>Home</p>",
    "mail/2024-01-15/en.json": b"{}",
    "mail/2024-01-22/be.json": b"[be]",
    "mail/2024-01-22/en.json": b"[en]",
    "mail/2024-01-22/en.txt": b"no mail",
}


@pytest.fixture
def here(tmp_path: Path) -> SiteSettings:
    return site().model_copy(update={"folder": tmp_path})


@pytest.fixture
def folder(here: SiteSettings) -> Path:
    return lay_out_release(here, FILES)


def test_a_signed_release_says_what_it_is_and_which_mail_it_has(here: SiteSettings, folder: Path) -> None:
    release = open_release(here)
    assert (release.sequence, release.edition) == (7, "2024-01-22")
    assert release.manifest_hash == hashlib.sha256((folder / SUMS_FILE).read_bytes()).hexdigest()
    assert release.mailed_editions() == ("2024-01-22", "2024-01-15")
    assert release.mail_languages("2024-01-22") == ("be", "en")
    assert release.mail_languages("2023-12-04") == ()
    assert release.read("mail/2024-01-22/be.json") == b"[be]"


def test_the_key_may_be_named_in_the_settings(here: SiteSettings, folder: Path) -> None:
    (here.private / PUBLIC_FILE).unlink()
    assert folder.is_dir()
    named = here.model_copy(update={"newsletter": NewsletterSettings(release_key=signing_key().public.line)})
    assert trusted_release_key(named) == signing_key().public
    assert open_release(named).sequence == 7


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(None, "set newsletter.release_key"), (b"RWnonsense", "signing.pub is no public key")],
)
def test_without_a_key_to_trust_nothing_is_read(
    here: SiteSettings, folder: Path, content: bytes | None, complaint: str
) -> None:
    assert folder.is_dir()
    (here.private / PUBLIC_FILE).unlink()
    if content is not None:
        (here.private / PUBLIC_FILE).write_bytes(content)
    with pytest.raises(UntrustedReleaseError, match=f"(?i){complaint}"):
        open_release(here)


def test_a_nonsensical_key_in_the_settings_is_named(here: SiteSettings) -> None:
    named = here.model_copy(update={"newsletter": NewsletterSettings(release_key="RWnonsense")})
    with pytest.raises(UntrustedReleaseError, match=r"newsletter\.release_key is no public key"):
        trusted_release_key(named)


def test_a_release_signed_with_another_key_is_refused_though_it_carries_that_key(here: SiteSettings) -> None:
    lay_out_release(here, FILES, key="theirs")
    with pytest.raises(UntrustedReleaseError, match=f"is another key than {signing_key().public.number}"):
        open_release(here)


def test_a_key_that_the_trusted_one_signed_is_trusted_and_never_the_other_way_round(here: SiteSettings) -> None:
    lay_out_release(here, {**FILES, **succession_files()}, key="theirs")
    assert open_release(here).mail_languages("2024-01-22") == ("be", "en")
    (here.private / PUBLIC_FILE).write_bytes((here.releases / "current" / "minisign.pub").read_bytes())
    assert open_release(here).sequence == 7
    newer = (here.private / PUBLIC_FILE).read_bytes()
    for path in succession_files():
        (here.releases / "current" / path).unlink()
    lay_out_release(here, FILES, key="ours")
    (here.private / PUBLIC_FILE).write_bytes(newer)
    with pytest.raises(UntrustedReleaseError, match="does not follow from it"):
        open_release(here)


@pytest.mark.parametrize("name", [SUMS_FILE, SIGNATURE_FILE])
def test_any_change_of_list_or_signature_is_seen(here: SiteSettings, folder: Path, name: str) -> None:
    content = (folder / name).read_bytes()
    for at in range(0, len(content), 7):
        (folder / name).write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        with pytest.raises(UntrustedReleaseError):
            open_release(here)
    (folder / name).unlink()
    with pytest.raises(UntrustedReleaseError, match=f"{name}: is missing"):
        open_release(here)


def test_a_changed_a_lost_and_an_unlisted_file_are_refused(here: SiteSettings, folder: Path) -> None:
    release = open_release(here)
    (folder / "mail/2024-01-22/be.json").write_bytes(b"[ru]")
    with pytest.raises(UntrustedReleaseError, match="was changed after it was signed"):
        release.read("mail/2024-01-22/be.json")
    (folder / "mail/2024-01-22/be.json").unlink()
    with pytest.raises(UntrustedReleaseError, match="cannot be read"):
        release.read("mail/2024-01-22/be.json")
    (folder / "extra.json").write_bytes(b"{}")
    for path in ("extra.json", "../../private/signing.key", SUMS_FILE):
        with pytest.raises(UntrustedReleaseError, match="no file"):
            release.read(path)


def test_a_link_in_place_of_a_file_is_not_followed(here: SiteSettings, folder: Path, tmp_path: Path) -> None:
    file = folder / "mail/2024-01-22/be.json"
    (tmp_path / "elsewhere").write_bytes(file.read_bytes())
    file.unlink()
    file.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UntrustedReleaseError, match="cannot be read"):
        open_release(here).read("mail/2024-01-22/be.json")


def test_a_file_of_no_sensible_size_is_not_read_to_its_end(
    here: SiteSettings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = open_release(here)
    monkeypatch.setattr(signed_release, "LARGEST", 3)
    assert folder.is_dir()
    with pytest.raises(UntrustedReleaseError, match="more than 3 bytes"):
        release.read("mail/2024-01-22/be.json")


@pytest.mark.parametrize("comment", ["seq=7 edition=2024-01-22", "timestamp:1706486400"])
def test_a_signature_that_does_not_say_which_release_it_is_of_is_refused(
    here: SiteSettings, folder: Path, comment: str
) -> None:
    (folder / SIGNATURE_FILE).write_bytes(signing_key().sign((folder / SUMS_FILE).read_bytes(), comment))
    with pytest.raises(UntrustedReleaseError, match="is not that of a release"):
        open_release(here)


def test_a_list_that_is_no_list_is_refused_though_it_is_signed(here: SiteSettings, folder: Path) -> None:
    (folder / SUMS_FILE).write_bytes(b"no list\n")
    (folder / SIGNATURE_FILE).write_bytes(signing_key().sign(b"no list\n", "seq=8 edition=2024-01-22"))
    with pytest.raises(UntrustedReleaseError, match="is not a list of hashes"):
        open_release(here)


def test_all_that_is_read_comes_from_the_release_that_was_opened(here: SiteSettings, folder: Path) -> None:
    folder.rename(here.releases / "000007-old")
    folder.symlink_to("000007-old")
    release = open_release(here)
    folder.unlink()
    lay_out_release(here, {**FILES, "mail/2024-01-22/be.json": b"[newer]"}, sequence=8)
    assert release.read("mail/2024-01-22/be.json") == b"[be]"
    assert open_release(here).read("mail/2024-01-22/be.json") == b"[newer]"

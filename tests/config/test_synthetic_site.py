"""A site with a synthetic archive is a site like any other: it builds, verifies, and can be worked on."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from pytest_django import Settings

from barograph.base.site import SITE_FILE, SiteSettings
from barograph.config import synthetic_site
from barograph.config.command import main
from barograph.config.commands import sample
from barograph.config.preparation import sync_rows
from barograph.config.synthetic_site import fill_with_archive
from barograph.editions.gate import open_findings
from barograph.editions.models import Commentary, Edition
from barograph.editions.segments import record_rendering
from barograph.editions.services import mark_ready
from barograph.editions.states import State, state_of
from barograph.release.models import PublishedAssessment
from barograph.release.published import read_record
from barograph.release.publishing import content, frozen_in
from barograph.release.services import build_release, publish_edition
from barograph.sample.synthetic import Archive, site_settings
from barograph.sample.vocabulary import load_vocabularies
from barograph.trust.verify import verify_release

ARCHIVE = Archive(load_vocabularies(3), sections=2, editions=3)


@pytest.fixture
def big_site(own_site: SiteSettings, settings: Settings, db: None) -> SiteSettings:  # noqa: ARG001 (asked for, not used)
    """A site for the archive, with nothing in it yet."""
    table = tomllib.loads(site_settings(ARCHIVE))
    made = SiteSettings(folder=own_site.folder, key_passphrase=own_site.key_passphrase, **table)
    settings.BAROGRAPH = made
    sync_rows()
    return made


def test_the_site_builds_and_verifies(big_site: SiteSettings) -> None:
    assert fill_with_archive(ARCHIVE) == 3
    build_release()
    release = big_site.releases / "current"
    assert verify_release(release) == []
    assert len(list(release.glob("be/*/*/index.html"))) >= 6
    assert not Edition.objects.filter(publications__steps__status="waiting").exists()


def public() -> list[tuple[str, str]]:
    """What is public, as hashes that differ where anything does."""
    rows = PublishedAssessment.objects.filter(publication__is_current=True)
    return sorted(rows.values_list("publication__edition__slug", "digest"))


@pytest.mark.usefixtures("big_site")
def test_the_same_archive_is_the_same_record() -> None:
    fill_with_archive(ARCHIVE)
    first = public()
    Commentary.objects.all().delete()
    for edition in Edition.objects.all():
        edition.publications.all().delete()
        edition.delete()
    fill_with_archive(ARCHIVE)
    assert public() == first
    assert len(first) == 6
    assert all(digest for _edition, digest in first)


@pytest.mark.usefixtures("big_site")
def test_filling_that_was_interrupted_is_taken_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synthetic_site, "_freeze", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        fill_with_archive(ARCHIVE)
    assert not Edition.objects.exists()
    monkeypatch.undo()
    fill_with_archive(Archive(load_vocabularies(3), sections=2, editions=1))
    assert fill_with_archive(ARCHIVE) == 2
    assert fill_with_archive(ARCHIVE) == 0
    assert [edition.slug for edition in read_record().editions] == ["2016-01-04", "2016-01-11", "2016-01-18"]


def test_the_newsroom_finds_everything_in_order_and_can_publish_a_correction(big_site: SiteSettings) -> None:
    fill_with_archive(ARCHIVE)
    edition = Edition.objects.get(start=date(2016, 1, 11))
    assert open_findings(edition) == []
    text = Commentary.objects.filter(assessment__edition=edition, locale__language_code="en").first()
    assert text is not None
    assert state_of(text) is State.READY
    before = edition.publications.get()
    draft = text.newest()
    draft.summary = "Corrected."
    draft.save_revision()
    text.refresh_from_db()
    mark_ready(text=text)
    for translation in Commentary.objects.filter(translated_from=text):
        assert state_of(translation) is State.STALE
        confirm = translation.newest()
        confirm.summary = "Выпраўлена." if translation.language == "be" else "Исправлено."
        confirm.save_revision()
        translation.refresh_from_db()
        mark_ready(text=translation)
        record_rendering(translation, text.latest_revision)
    note = dict.fromkeys(big_site.language_codes, "Corrected.")
    after = publish_edition(edition=edition, note=note)
    changed = [now != then for now, then in zip(content(frozen_in(after)), content(frozen_in(before)), strict=True)]
    assert changed.count(True) == 1


@pytest.mark.usefixtures("big_site")
def test_publishing_again_what_did_not_change_changes_nothing() -> None:
    fill_with_archive(ARCHIVE)
    before = public()
    publish_edition(edition=Edition.objects.get(start=date(2016, 1, 18)))
    assert public() == before


def test_the_folder_is_made_once_and_protects_its_passphrase(tmp_path: Path) -> None:
    sample._make_folder(tmp_path / "big", ARCHIVE)
    passphrase, settings = tmp_path / "big" / sample.PASSPHRASE_FILE, tmp_path / "big" / SITE_FILE
    assert passphrase.stat().st_mode & 0o777 == 0o600
    before = passphrase.read_text(encoding="utf-8"), settings.read_text(encoding="utf-8")
    assert tomllib.loads(before[1])["key_passphrase_file"] == sample.PASSPHRASE_FILE
    sample._make_folder(tmp_path / "big", ARCHIVE)
    assert (passphrase.read_text(encoding="utf-8"), settings.read_text(encoding="utf-8")) == before


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--languages", "4"], "words for 1 to 3 languages"),
        (["--sections", "11"], "names for 1 to 10 sections"),
        ([], "did not make"),
    ],
)
def test_nothing_is_written_where_it_must_not(tmp_path: Path, arguments: list[str], complaint: str) -> None:
    (tmp_path / SITE_FILE).write_text("mine", encoding="utf-8")
    done = CliRunner().invoke(main, ["sample", *arguments, "--into", str(tmp_path)])
    assert done.exit_code == 1
    assert complaint in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == [SITE_FILE]

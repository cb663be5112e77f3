"""A build makes the next release only where something changed, numbers it, and survives whatever it finds."""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from barograph.base.release_folders import current_release, folder_name, make_current, release_folders
from barograph.base.site import SiteSettings
from barograph.mirror.mirroring import mirror_release
from barograph.mirror.source import FolderSource
from barograph.release.build_state import FILE
from barograph.release.builder import Built, PictureError
from barograph.release.fingerprint import base_fingerprint
from barograph.release.manifest_log import kept_sequences
from barograph.release.record import Edition, Record, Text
from barograph.trust.head import Head
from barograph.trust.manifest import write_sums
from barograph.trust.minisign import SigningKey, create_key, random_passphrase
from barograph.trust.rotation import rotate_key
from barograph.trust.stamp import FIRST
from barograph.trust.verify import check_release
from tests.release import records
from tests.release.signing import cheap_key
from tests.release.test_incremental import TODAY, Reader, Site

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return cheap_key(tmp_path_factory.mktemp("key"))


@pytest.fixture
def site(tmp_path: Path, key: SigningKey) -> Site:
    return Site(tmp_path / "site", key, full=False)


@pytest.fixture(autouse=True)
def _no_power_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for a busy disk takes longer than everything else here."""
    monkeypatch.setattr(os, "sync", lambda: None)


class Noted:
    """Notes the names of the units that are rendered."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __call__(self, things: Iterable[Any]) -> Iterator[Any]:
        for unit in things:
            self.names.add(unit.name)
            yield unit


def a_record(headline: str = "First", weeks: int = 1) -> Record:
    """Editions of one section in English; the last one's headline is given."""
    editions = [_one_section(records.edition(week, languages=("en",))) for week in range(weeks)]
    editions[-1] = changed(editions[-1], headline=headline)
    return Record(tuple(editions), records.pages()[:1])


def _one_section(edition: Edition) -> Edition:
    return replace(edition, assessments=edition.assessments[:1])


def changed(edition: Edition, **changes: Any) -> Edition:
    (judged,) = edition.assessments
    texts: tuple[Text, ...] = tuple(replace(text, **changes) for text in judged.texts["en"])
    return replace(edition, assessments=(replace(judged, texts={"en": texts}),))


def build(
    site: Site, record: Record, *, today: date = TODAY, key: SigningKey | None = None, full: bool = False
) -> tuple[Built, set[str]]:
    """Build, and which units were rendered for it."""
    site.builder.reader = Reader(record)  # type: ignore[assignment]
    noted = Noted()
    return site.builder.build(key or site.key, today=today, full=full, progress=noted), noted.names


def forget(site: Site) -> None:
    """As in another process."""
    site.builder = site._builder(site.builder.site)


def releases(site: Site) -> Path:
    return site.builder.site.releases


def served(site: Site, *, after: Head | None = None, key: SigningKey | None = None, today: date = TODAY) -> Head:
    """What the current release says of itself, if nothing is wrong with it."""
    current = current_release(releases(site))
    assert current is not None
    return check_release(current, (key or site.key).public, today=today, after=after).accepted()


def test_where_nothing_changed_there_is_no_new_release_and_one_signature_a_day(site: Site) -> None:
    first, names = build(site, a_record())
    assert first.changed == first.files - 1, "all but releases.txt"
    assert {"frame", "home", "data"} < names
    head = served(site)
    signature = site.files()["SHA256SUMS.minisig"]
    for full in (False, True):
        again, names = build(site, a_record(), full=full)
        assert (again.folder, again.sequence, again.files, again.changed) == (first.folder, 1, first.files, 0)
        assert bool(names) is full
        assert site.files()["SHA256SUMS.minisig"] == signature
    build(site, a_record(), today=TOMORROW)
    renewed = served(site, after=head)
    assert renewed.stamp == replace(head.stamp, expires=head.stamp.expires + timedelta(days=1))
    assert not site.builder.renew(site.key, today=TOMORROW)
    assert site.builder.renew(site.key, today=TOMORROW + timedelta(days=1))
    assert served(site, after=renewed).stamp.sequence == 1
    assert kept_sequences(releases(site)) == [1]


def test_each_release_names_all_before_it_and_is_accepted_after_each(site: Site) -> None:
    heads: list[Head] = []
    for number in range(1, 8):
        if number % 2:
            forget(site)
        build(site, a_record(f"Number {number}"))
        head = served(site)
        assert head.stamp.sequence == number
        assert head.stamp.previous == (heads[-1].manifest if heads else FIRST)
        assert [(link.sequence, link.manifest) for link in head.chain] == [
            (before.stamp.sequence, before.manifest) for before in heads
        ]
        for before in heads:
            served(site, after=before)
        heads.append(head)
    assert kept_sequences(releases(site)) == list(range(1, 8))
    assert len(release_folders(releases(site))) == 5


@pytest.mark.parametrize("headline", ["Number 2", "Number 9"])
def test_after_somebody_went_back_the_next_release_follows_on_the_last_one_signed(site: Site, headline: str) -> None:
    heads = []
    for number in range(1, 5):
        build(site, a_record(f"Number {number}"))
        heads.append(served(site))
    make_current(releases(site), release_folders(releases(site))[1].name)
    built, _ = build(site, a_record(headline))
    assert built.sequence == 5
    assert built.changed
    for before in heads:
        served(site, after=before)


def test_numbers_go_on_where_the_releases_are_gone(site: Site) -> None:
    for number in range(1, 3):
        build(site, a_record(f"Number {number}"))
    for folder in release_folders(releases(site)):
        folder.rename(site.folder / folder.name)
    assert build(site, a_record())[0].sequence == 3
    served(site)


@pytest.mark.parametrize(
    "left", [b"", b"{", b"[]", b'{"base": 1}', b'{"base": "", "manifest": "", "shelf": "x"}', None]
)
def test_without_its_memory_a_build_renders_everything_and_comes_to_the_same(site: Site, left: bytes | None) -> None:
    first, everything = build(site, a_record())
    file = site.builder.site.private / FILE
    if left is None:
        file.unlink()
    else:
        file.write_bytes(left)
    forget(site)
    again, names = build(site, a_record())
    assert names == everything
    assert (again.folder, again.changed) == (first.folder, 0)
    forget(site)
    assert build(site, a_record())[1] == set()


def test_what_another_process_built_is_built_upon(site: Site) -> None:
    build(site, a_record(weeks=3))
    mine = site.builder
    forget(site)
    build(site, a_record("Second", weeks=3))
    site.builder = mine
    assert build(site, a_record("Second", weeks=3)) == (Built(*_facts(site)), set())
    built, names = build(site, a_record("Third", weeks=3))
    assert built.sequence == 3
    assert f"edition/{a_record(weeks=3).editions[0].slug}" not in names
    served(site)


def _facts(site: Site) -> tuple[Path, int, int, int]:
    head, folder = served(site), current_release(releases(site))
    assert folder is not None
    return folder, head.stamp.sequence, len(head.hashes), 0


def test_a_release_from_before_there_were_stamps_is_built_upon(site: Site, key: SigningKey) -> None:
    files = {"index.html": b"old", "minisign.pub": key.public.text}
    sums = write_sums({path: hashlib.sha256(content).hexdigest() for path, content in files.items()})
    old = releases(site) / folder_name(3, hashlib.sha256(sums).hexdigest())
    old.mkdir(parents=True)
    for path, content in (
        files | {"SHA256SUMS": sums, "SHA256SUMS.minisig": key.sign(sums, "seq=3 edition=x")}
    ).items():
        (old / path).write_bytes(content)
    make_current(releases(site), old.name)
    assert build(site, a_record())[0].sequence == 4
    head = served(site)
    assert [(link.sequence, link.manifest, link.edition) for link in head.chain] == [
        (3, hashlib.sha256(sums).hexdigest(), FIRST)
    ]
    assert kept_sequences(releases(site)) == [3, 4]


def test_a_picture_that_is_gone_is_named_and_the_release_stays(site: Site) -> None:
    build(site, a_record())
    head = served(site)
    pictured = changed(a_record().editions[0], picture=records.picture())
    (site.builder.kept_pictures / "harbour-960.png").unlink()
    for full in (False, True):
        with pytest.raises(PictureError, match=r"harbour-960\.png is missing"):
            build(site, Record((pictured,)), full=full)
        assert served(site, after=head) == head
    assert not (releases(site) / ".building").exists()


def test_after_a_rotation_the_next_build_carries_both_keys_and_nothing_else_is_signed_with_the_new_one(
    tmp_path: Path,
) -> None:
    site = Site(tmp_path / "site", cheap_key(tmp_path), full=False)
    file, first, second = site.builder.site.signing_key, random_passphrase(), random_passphrase()
    create_key(file, first)
    site.key = SigningKey.open(file, first)
    build(site, a_record())
    old, old_key = served(site), site.key
    rotate_key(file, first, second, made_on=TODAY)
    site.key = SigningKey.open(file, second)
    assert not site.builder.renew(site.key, today=TOMORROW)
    assert served(site, key=old_key) == old
    built, _ = build(site, a_record(), today=TOMORROW)
    assert built.sequence == 2
    head = served(site, after=old, key=old_key)
    assert head.key == site.key.public
    assert sum(path.startswith("keys/") for path in head.hashes) == 3


def test_two_builds_at_once_wait_for_each_other(site: Site) -> None:
    other = Site.__new__(Site)
    other.__dict__.update(site.__dict__)
    forget(other)
    built: list[Built] = []
    threads = [
        threading.Thread(target=lambda one=one: built.append(build(one, a_record())[0])) for one in (site, other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(bool(found.changed) for found in built) == [False, True]
    assert served(site).stamp.sequence == 1


def test_a_change_of_one_text_renders_what_shows_it_and_nothing_more(site: Site) -> None:
    record = a_record(weeks=40)
    build(site, record)
    editions = list(record.editions)
    editions[20] = changed(editions[20], body_html="<p>Another body.</p>")
    slugs = [edition.slug for edition in editions]
    assert build(site, record)[1] == set()
    built, names = build(site, replace(record, editions=tuple(editions)))
    assert names == {
        *("sitemap", "sitemap/2023", "data", "statement", "feeds/"),
        *("section/economy", "section/economy/2023", "feeds/economy"),
        *(f"edition/{slugs[at]}" for at in (19, 20, 21)),
    }
    assert built.changed < built.files / 4
    assert build(site, replace(record, editions=tuple(editions)))[1] == set()


def test_settings_that_no_page_shows_do_not_render_everything_anew(tmp_path: Path) -> None:
    def of(**changes: Any) -> str:
        return base_fingerprint(SiteSettings(**{**records.site(folder=tmp_path).model_dump(), **changes}))

    same = of()
    hidden = {"key_passphrase": "a secret", "hosts": ["a.example.org"], "https": True, "smtp_url": "smtp://localhost"}
    for name, value in hidden.items():
        assert of(**{name: value}) == same, name
    assert of(release={"expires_days": 5}) == of(release={})
    assert of(contact="somebody@example.org") != same
    assert of(release={"mirrors": ["https://mirror.example.org"]}) != same


def test_a_site_that_has_lost_its_releases_goes_on_with_a_mirror_s(site: Site, tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    for headline in ("First", "Second"):
        build(site, a_record(headline))
        mirror_release(FolderSource(releases(site)), mirror, site.key.public, today=TODAY)
    shutil.rmtree(releases(site))
    (site.folder / "private" / FILE).unlink()
    forget(site)
    mirror_release(FolderSource(mirror), releases(site), site.key.public, today=TODAY)
    restored, _ = build(site, a_record("Third"))
    assert restored.sequence == 3
    mirrored = mirror_release(FolderSource(releases(site)), mirror, today=TODAY)
    assert (mirrored.is_new, mirrored.head.stamp.sequence) == (True, 3)

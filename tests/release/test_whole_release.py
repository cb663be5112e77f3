"""Every link in a release leads to a file in it, however far the things made in the background are."""

from __future__ import annotations

import gzip
import os
import re
from dataclasses import replace
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from barograph.release.builder import Builder, PictureError
from barograph.release.completing import fill_shelf
from barograph.release.compression import is_text
from barograph.release.record import Record
from barograph.release.shelf import Item, Shelf
from barograph.release.units import Unit
from barograph.trust.minisign import SigningKey
from tests.release import records
from tests.release.signing import cheap_key
from tests.release.test_incremental import TODAY, NoDatabase, Reader, Site

ADDRESS = "https://weekly.example.net"
RELATIVE = re.compile(rb'\s(?:href|src|poster|data)="([^"]*)"')
ABSOLUTE = re.compile(rb"https://weekly\.example\.net/[^\s\"'<>\\)&]*")
UNWRITTEN = {"SHA256SUMS", "SHA256SUMS.minisig", "releases.txt"}


@pytest.fixture(autouse=True)
def _no_power_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for a busy disk takes longer than everything else here."""
    monkeypatch.setattr(os, "sync", lambda: None)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return cheap_key(tmp_path_factory.mktemp("key"))


@pytest.fixture
def site(tmp_path: Path, key: SigningKey) -> Site:
    """A site that has everything that one can have."""
    return _site(tmp_path, key, copies=["text", "html", "epub"])


@pytest.fixture
def small_site(tmp_path: Path, key: SigningKey) -> Site:
    """A site with little that is made in the background."""
    return _site(tmp_path, key, copies=["html"], cards=False)


def _site(folder: Path, key: SigningKey, **release: Any) -> Site:
    made = Site(folder / "site", key, full=False)
    release |= {"mirrors": ["https://mirror.example.org"], "statement": {"en": "Nobody has made us change a word."}}
    settings = records.site(folder=made.folder, address=ADDRESS, release=release)
    made.builder = Builder(
        settings, NoDatabase(), gettext_for=records.no_translations, kept_pictures=settings.private / "pictures"
    )
    return made


def a_record(headline: str = "") -> Record:
    """Two editions, one of them with everything that an edition can have."""
    last = records.uneven_edition(84)
    if headline:
        first = last.assessments[0]
        texts = {code: tuple(replace(text, headline=headline) for text in found) for code, found in first.texts.items()}
        last = replace(last, assessments=(replace(first, texts=texts), *last.assessments[1:]))
    before = records.edition(83, languages=("en",))
    return Record((replace(before, assessments=before.assessments[:2]), last), records.pages())


def build(site: Site, record: Record, *, full: bool = False) -> dict[str, bytes]:
    site.builder.reader = Reader(record)  # type: ignore[assignment]
    site.builder.build(site.key, today=TODAY, full=full, compress=True)
    return site.files()


def units(site: Site, record: Record) -> list[Unit]:
    site.builder.reader = Reader(record)  # type: ignore[assignment]
    return list(site.builder.pages().units())


def lost(files: dict[str, bytes]) -> set[tuple[str, str]]:
    """Links that lead nowhere, each with the file that it stands in."""
    found = set()
    for path, content in files.items():
        if not is_text(path) or path.startswith("data/") or "/copies/" in path:
            continue
        for link in ABSOLUTE.findall(content):
            found.add((path, unquote(urlsplit(link.decode()).path.lstrip("/"))))
        for link in RELATIVE.findall(content) if path.endswith((".html", ".svg")) else ():
            parts = urlsplit(link.decode().replace("&amp;", "&"))
            if not parts.scheme and not parts.netloc and parts.path:
                here = "" if parts.path.startswith("/") else dirname(path)
                end = "/" if parts.path.endswith("/") or parts.path.endswith("..") or parts.path == "." else ""
                found.add((path, normpath(join(here, unquote(parts.path).lstrip("/"))).removeprefix(".") + end))
    return {(path, to) for path, to in found if not _is_there(to, files)}


def _is_there(path: str, files: dict[str, bytes]) -> bool:
    return path in files or join(path, "index.html").lstrip("/") in files or path in UNWRITTEN


def check(files: dict[str, bytes]) -> None:
    assert lost(files) == set()
    texts = {path for path in files if is_text(path)}
    assert {path for path in files if path.endswith(".gz")} == {f"{path}.gz" for path in texts}
    assert all(gzip.decompress(files[f"{path}.gz"]) == files[path] for path in texts)
    named = {line[66:] for line in files["SHA256SUMS"].decode().splitlines()}
    assert named == set(files) - {"SHA256SUMS", "SHA256SUMS.minisig"}


def test_all_links_lead_to_a_file_before_and_after_the_completion_and_half_way(site: Site) -> None:
    record = a_record()
    check(build(site, record))
    items = [item for unit in units(site, record) for item in unit.items()]
    # Of each kind the first of every three, so that no set is whole and of each edition something is there.
    for item in items[::3]:
        if not site.builder.shelf.has(item):
            site.builder.shelf.put(item)
    half = build(site, record)
    check(half)
    assert fill_shelf(site.builder) == []
    whole = build(site, record)
    check(whole)
    assert {item.path for item in items} <= set(whole)
    assert not {item.path for unit in units(site, record) if unit.together for item in unit.items()} & set(half)
    assert build(site, record, full=True) == whole


def test_what_goes_together_stays_until_all_that_follows_is_made(small_site: Site) -> None:
    build(small_site, a_record())
    assert fill_shelf(small_site.builder) == []
    before = build(small_site, a_record())
    after = a_record("Another headline")
    new = [item for unit in units(small_site, after) if unit.together for item in unit.items()]
    missing = small_site.builder.shelf.missing(new)
    assert missing
    for item in missing[:-1]:
        small_site.builder.shelf.put(item)
    between = build(small_site, after)
    check(between)
    last = next(unit for unit in units(small_site, after) if missing[-1].path in {item.path for item in unit.items()})
    for item in last.items():
        assert between[item.path] == before[item.path]
    assert fill_shelf(small_site.builder) == []
    check(build(small_site, after))


def test_what_is_laid_on_the_shelf_during_a_build_is_seen_by_none_of_its_pages(site: Site, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    early, late = Item("early.txt", "a" * 64, lambda: b"early"), Item("late.txt", "b" * 64, lambda: b"late")
    shelf.put(early)
    still = shelf.still()
    os.utime(shelf.folder, ns=(0, 0))
    os.utime(shelf.file(early), ns=(0, 0))
    assert site.builder.shelf.state == 0, "there is no folder yet"
    still = shelf.still()
    shelf.put(late)
    assert (still.has(early), still.has(late)) == (True, False)
    assert still.state == 0
    assert shelf.state > 0
    assert [item.path for item in (early, late) if shelf.still().has(item)] == ["early.txt", "late.txt"]


def test_what_cannot_be_made_is_told_once_and_the_rest_is_made(small_site: Site) -> None:
    record = a_record()
    for unit in units(small_site, record):
        for item in unit.items():
            if item.path.endswith((".html", ".epub")):
                continue
            small_site.builder.shelf.put(item)
    build(small_site, record)
    for picture in small_site.builder.kept_pictures.iterdir():
        picture.unlink()
    small_site.builder.reader = Reader(record)  # type: ignore[assignment]
    problems = fill_shelf(small_site.builder)
    assert problems
    assert len(problems) == len(set(problems))
    assert all("is missing" in problem for problem in problems)
    assert not [
        item
        for unit in units(small_site, record)
        if unit.name == f"edition/{record.editions[0].slug}"
        for item in small_site.builder.shelf.missing(unit.items())
    ]
    with pytest.raises(PictureError):
        build(small_site, record)


def test_only_what_is_wanted_or_remembered_stays_on_the_shelf(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    wanted, remembered, old = (Item(f"{name}.txt", name * 64, name.encode) for name in "abc")
    for item in (wanted, remembered, old):
        shelf.put(item)
    shelf.remember("a set", [remembered])
    before = shelf.state
    assert shelf.keep_only([wanted]) == 1
    assert [shelf.has(item) for item in (wanted, remembered, old)] == [True, True, False]
    assert shelf.state > before
    assert shelf.keep_only([wanted]) == 0

"""A release is written beside the old one and swapped in whole, whatever happens."""

from __future__ import annotations

import gzip
import os
import stat
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from threading import Event, Thread

import pytest

from barograph.base.release_folders import ReleaseFolderError, current_release, release_folders
from barograph.release import folder as folders
from barograph.release import switching
from barograph.trust.manifest import ManifestError
from barograph.trust.minisign import SigningKey
from barograph.trust.verify import verify_release
from tests.own_process import run_apart
from tests.release.released import write_release
from tests.release.signing import cheap_key

PAGES = [("index.html", b"home"), ("en/index.html", b"week 1"), ("en/about/index.html", b"about")]


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return cheap_key(tmp_path_factory.mktemp("key"))


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    return tmp_path / "site" / "release"


def write(
    releases: Path,
    key: SigningKey,
    files: Iterable[tuple[str, bytes]] = PAGES,
    sequence: int = 1,
    kept: int = 5,
    *,
    full: bool = False,
) -> Path:
    return write_release(releases, files, sequence=sequence, key=key, kept=kept, full=full)


def content(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_release_is_signed_and_current(releases: Path, key: SigningKey) -> None:
    folder = write(releases, key)
    assert verify_release(releases / "current", key.public) == []
    assert current_release(releases) == folder
    assert (releases / "current").readlink() == Path(folder.name)
    assert dict(PAGES).items() <= content(folder).items()
    added = {"SHA256SUMS", "SHA256SUMS.minisig", "minisign.pub", "releases.txt", "releases.txt.gz"}
    assert set(content(folder)) == {*dict(PAGES), *(f"{path}.gz" for path, _ in PAGES), *added}
    assert gzip.decompress(content(folder)["index.html.gz"]) == b"home"
    assert {path.name for path in releases.iterdir()} == {".lock", "current", "manifests", folder.name}


def test_the_same_files_make_the_same_folder_to_the_byte(releases: Path, tmp_path: Path, key: SigningKey) -> None:
    one = write(releases, key)
    other = write(tmp_path / "elsewhere", key, reversed(PAGES))
    assert one.name == other.name
    assert content(one) == content(other)


def test_a_release_that_is_there_and_whole_is_only_signed_again(releases: Path, key: SigningKey) -> None:
    folder = write(releases, key)
    before = (folder / "index.html").stat()
    renewed = write_release(releases, PAGES, sequence=1, key=key, full=True, expires=date(2999, 1, 1))
    assert renewed == folder
    assert (folder / "index.html").stat().st_ino == before.st_ino
    sums, signature = ((folder / name).read_bytes() for name in ("SHA256SUMS", "SHA256SUMS.minisig"))
    assert "expires=2999-01-01" in key.public.check(sums, signature)


def test_a_damaged_release_of_the_same_name_is_replaced_and_its_damage_not_passed_on(
    releases: Path, key: SigningKey
) -> None:
    folder = write(releases, key)
    whole = content(folder)
    (folder / "index.html").write_bytes(b"HOME")
    (folder / "en/index.html").unlink()
    assert write(releases, key, full=True) == folder
    assert content(folder) == whole
    assert verify_release(folder, key.public) == []


def test_a_file_that_did_not_change_is_linked_and_a_changed_one_is_not(releases: Path, key: SigningKey) -> None:
    old = write(releases, key)
    new = write(releases, key, [("index.html", b"home"), ("en/index.html", b"week 2")], sequence=2)
    assert (new / "index.html").samefile(old / "index.html")
    assert (new / "minisign.pub").samefile(old / "minisign.pub")
    assert not (new / "en/index.html").samefile(old / "en/index.html")
    assert (old / "en/index.html").read_bytes() == b"week 1"
    assert not (new / "en/about").exists()
    assert verify_release(old, key.public) == verify_release(new, key.public) == []


def test_files_are_written_where_the_disk_has_no_links(
    releases: Path, key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError("no links here")

    write(releases, key)
    monkeypatch.setattr(os, "link", no_links)
    assert verify_release(write(releases, key, sequence=2), key.public) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("about/index.html", "About/index.html"),
        ("about/a.html", "About/b.html"),
        ("en/about/us/a.html", "en/About/them/b.html"),
        ("about", "about/index.html"),
        ("about/index.html", "about"),
        ("\u0439.html", "\u0438\u0306.html"),
        ("Ў.html", "ў.html"),
        ("index.html", "minisign.pub"),
        ("index.html", "SHA256SUMS"),
        ("index.html", "sha256sums.minisig"),
        ("index.html", "SHA256SUMS/a"),
    ],
)
def test_two_paths_that_could_meet_on_some_disk_are_refused(
    releases: Path, key: SigningKey, first: str, second: str
) -> None:
    with pytest.raises(ReleaseFolderError, match="another address"):
        write(releases, key, [(first, b""), (second, b"")])
    assert {path.name for path in releases.iterdir()} == {".lock"}


@pytest.mark.parametrize("path", ["/etc/passwd", "../outside", "a/../../b", "", "a//b", "a/./b", "a\nb", "a\\b", "-"])
def test_a_path_that_leads_elsewhere_is_refused(releases: Path, key: SigningKey, path: str) -> None:
    with pytest.raises(ManifestError):
        write(releases, key, [(path, b"")])
    assert not (releases.parent / "outside").exists()


def test_a_build_that_fails_leaves_the_current_release_and_nothing_else(releases: Path, key: SigningKey) -> None:
    def broken() -> Iterator[tuple[str, bytes]]:
        yield "index.html", b"new home"
        raise ZeroDivisionError

    folder = write(releases, key)
    with pytest.raises(ZeroDivisionError):
        write(releases, key, broken(), sequence=2)
    assert current_release(releases) == folder
    assert {path.name for path in releases.iterdir()} == {".lock", "current", "manifests", folder.name}


def test_two_builders_never_run_at_once(releases: Path, key: SigningKey) -> None:
    def meanwhile() -> Iterator[tuple[str, bytes]]:
        with pytest.raises(ReleaseFolderError, match="another process is writing"):
            write(releases, key)
        yield from PAGES

    assert verify_release(write(releases, key, meanwhile(), sequence=2), key.public) == []


def test_the_oldest_folder_is_brought_up_to_date_and_becomes_the_next_release(releases: Path, key: SigningKey) -> None:
    for number in range(1, 4):
        write(releases, key, [("index.html", b"%d" % number), ("about.html", b"about")], sequence=number, kept=3)
    oldest = release_folders(releases)[0].stat().st_ino
    files = [("index.html", b"4"), ("new/page.html", b"new")]
    folder = write(releases, key, files, sequence=4, kept=3)
    assert folder.stat().st_ino == oldest
    assert {path: content(folder)[path] for path, _ in files} == dict(files)
    assert not (folder / "about.html").exists()
    assert all(verify_release(found, key.public) == [] for found in release_folders(releases))


def test_a_release_that_lacks_a_file_is_not_built_upon(releases: Path, key: SigningKey) -> None:
    folder = write(releases, key)
    (folder / "en/index.html").unlink()
    with pytest.raises(ReleaseFolderError, match="barograph build --full"):
        write(releases, key, sequence=2)
    assert current_release(releases) == folder


def test_old_releases_go_but_never_the_current_one(releases: Path, key: SigningKey) -> None:
    for number in range(1, 6):
        write(releases, key, [("index.html", b"%d" % number)], sequence=number, kept=3)
    assert [folder.name[:6] for folder in release_folders(releases)] == ["000003", "000004", "000005"]
    write(releases, key, [("index.html", b"0")], sequence=6, kept=2)
    assert [folder.name[:6] for folder in release_folders(releases)] == ["000005", "000006"]
    assert all(verify_release(folder, key.public) == [] for folder in release_folders(releases))


def test_what_is_not_a_release_is_never_removed(releases: Path, key: SigningKey) -> None:
    releases.mkdir(parents=True)
    (releases / "notes").mkdir()
    for number in range(1, 4):
        write(releases, key, sequence=number, kept=1)
    assert (releases / "notes").is_dir()


def test_a_folder_named_current_is_not_overwritten(releases: Path, key: SigningKey) -> None:
    (releases / "current").mkdir(parents=True)
    with pytest.raises(ReleaseFolderError, match="move it away"):
        write(releases, key)


def test_a_web_server_may_read_it_whatever_the_umask(releases: Path, key: SigningKey) -> None:
    before = os.umask(0o077)
    try:
        folder = write(releases, key)
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.rglob("*")] if path.is_dir()}
    assert modes == {0o755}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()} == {0o644}


@pytest.mark.parametrize(("when", "least"), [("lines", 150), ("times", 40), ("builder", 12)])
def test_a_killed_build_leaves_a_whole_release_and_the_next_one_clears_up(
    tmp_path: Path, when: str, least: int
) -> None:
    assert int(run_apart("tests.release.killed_builds", when, tmp_path).stdout) >= least


def test_all_of_a_release_is_on_the_disk_before_it_is_served(
    releases: Path, key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    make_current = switching.make_current
    monkeypatch.setattr(os, "sync", lambda: done.append("files"))
    monkeypatch.setattr(folders, "sync_folder", lambda _: done.append("name"))
    monkeypatch.setattr(switching, "make_current", lambda *given: [done.append("served"), make_current(*given)])
    write(releases, key)
    assert done == ["files", "name", "served"]


def test_what_is_written_is_synced_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    synced = Event()
    monkeypatch.setattr(folders, "PAUSE", 0.001)
    monkeypatch.setattr(os, "sync", synced.set)
    with folders.syncing():
        assert synced.wait(60)


def test_without_a_thread_everything_is_synced_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_thread(_thread: Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(Thread, "start", no_thread)
    with folders.syncing():
        pass

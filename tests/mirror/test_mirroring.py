"""Mirroring from a folder: what is copied, what is linked, and what is left alone."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import pytest

from barograph.base.release_folders import ReleaseFolderError
from barograph.mirror import copying, mirroring
from barograph.mirror.mirroring import Mirrored, mirror_release
from barograph.mirror.source import FolderSource, SourceError
from barograph.trust.minisign import KeyFileError, PublicKey
from barograph.trust.verify import check_release
from tests.mirror.publisher import FILES, TODAY, Publisher, served


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    made = Publisher(tmp_path / "publisher")
    made.publish(FILES)
    return made


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    return tmp_path / "mirror"


def run(publisher: Publisher, dest: Path, key: PublicKey | None = None) -> Mirrored:
    return mirror_release(FolderSource(publisher.folder), dest, key, today=TODAY)


def first_run(publisher: Publisher, dest: Path) -> Mirrored:
    return run(publisher, dest, publisher.key.public)


class Counting(FolderSource):
    """A source that does something before its files are fetched, and remembers which they were."""

    def __init__(self, folder: Path, before: Callable[[str], object] = lambda _path: None) -> None:
        super().__init__(folder)
        self.fetched: list[str] = []
        self._before = before

    def fetch(self, path: str, file: BinaryIO, limit: int) -> None:
        self._before(path)
        self.fetched.append(path)
        super().fetch(path, file, limit)


def test_the_first_run_copies_the_whole_release(publisher: Publisher, dest: Path) -> None:
    mirrored = first_run(publisher, dest)
    assert mirrored.is_new
    assert mirrored.folder.name == (publisher.folder / "current").readlink().name
    assert check_release(dest / "current", publisher.key.public, today=TODAY).problems == ()
    assert served(dest) == served(publisher.folder)
    assert {path.name for path in dest.iterdir()} == {".lock", "current", "mirror.pub", mirrored.folder.name}


def test_all_of_a_copy_is_on_the_disk_before_it_is_served(
    publisher: Publisher, dest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    make_current = mirroring.make_current
    monkeypatch.setattr(os, "sync", lambda: done.append("files"))
    monkeypatch.setattr(copying, "sync_folder", lambda _: done.append("name"))
    monkeypatch.setattr(mirroring, "make_current", lambda *given: [done.append("served"), make_current(*given)])
    first_run(publisher, dest)
    assert done == ["files", "name", "served"]


def test_a_release_can_be_named_by_its_own_folder(publisher: Publisher, dest: Path) -> None:
    source = FolderSource(publisher.folder / "current")
    assert mirror_release(source, dest, publisher.key.public, today=TODAY).head.stamp.sequence == 1


def test_any_web_server_can_read_it_whatever_the_umask(publisher: Publisher, dest: Path) -> None:
    before = os.umask(0o077)
    try:
        folder = first_run(publisher, dest).folder
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in [folder, *folder.rglob("*")] if path.is_dir()} == {0o755}
    assert {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()} == {0o644}


def test_the_key_is_needed_once(publisher: Publisher, dest: Path) -> None:
    with pytest.raises(KeyFileError, match="give the publisher's key with --public-key"):
        run(publisher, dest)
    first_run(publisher, dest)
    publisher.publish(FILES)
    assert run(publisher, dest).head.stamp.sequence == 2


def test_when_nothing_is_new_nothing_but_the_head_is_read(publisher: Publisher, dest: Path) -> None:
    first_run(publisher, dest)
    source = Counting(publisher.folder)
    assert not mirror_release(source, dest, today=TODAY).is_new
    assert source.fetched == ["SHA256SUMS", "SHA256SUMS.minisig", "minisign.pub", "releases.txt"]


def test_only_what_changed_is_fetched_and_the_rest_takes_no_room(publisher: Publisher, dest: Path) -> None:
    first_run(publisher, dest)
    publisher.publish({**FILES, "en/index.html": b"<p>two</p>", "new.html": b""})
    source = Counting(publisher.folder)
    mirrored = mirror_release(source, dest, today=TODAY)
    assert set(source.fetched[4:]) == {"en/index.html", "new.html"}
    assert (mirrored.fetched, mirrored.linked) == (2, 3)
    assert (dest / "current" / "be/ў.html").stat().st_nlink == 2
    assert served(dest) == served(publisher.folder)


def test_a_damaged_file_here_is_not_passed_on_to_the_next_release(publisher: Publisher, dest: Path) -> None:
    first_run(publisher, dest)
    (dest / "current" / "index.html").write_bytes(b"rotten")
    publisher.publish({**FILES, "new.html": b""})
    assert run(publisher, dest).fetched == 2
    assert served(dest) == served(publisher.folder)


def test_a_renewed_signature_is_taken_without_a_new_folder(publisher: Publisher, dest: Path) -> None:
    first_run(publisher, dest)
    publisher.renew(TODAY + timedelta(days=9))
    mirrored = run(publisher, dest)
    assert not mirrored.is_new
    assert mirrored.head.stamp.expires == TODAY + timedelta(days=9)
    assert served(dest) == served(publisher.folder)


def test_the_last_three_are_kept_and_the_one_that_is_served(publisher: Publisher, dest: Path) -> None:
    for _ in range(5):
        first_run(publisher, dest)
        publisher.publish(FILES)
    assert [path.name[:6] for path in sorted(dest.glob("0*"))] == ["000003", "000004", "000005"]
    mirror_release(FolderSource(publisher.folder), dest, today=TODAY, kept=1)
    assert [path.name[:6] for path in sorted(dest.glob("0*"))] == ["000006"]


def test_releases_that_were_left_out_do_no_harm(publisher: Publisher, dest: Path) -> None:
    first_run(publisher, dest)
    for _ in range(4):
        publisher.publish(FILES)
    assert run(publisher, dest).head.stamp.sequence == 5


def test_a_release_that_somebody_switched_away_from_is_served_again(publisher: Publisher, dest: Path) -> None:
    old = first_run(publisher, dest).folder
    publisher.publish(FILES)
    run(publisher, dest)
    (dest / "current").unlink()
    (dest / "current").symlink_to(old.name)
    mirrored = run(publisher, dest)
    assert (mirrored.is_new, mirrored.fetched) == (True, 0)
    assert served(dest) == served(publisher.folder)


def test_a_damaged_copy_of_the_newest_release_is_made_anew(publisher: Publisher, dest: Path) -> None:
    first_run(publisher, dest)
    publisher.publish({**FILES, "new.html": b""})
    newest = run(publisher, dest).folder
    (newest / "new.html").unlink()
    (dest / "current").unlink()
    run(publisher, dest)
    assert served(dest) == served(publisher.folder)


def test_what_an_earlier_run_left_is_taken_up_and_what_is_wrong_in_it_is_not(publisher: Publisher, dest: Path) -> None:
    left = dest / ".mirroring" / "release"
    (left / "en").mkdir(parents=True)
    (left / "en" / "index.html").write_bytes(FILES["en/index.html"])
    (left / "index.html").write_bytes(b"half")
    (left / "be").write_bytes(b"a file where a folder is to be")
    (left / "old" / "deep").mkdir(parents=True)
    (left / "old" / "deep" / "page.html").write_bytes(b"of another release")
    (left / "link").symlink_to("/etc/passwd")
    source = Counting(publisher.folder)
    mirror_release(source, dest, publisher.key.public, today=TODAY)
    assert "en/index.html" not in source.fetched
    assert served(dest) == served(publisher.folder)


def test_a_release_that_comes_while_another_is_copied_is_copied_instead(publisher: Publisher, dest: Path) -> None:
    """The source swaps what it has in place, as a website does."""
    site = publisher.folder / "current"
    waiting: Iterator[str] = iter(["en/index.html", "SHA256SUMS.minisig"])
    moment = [next(waiting)]

    def swap(path: str) -> None:
        if path == moment[0]:
            moment[0] = next(waiting, "")
            publisher.publish({path: content + b"!" for path, content in FILES.items()})

    class InPlace(Counting):
        def begin(self) -> None:
            self._release = site

    mirrored = mirror_release(InPlace(site, swap), dest, publisher.key.public, today=TODAY)
    assert mirrored.head.stamp.sequence == 3
    assert served(dest) == served(publisher.folder)


def test_a_source_that_never_rests_is_left_for_later(publisher: Publisher, dest: Path) -> None:
    site = publisher.folder / "current"

    class Restless(Counting):
        def begin(self) -> None:
            self._release = site

    def swap(path: str) -> None:
        if path == "SHA256SUMS.minisig":
            publisher.publish(FILES)

    with pytest.raises(SourceError, match="changed 4 times"):
        mirror_release(Restless(site, swap), dest, publisher.key.public, today=TODAY)
    assert served(dest) == {}


def test_of_two_runs_at_once_one_gives_way(publisher: Publisher, dest: Path) -> None:
    first_run(publisher, dest)
    with (dest / ".lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ReleaseFolderError, match="another process is writing"):
            run(publisher, dest)
    assert not run(publisher, dest).is_new

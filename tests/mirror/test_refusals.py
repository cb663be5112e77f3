"""What a mirror refuses; and whatever it refuses, what it serves stays as it was, to the byte."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.base.release_folders import ReleaseFolderError
from barograph.mirror import copying
from barograph.mirror.mirroring import mirror_release
from barograph.mirror.source import FolderSource
from barograph.trust.head import RefusedReleaseError
from barograph.trust.succession import Succession
from barograph.trust.verify import check_release
from tests.mirror.publisher import FILES, TODAY, Publisher, served
from tests.release.signing import cheap_key


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    made = Publisher(tmp_path / "publisher")
    made.publish(FILES)
    made.publish({**FILES, "en/index.html": b"<p>two</p>"})
    return made


@pytest.fixture
def dest(publisher: Publisher, tmp_path: Path) -> Path:
    """A mirror that has the second release."""
    folder = tmp_path / "mirror"
    mirror_release(FolderSource(publisher.folder), folder, publisher.key.public, today=TODAY)
    return folder


def refused(source: Path, dest: Path) -> str:
    """Run, and expect a refusal that leaves what is served and kept as it was; the reasons."""
    before = served(dest), (dest / "current").readlink(), sorted(path.name for path in dest.glob("0*"))
    with pytest.raises(RefusedReleaseError) as caught:
        mirror_release(FolderSource(source), dest, today=TODAY)
    assert (served(dest), (dest / "current").readlink(), sorted(path.name for path in dest.glob("0*"))) == before
    return str(caught.value)


def current(publisher: Publisher) -> Path:
    return (publisher.folder / "current").resolve()


def flip_a_bit(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def forge(publisher: Publisher) -> None:
    publisher.key = cheap_key(publisher.folder)
    publisher.publish(FILES)


def publish_outside(publisher: Publisher) -> None:
    """A list that names a file outside, signed with the right key."""
    publisher.lay_out(b"0" * 64 + b"  ../../outside\n", {}, 3, TODAY)


TAMPERING: list[tuple[str, Callable[[Publisher], object], str]] = [
    ("a file was changed", lambda p: flip_a_bit(current(p) / "en" / "index.html"), "en/index.html: was changed"),
    ("a file is cut short", lambda p: (current(p) / "new.html").write_bytes(b"ne"), "new.html: was changed"),
    ("a file is missing", lambda p: (current(p) / "new.html").unlink(), "new.html: is missing"),
    ("a file is a link", lambda p: link_away(current(p) / "new.html"), "new.html: is not a plain file"),
    ("the list was changed", lambda p: flip_a_bit(current(p) / "SHA256SUMS"), "SHA256SUMS"),
    ("the list is missing", lambda p: (current(p) / "SHA256SUMS").unlink(), "SHA256SUMS: is missing"),
    ("the signature was changed", lambda p: flip_a_bit(current(p) / "SHA256SUMS.minisig"), "is not a.* signature"),
    ("the signature is missing", lambda p: (current(p) / "SHA256SUMS.minisig").unlink(), "minisig: is missing"),
    ("the chain was changed", lambda p: flip_a_bit(current(p) / "releases.txt"), "releases.txt"),
    ("the key was changed", lambda p: (current(p) / "minisign.pub").write_bytes(b"another"), "minisign.pub"),
    ("somebody else signed", forge, "is another key than"),
    ("it expired", lambda p: p.renew(TODAY - timedelta(days=1)), f"expired on {TODAY - timedelta(days=1)}"),
    ("it is an older one", lambda p: p.serve(min(p.folder.glob("0*"))), "is of number 1"),
    ("a path leaves the folder", publish_outside, "is not a path inside the folder"),
]


def link_away(file: Path) -> None:
    file.unlink()
    file.symlink_to("/etc/hostname")


@pytest.mark.parametrize(("tamper", "reason"), [pytest.param(*row[1:], id=row[0]) for row in TAMPERING])
def test_a_release_is_refused_when(
    publisher: Publisher, dest: Path, tamper: Callable[[Publisher], object], reason: str
) -> None:
    publisher.publish({**FILES, "en/index.html": b"<p>three</p>", "new.html": b"new"})
    tamper(publisher)
    assert re.search(reason, refused(publisher.folder, dest))


def test_a_file_beyond_all_measure_is_refused(
    publisher: Publisher, dest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "LARGEST_FILE", 100)
    publisher.publish({**FILES, "large.html": b"x" * 101})
    assert "large.html: is larger than 100 bytes" in refused(publisher.folder, dest)


def test_another_release_of_the_same_number_is_refused(publisher: Publisher, dest: Path) -> None:
    publisher.links.pop()
    publisher.publish({**FILES, "index.html": b"another past"})
    assert "another release of number 2" in refused(publisher.folder, dest)


def test_a_later_release_with_another_past_is_refused(publisher: Publisher, dest: Path) -> None:
    publisher.links.pop()
    publisher.publish({**FILES, "index.html": b"another past"})
    publisher.publish(FILES)
    assert "it has another past" in refused(publisher.folder, dest)


def test_an_older_signature_of_the_same_release_is_refused(publisher: Publisher, dest: Path) -> None:
    publisher.renew(TODAY + timedelta(days=2))
    assert "is older than the one you have had" in refused(publisher.folder, dest)


def test_what_is_older_is_known_even_if_the_release_that_is_served_is_damaged(publisher: Publisher, dest: Path) -> None:
    publisher.publish(FILES)
    mirror_release(FolderSource(publisher.folder), dest, today=TODAY)
    flip_a_bit(dest / "current" / "SHA256SUMS")
    publisher.serve(min(publisher.folder.glob("0*")))
    assert "you have had the later number 2" in refused(publisher.folder, dest)


def test_nothing_is_taken_when_nobody_can_say_what_was_here(publisher: Publisher, dest: Path) -> None:
    flip_a_bit(dest / "current" / "SHA256SUMS")
    with pytest.raises(ReleaseFolderError, match="nobody can say what is older"):
        mirror_release(FolderSource(publisher.folder), dest, today=TODAY)


def test_a_new_key_is_taken_when_the_old_one_signed_it_and_the_old_one_is_not_any_more(
    publisher: Publisher, dest: Path
) -> None:
    old, new = publisher.key, cheap_key(publisher.folder)
    line = Succession((old.public,)).extended(old, new.public, TODAY)
    publisher.key = new
    publisher.publish({**FILES, **line.files()})
    mirror_release(FolderSource(publisher.folder), dest, today=TODAY)
    assert (dest / "current" / "minisign.pub").read_bytes() == new.public.text
    publisher.key = old
    publisher.publish(FILES)
    assert "is another key than" in refused(publisher.folder, dest)


def test_files_beside_the_release_are_never_copied(publisher: Publisher, dest: Path) -> None:
    publisher.publish(FILES)
    (current(publisher) / "extra.html").write_bytes(b"not in the list")
    mirror_release(FolderSource(publisher.folder), dest, today=TODAY)
    assert not (dest / "current" / "extra.html").exists()
    assert check_release(dest / "current", publisher.key.public, today=TODAY).problems == ()


CHANGES = st.tuples(
    st.sampled_from(["flip", "cut", "delete", "grow", "swap", "empty"]), st.integers(0, 9), st.integers(0, 10**6)
)


def change(release: Path, how: str, which: int, where: int) -> None:
    """Change one file of a release somehow."""
    files = sorted(path for path in release.rglob("*") if path.is_file())
    file, other = files[which % len(files)], files[(which + 1 + where) % len(files)]
    content = file.read_bytes()
    at = where % (len(content) or 1)
    new = {
        "flip": content[:at] + bytes([content[at] ^ (1 << where % 8)]) + content[at + 1 :] if content else b"!",
        "cut": content[:at],
        "grow": content[:at] + b"x" + content[at:],
        "swap": other.read_bytes(),
        "empty": b"",
    }
    file.unlink() if how == "delete" else file.write_bytes(new[how])


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mirror that has the first release, and a publisher with the second."""
    place = tmp_path_factory.mktemp("behind")
    publisher = Publisher(place / "publisher")
    publisher.publish(FILES)
    mirror_release(FolderSource(publisher.folder), place / "mirror", publisher.key.public, today=TODAY)
    publisher.publish({**FILES, "en/index.html": b"<p>three</p>", "new.html": b"new"})
    return place


@given(st.lists(CHANGES, min_size=1, max_size=3))
@settings(max_examples=100)
def test_after_any_changes_the_mirror_serves_what_it_did_or_the_whole_new_release(
    behind: Path, changes: list[tuple[str, int, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = shutil.copytree(behind, Path(folder) / "copy", symlinks=True)
        source, dest = place / "publisher" / "release", place / "mirror"
        before, true = served(dest), served(source)
        for one in changes:
            change((source / "current").resolve(), *one)
        is_untouched = served(source) == true
        try:
            mirror_release(FolderSource(source), dest, today=TODAY)
        except RefusedReleaseError:
            assert not is_untouched
            assert served(dest) == before
        else:
            assert served(dest) == true

"""A release verifies until any byte of it is changed, and the standard tools say the same."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from barograph.trust.minisign import KeyFileError, SigningKey, create_key
from barograph.trust.verify import read_public_key, verify_release
from tests.trust.signed import CHEAP, PAGES, lay_out, signed


def standard_tools_agree(folder: Path) -> bool:
    commands = [["minisign", "-Vm", "SHA256SUMS", "-p", "minisign.pub"], ["sha256sum", "-c", "--strict", "SHA256SUMS"]]
    return all(
        subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0 for command in commands
    )


def verify(files: dict[str, bytes]) -> set[str]:
    """The files that are found to be wrong in a release laid out for the purpose."""
    with tempfile.TemporaryDirectory() as folder:
        return {problem.file for problem in verify_release(lay_out(Path(folder), files))}


def test_a_whole_release_verifies_with_its_own_key_and_with_the_publisher_s(release: Path, key: SigningKey) -> None:
    assert verify_release(release) == []
    assert verify_release(release, key.public) == []
    assert standard_tools_agree(release)


def test_a_link_to_a_release_verifies_as_the_release(release: Path) -> None:
    (release.parent / "current").symlink_to(release.name)
    assert verify_release(release.parent / "current") == []


def test_a_release_forged_with_a_key_of_its_own_is_caught_by_the_trusted_key(release: Path, tmp_path: Path) -> None:
    trusted = create_key(tmp_path / "k", "secret", memory=CHEAP)
    assert {problem.file for problem in verify_release(release, trusted)} == {"minisign.pub", "SHA256SUMS.minisig"}


@settings(max_examples=300)
@given(st.data())
def test_any_changed_byte_is_caught_and_the_file_named(key: SigningKey, data: st.DataObject) -> None:
    files = signed(PAGES, key)
    path = data.draw(st.sampled_from([path for path, content in files.items() if content]))
    content = bytearray(files[path])
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    found = verify({**files, path: bytes(content)})
    assert path in found or (path == "SHA256SUMS" and "SHA256SUMS.minisig" in found)


@settings(max_examples=150)
@given(st.data())
def test_any_truncation_or_addition_is_caught(key: SigningKey, data: st.DataObject) -> None:
    files = signed(PAGES, key)
    path = data.draw(st.sampled_from(sorted(files)))
    length = data.draw(st.integers(0, len(files[path])))
    changed = files[path][:length] + data.draw(st.binary(max_size=3))
    assert bool(verify({**files, path: changed})) == (changed != files[path])


@settings(max_examples=100)
@given(st.data())
def test_any_missing_extra_renamed_or_swapped_file_is_caught(key: SigningKey, data: st.DataObject) -> None:
    files = signed(PAGES, key)
    one, other = data.draw(st.lists(st.sampled_from(sorted(files)), min_size=2, max_size=2, unique=True))
    assume(files[one] != files[other])
    swapped = {**files, one: files[other], other: files[one]}
    without = {path: content for path, content in files.items() if path != one}
    for wrong in (swapped, without, {**files, f"{one}.bak": b""}, {**without, f"{one}x": files[one]}):
        assert verify(wrong)


@pytest.mark.parametrize("path", [*PAGES, "minisign.pub", "SHA256SUMS", "SHA256SUMS.minisig"])
@pytest.mark.parametrize("change", ["cut", "removed"])
def test_the_standard_tools_catch_what_we_catch(release: Path, path: str, change: str) -> None:
    if change == "removed":
        (release / path).unlink()
    else:
        (release / path).write_bytes((release / path).read_bytes()[:-3] or b"x")
    assert path in {problem.file for problem in verify_release(release)}
    assert not standard_tools_agree(release)


def test_a_link_in_place_of_a_file_is_refused_even_if_its_content_is_right(release: Path, tmp_path: Path) -> None:
    for path in ("index.html", "SHA256SUMS", "SHA256SUMS.minisig", "minisign.pub"):
        moved = tmp_path / path
        (release / path).rename(moved)
        (release / path).symlink_to(moved)
        assert path in {problem.file for problem in verify_release(release)}
        (release / path).unlink()
        moved.rename(release / path)


def test_an_older_release_s_list_does_not_pass_for_this_one(key: SigningKey) -> None:
    old, new = signed({**PAGES, "index.html": b"old"}, key), signed(PAGES, key)
    mixed = {**new, "SHA256SUMS": old["SHA256SUMS"], "SHA256SUMS.minisig": old["SHA256SUMS.minisig"]}
    assert verify(mixed) == {"index.html"}


def test_a_signed_list_that_leaves_the_folder_is_refused(release: Path, key: SigningKey) -> None:
    sums = (release / "SHA256SUMS").read_bytes().replace(b"  index.html", b"  ../../etc/passwd")
    (release / "SHA256SUMS").write_bytes(sums)
    (release / "SHA256SUMS.minisig").write_bytes(key.sign(sums, "sequence=1"))
    assert [problem.file for problem in verify_release(release, key.public)] == ["SHA256SUMS"]


def test_what_is_no_release_is_said_to_be_none(tmp_path: Path) -> None:
    assert [problem.file for problem in verify_release(tmp_path)] == [
        "SHA256SUMS",
        "SHA256SUMS.minisig",
        "minisign.pub",
    ]
    with pytest.raises(NotADirectoryError, match="nowhere"):
        verify_release(tmp_path / "nowhere")


def test_the_trusted_key_may_be_given_as_a_file_or_as_a_line(release: Path, key: SigningKey) -> None:
    assert read_public_key(str(release / "minisign.pub")) == key.public
    assert read_public_key(key.public.line) == key.public
    for wrong in (str(release / "index.html"), str(release / "nowhere.pub"), "RW" + "A" * 53 + "="):
        with pytest.raises(KeyFileError):
            read_public_key(wrong)

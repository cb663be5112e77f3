"""The list of hashes, written and read."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.trust.manifest import ManifestError, Problem, check_folder, check_path, read_sums, write_sums
from tests.trust.signed import lay_out

EMPTY = hashlib.sha256(b"").hexdigest()
OTHER = hashlib.sha256(b"other").hexdigest()


def test_the_list_is_what_sha256sum_writes(tmp_path: Path) -> None:
    files = {"b": b"1", "a/ж — 1.html": b"2", "a b": b"3", "*x": b"4", "#y": b"5", "Z": b"6", " lead": b"7"}
    lay_out(tmp_path, files)
    ours = write_sums({path: hashlib.sha256(content).hexdigest() for path, content in files.items()})
    names = sorted(files, key=str.encode)
    theirs = subprocess.run(["sha256sum", "--", *names], cwd=tmp_path, capture_output=True, check=True).stdout
    assert ours == theirs


@pytest.mark.parametrize(
    "path",
    [
        *["", "/etc/passwd", "a/../b", "..", ".", "./a", "a//b", "a/", "-", "a\\b", "a\nb", "a\rb", "a\x00b", "\udcff"],
        *["a\u2028b", "x" * 256, "ж" * 128 + ".html"],
    ],
)
def test_a_path_that_tools_could_read_differently_is_refused(path: str) -> None:
    with pytest.raises(ManifestError):
        check_path(path)
    with pytest.raises(ManifestError):
        write_sums({path: EMPTY})


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        f"{EMPTY}  a".encode(),
        f"{EMPTY} a\n".encode(),
        f"{EMPTY} *a\n".encode(),
        f"\\{EMPTY}  a\n".encode(),
        f"SHA256 (a) = {EMPTY}\n".encode(),
        f"{EMPTY.upper()}  a\n".encode(),
        f"{EMPTY[:-1]}  a\n".encode(),
        f"{EMPTY}  b\n{EMPTY}  a\n".encode(),
        f"{EMPTY}  a\n{EMPTY}  a\n".encode(),
        f"{EMPTY}  a\n{OTHER}  a\n".encode(),
        f"{EMPTY}  a\n\n".encode(),
        f"{EMPTY}  a\r\n".encode(),
        f"{EMPTY}  ../a\n".encode(),
        f"{EMPTY}  /a\n".encode(),
        f"{EMPTY}  SHA256SUMS\n".encode(),
        f"{EMPTY}  ".encode() + b"\xff\n",
    ],
)
def test_a_list_in_any_other_form_is_refused(content: bytes) -> None:
    with pytest.raises(ManifestError):
        read_sums(content)


@given(st.binary(max_size=300) | st.text("0aF \n*\\-./", max_size=200).map(str.encode))
def test_rubbish_is_refused_without_any_other_error(content: bytes) -> None:
    with pytest.raises(ManifestError):
        read_sums(content)


@st.composite
def paths(draw: st.DrawFn) -> str:
    return "/".join(draw(st.lists(st.text("aZ9-.ўії *#", min_size=1, max_size=8), min_size=1, max_size=3)))


@given(st.dictionaries(paths(), st.sampled_from([EMPTY, OTHER]), min_size=1, max_size=8))
def test_what_was_written_is_read_again(hashes: dict[str, str]) -> None:
    try:
        content = write_sums(hashes)
    except ManifestError:
        return
    assert read_sums(content) == hashes


def test_a_folder_as_listed_has_no_problem(tmp_path: Path) -> None:
    lay_out(tmp_path, {"a": b"", "b/c": b"", "SHA256SUMS": b"", "SHA256SUMS.minisig": b""})
    assert check_folder(tmp_path, {"a": EMPTY, "b/c": EMPTY}) == []


def test_every_difference_is_named_in_order(tmp_path: Path) -> None:
    lay_out(tmp_path, {"changed": b"x", "b/extra": b"", "whole": b"", "SHA256SUMS": b"", "SHA256SUMS.minisig": b""})
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("whole")
    (tmp_path / "linked").symlink_to("b")
    os.mkfifo(tmp_path / "pipe")
    hashes = dict.fromkeys(["changed", "whole", "missing", "link", "pipe", "linked/extra"], EMPTY)
    found = check_folder(tmp_path, hashes)
    assert [problem.file for problem in found] == [
        *("b", "b/extra", "changed", "empty", "link", "linked", "linked/extra", "missing", "pipe"),
    ]
    assert "changed" in str(found[2])


def test_a_file_where_a_folder_should_be_and_the_other_way_round_are_problems(tmp_path: Path) -> None:
    lay_out(tmp_path, {"a": b"", "b/c": b"", "SHA256SUMS": b"", "SHA256SUMS.minisig": b""})
    assert {problem.file for problem in check_folder(tmp_path, {"a/x": EMPTY, "b": EMPTY})} >= {"a", "a/x", "b", "b/c"}


def test_a_problem_is_safe_to_print_whatever_the_file_is_called() -> None:
    assert str(Problem("a\x1b[2J\udcff", "is missing")) == r"'a\x1b[2J\udcff': is missing"
    assert str(Problem("ў.html", "is missing")) == "ў.html: is missing"

"""Keys that follow one another: read back as they were written, and nothing else taken for them."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.trust.minisign import SigningKey
from barograph.trust.succession import Succession, SuccessionError
from tests.trust.signed import lay_out

Keys = tuple[SigningKey, SigningKey, SigningKey]


def test_a_line_of_keys_is_read_as_it_was_written(keys: Keys, line: Succession) -> None:
    files = line.files()
    first, second, third = (key.public for key in keys)
    assert list(files) == [
        f"keys/1-{first.number}.pub",
        f"keys/2-{second.number}.pub",
        f"keys/2-{second.number}.pub.minisig",
        f"keys/3-{third.number}.pub",
        f"keys/3-{third.number}.pub.minisig",
    ]
    assert Succession.read({**files, "index.html": b"no key"}) == line
    assert line.current == third
    assert Succession.read({"index.html": b"no key"}) is None


def test_minisign_alone_walks_from_the_first_key_to_the_last(tmp_path: Path, keys: Keys, line: Succession) -> None:
    lay_out(tmp_path, line.files())
    for old, path in zip(keys, [path for path in line.files() if path.endswith(".pub")][1:], strict=False):
        command = ["minisign", "-Vm", path, "-P", old.public.line]
        said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
        assert f"after={old.public.number} made=2024-01-29" in said


def test_the_line_up_to_a_key_is_what_releases_of_that_key_carried(keys: Keys, line: Succession) -> None:
    first, second, third = keys
    assert line.until(third.public) == line
    shorter = line.until(second.public)
    assert shorter is not None
    assert Succession.read(shorter.files()) == shorter
    assert line.until(first.public) == Succession((first.public,))
    assert shorter.until(third.public) is None


def test_only_the_current_key_can_be_followed_and_no_key_comes_twice(keys: Keys, line: Succession) -> None:
    first, second, third = keys
    with pytest.raises(SuccessionError, match="not the last"):
        line.extended(second, first.public, date(2024, 1, 29))
    with pytest.raises(SuccessionError, match="twice"):
        line.extended(third, first.public, date(2024, 1, 29))


@given(st.data())
def test_no_changed_byte_goes_unseen(line: Succession, data: st.DataObject) -> None:
    files = line.files()
    path = data.draw(st.sampled_from(sorted(files)))
    content = bytearray(files[path])
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SuccessionError):
        Succession.read({**files, path: bytes(content)})


@given(st.data())
def test_no_missing_renamed_or_swapped_file_goes_unseen(line: Succession, data: st.DataObject) -> None:
    files = line.files()
    one, other = data.draw(st.lists(st.sampled_from(sorted(files)), min_size=2, max_size=2, unique=True))
    without = {path: content for path, content in files.items() if path != one}
    for wrong in (without, {**without, f"{one}x": files[one]}, {**files, one: files[other], other: files[one]}):
        with pytest.raises(SuccessionError):
            Succession.read(wrong)


@pytest.mark.parametrize("path", ["keys/4-AB.pub", "keys/1-AB.pub", "keys/0-AB.pub", "keys/notes.txt", "keys/a/b.pub"])
def test_what_else_lies_among_the_keys_is_refused(line: Succession, path: str) -> None:
    with pytest.raises(SuccessionError):
        Succession.read({**line.files(), path: b"RWnonsense"})


def test_a_signature_made_for_something_else_makes_no_successor(keys: Keys) -> None:
    first, second, _third = keys
    for comment in ("seq=2 edition=2024-01-22", f"key=3 number={second.public.number} after={first.public.number}"):
        forged = Succession((first.public, second.public), (first.sign(second.public.text, comment),))
        with pytest.raises(SuccessionError, match="does not say that it follows"):
            Succession.read(forged.files())


def test_a_single_key_and_a_line_without_end_are_none(keys: Keys) -> None:
    first = keys[0].public
    for files in ({f"keys/1-{first.number}.pub": first.text}, {f"keys/{n}-A.pub": b"" for n in range(1, 300)}):
        with pytest.raises(SuccessionError, match="keys: a line of keys has 2 to 100"):
            Succession.read(files)

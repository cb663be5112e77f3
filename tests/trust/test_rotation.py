"""A new signing key takes the old one's place, whenever it is interrupted; a random passphrase costs nothing."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from barograph.trust import minisign
from barograph.trust.minisign import (
    KeyFileError,
    PublicKey,
    SigningKey,
    create_key,
    is_random,
    random_passphrase,
)
from barograph.trust.rotation import rotate_key, unfinished_rotation
from barograph.trust.succession import Succession, SuccessionError, read_kept, succession_files
from tests.trust.signed import CHEAP

DAY = date(2024, 1, 29)
OLD, NEW = "the old passphrase", "the new passphrase"


class Stopped(BaseException):
    """The power is gone."""


@pytest.fixture(autouse=True)
def cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minisign, "SCRYPT_MEMORY", CHEAP)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    create_key(tmp_path / "signing.key", OLD)
    return tmp_path / "signing.key"


def current(file: Path) -> PublicKey:
    """The key that the site signs with, whichever it is."""
    try:
        return SigningKey.open(file, OLD).public
    except KeyFileError:
        return SigningKey.open(file, NEW).public


def test_each_new_key_is_signed_by_the_one_before(file: Path) -> None:
    first = current(file)
    assert succession_files(file.parent, first) == []
    one = rotate_key(file, OLD, NEW, made_on=DAY)
    assert (one.old, one.new) == (first, SigningKey.open(file, NEW).public)
    assert SigningKey.open(one.old_file, OLD).public == first
    assert one.old_file.name == f"signing-{first.number}.key.old"
    two = rotate_key(file, NEW, OLD, made_on=DAY)
    files = dict(succession_files(file.parent, two.new))
    assert Succession.read(files) == read_kept(file.parent)
    line = Succession.read(files)
    assert line is not None
    assert line.keys == (first, one.new, two.new)
    assert list(files) == sorted(files)


def test_a_build_with_an_earlier_key_shows_the_line_up_to_it(file: Path) -> None:
    first = current(file)
    one = rotate_key(file, OLD, NEW, made_on=DAY)
    rotate_key(file, NEW, OLD, made_on=DAY)
    shorter = Succession.read(dict(succession_files(file.parent, one.new)))
    assert shorter is not None
    assert shorter.keys == (first, one.new)
    assert succession_files(file.parent, first) == []


@pytest.mark.parametrize("stop_at", range(18))
def test_whenever_it_is_interrupted_the_site_can_sign_and_the_next_run_ends_it(
    file: Path, monkeypatch: pytest.MonkeyPatch, stop_at: int
) -> None:
    first = current(file)
    with monkeypatch.context() as patched:
        _stop_after(patched, stop_at)
        stopped = _runs_into_the_end(lambda: rotate_key(file, OLD, NEW, made_on=DAY))
    key = current(file)
    for kept in (first, key):
        Succession.read(dict(succession_files(file.parent, kept)))
    if key == first:
        assert succession_files(file.parent, key) == []
        key = rotate_key(file, OLD, NEW, made_on=date(2024, 2, 5)).new
    else:
        assert unfinished_rotation(file, key, first)
    line = read_kept(file.parent)
    assert line is not None
    assert line.keys == (first, key)
    assert dict(succession_files(file.parent, key)) == line.files()
    assert SigningKey.open(file.with_name(f"signing-{first.number}.key.old"), OLD).public == first
    assert not file.with_name("signing.key.new").exists()
    assert not unfinished_rotation(file, key, key)
    assert stopped == (stop_at < 17)


def _stop_after(patched: pytest.MonkeyPatch, steps: int) -> None:
    """Let the power go before one of the calls that change the disk."""
    left = iter(range(steps))

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **options: Any) -> Any:
            if next(left, None) is None:
                raise Stopped
            return call(*arguments, **options)

        return step

    patched.setattr(os, "link", counted(os.link))
    patched.setattr(os, "fsync", counted(os.fsync))
    patched.setattr(Path, "replace", counted(Path.replace))
    patched.setattr(Path, "mkdir", counted(Path.mkdir))


def _runs_into_the_end(call: Callable[[], object]) -> bool:
    try:
        call()
    except Stopped:
        return True
    return False


def test_a_new_key_that_was_given_up_leaves_nothing_in_the_line(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = current(file)
    with monkeypatch.context() as patched:
        link = os.link
        patched.setattr(os, "link", lambda old, new: _no_power() if new.suffix == ".old" else link(old, new))
        with pytest.raises(Stopped):
            rotate_key(file, OLD, NEW, made_on=DAY)
    with pytest.raises(KeyFileError, match="left from a rotation that was interrupted"):
        rotate_key(file, OLD, "yet another one", made_on=DAY)
    file.with_name("signing.key.new").unlink()
    rotation = rotate_key(file, OLD, "yet another one", made_on=DAY)
    line = read_kept(file.parent)
    assert line is not None
    assert line.keys == (first, rotation.new)


def _no_power() -> None:
    raise Stopped


def test_a_key_that_was_replaced_by_hand_begins_a_line_of_its_own(file: Path) -> None:
    lost = rotate_key(file, OLD, NEW, made_on=DAY)
    file.unlink()
    fresh = create_key(file, OLD)
    assert succession_files(file.parent, fresh) == []
    next_one = rotate_key(file, OLD, NEW, made_on=DAY).new
    line = read_kept(file.parent)
    assert line is not None
    assert line.keys == (fresh, next_one)
    assert (file.parent / f"keys-{lost.new.number}.old").is_dir()


def test_a_damaged_line_is_an_error_and_nothing_is_changed(file: Path) -> None:
    rotation = rotate_key(file, OLD, NEW, made_on=DAY)
    (file.parent / "keys" / f"1-{rotation.old.number}.pub").write_bytes(b"RWnonsense")
    with pytest.raises(SuccessionError):
        rotate_key(file, NEW, OLD, made_on=DAY)
    with pytest.raises(SuccessionError):
        succession_files(file.parent, rotation.new)
    assert current(file) == rotation.new


def test_the_wrong_passphrase_changes_nothing(file: Path) -> None:
    with pytest.raises(KeyFileError, match="does not open"):
        rotate_key(file, NEW, NEW, made_on=DAY)
    assert [found.name for found in file.parent.iterdir()] == ["signing.key"]


def test_a_random_passphrase_is_known_by_its_form_and_no_other_is_taken_for_one() -> None:
    made = {random_passphrase() for _ in range(200)}
    assert len(made) == 200
    assert all(is_random(one) and re.fullmatch(r"([a-z2-7]{4}-){7}[a-z2-7]{4}", one) for one in made)
    for one in made:
        assert not is_random(one.upper())
        assert not is_random(one[:-1] + ("a" if one[-1] != "a" else "b"))
    assert not is_random("love-life-cats-dogs-fish-moon-star-tree")
    assert not is_random("")


def test_a_key_with_a_random_passphrase_opens_at_once_and_another_is_costly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passphrase = random_passphrase()
    create_key(tmp_path / "k", passphrase)
    started = time.process_time()
    for _ in range(10):
        SigningKey.open(tmp_path / "k", passphrase)
    assert (time.process_time() - started) / 10 < 0.02
    asked: list[int] = []
    monkeypatch.setattr(minisign, "SCRYPT_MEMORY", 2 * CHEAP)
    monkeypatch.setattr("minisign.SecretKey.encrypt", lambda *_, **costs: asked.append(costs["memlimit"]))
    create_key(tmp_path / "slow", "a passphrase of mine")
    create_key(tmp_path / "quick", passphrase)
    assert asked == [2 * CHEAP, minisign.RANDOM_MEMORY]

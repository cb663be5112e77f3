"""The sender's keys in their file: there whole or not at all, opened by the passphrase alone, replaced in one step."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.newsletter import key_file
from barograph.newsletter.key_file import (
    KeyFileError,
    destroy,
    from_json,
    is_paused,
    keys_still_there,
    make_keys,
    publish_public,
    read_keys,
    replace_keys,
    to_json,
)
from barograph.newsletter.keys import RowKeys, SenderKeys
from barograph.trust.locked import lock
from barograph.trust.sealing import SealingKey
from barograph.trust.sender_keys import SenderPublicKeys
from barograph.trust.tokens import TokenKey

CHEAP = 4
PASSPHRASE = "a passphrase for tests"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sender" / "sender.key"


@given(
    older=st.integers(0, 3),
    generation=st.integers(1, 10_000),
    rotating=st.booleans(),
    demo=st.booleans(),
    until=st.none() | st.dates(),
)
def test_keys_come_out_of_the_file_as_they_went_in(
    older: int, generation: int, rotating: bool, demo: bool, until: date | None
) -> None:
    keys = SenderKeys.make(demo=demo)
    keys = replace(
        keys,
        sealing=keys.sealing + tuple(SealingKey.make() for _ in range(older)),
        known_tokens=keys.known_tokens + tuple(TokenKey.make().public for _ in range(older)),
        row_keys=RowKeys.make(generation),
        old_row_keys=RowKeys.make(generation - 1) if rotating else None,
        older_until=until,
    )
    read = from_json(to_json(keys))
    assert to_json(read) == to_json(keys)
    assert read.public == keys.public
    assert (read.row_keys, read.old_row_keys, read.messages) == (keys.row_keys, keys.old_row_keys, keys.messages)
    assert (read.demo, read.older_until) == (demo, until)


def test_the_file_is_made_once_for_its_owner_alone_and_opens_with_the_passphrase(file: Path) -> None:
    keys = make_keys(file, PASSPHRASE)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_bytes().startswith(b"age-encryption.org/v1\n-> scrypt ")
    assert keys.messages not in file.read_bytes()
    assert to_json(read_keys(file, PASSPHRASE)) == to_json(keys)
    before = file.read_bytes()
    with pytest.raises(KeyFileError, match="never overwritten"):
        make_keys(file, PASSPHRASE, work=CHEAP)
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_without_the_file_it_is_said_how_keys_are_made(file: Path) -> None:
    with pytest.raises(KeyFileError, match="barograph newsletter keys new"):
        read_keys(file, PASSPHRASE)


@pytest.mark.parametrize("passphrase", ["", "another passphrase", PASSPHRASE.upper()])
def test_another_passphrase_opens_nothing(file: Path, passphrase: str) -> None:
    make_keys(file, PASSPHRASE, work=CHEAP)
    with pytest.raises(KeyFileError, match="does not open"):
        read_keys(file, passphrase)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "does not open"),
        (b"no key file", "does not open"),
        (lock(b"no json", PASSPHRASE, work=CHEAP), "does not hold a sender's keys"),
        (lock(b"{}", PASSPHRASE, work=CHEAP), "does not hold a sender's keys"),
        (lock(b'{"format": "barograph sender key 9"}', PASSPHRASE, work=CHEAP), "newer Barograph"),
    ],
)
def test_a_file_that_is_none_is_refused_with_what_to_do(file: Path, content: bytes, complaint: str) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    with pytest.raises(KeyFileError, match=complaint):
        read_keys(file, PASSPHRASE)


def test_a_damaged_secret_is_refused_and_not_repeated() -> None:
    values = json.loads(to_json(SenderKeys.make()))
    for name in ("sealing", "tokens", "known_tokens", "row_keys", "messages"):
        secret = values[name][0] if isinstance(values[name], list) else values[name]
        for wrong in ("AAAA", "no base64!", [1], None):
            with pytest.raises(KeyFileError) as raised:
                from_json(json.dumps({**values, name: wrong if name == "messages" else [wrong]}).encode())
            assert str(secret)[:20] not in str(raised.value)


def test_a_file_in_the_way_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "sender").write_text("a file")
    with pytest.raises(KeyFileError, match="cannot be written"):
        make_keys(tmp_path / "sender" / "sender.key", PASSPHRASE, work=CHEAP)
    with pytest.raises(KeyFileError, match="cannot be read"):
        read_keys(tmp_path / "sender" / "sender.key", PASSPHRASE)


def test_changed_keys_take_the_place_of_the_old_ones_which_are_overwritten(file: Path) -> None:
    keys = make_keys(file, PASSPHRASE, work=CHEAP)
    os.link(file, file.with_name("as it was"))  # the same place on the disk
    old = file.read_bytes()
    changed = replace(keys, row_keys=RowKeys.make(2))
    replace_keys(file, changed, PASSPHRASE, work=CHEAP)
    assert read_keys(file, PASSPHRASE).row_keys == changed.row_keys
    assert file.stat().st_mode & 0o777 == 0o600
    there = file.with_name("as it was").read_bytes()
    assert len(there) == len(old)
    assert there[:30] != old[:30]


def test_a_crash_while_keys_are_replaced_leaves_the_old_ones(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = make_keys(file, PASSPHRASE, work=CHEAP)
    monkeypatch.setattr(Path, "replace", _crash)
    with pytest.raises(RuntimeError):
        replace_keys(file, replace(keys, row_keys=RowKeys.make(2)), PASSPHRASE, work=CHEAP)
    assert read_keys(file, PASSPHRASE).row_keys == keys.row_keys


def test_keys_that_were_destroyed_are_not_written_again(file: Path) -> None:
    keys = make_keys(file, PASSPHRASE, work=CHEAP)
    os.link(file, file.with_name("as it was"))
    assert keys_still_there(file)
    destroy(file)
    assert not keys_still_there(file)
    assert b"age" not in file.with_name("as it was").read_bytes()
    with pytest.raises(KeyFileError, match="cannot be written"):
        replace_keys(file, keys, PASSPHRASE, work=CHEAP)
    assert not file.exists()


def test_the_edge_gets_the_public_halves_and_a_box_and_may_work_again(tmp_path: Path) -> None:
    keys = SenderKeys.make(demo=True)
    edge = tmp_path / "private" / "edge"
    publish_public(keys, edge)
    assert SenderPublicKeys.read(edge) == keys.public
    assert keys.public.demo
    assert (edge / "box").stat().st_mode & 0o777 == 0o700
    (edge / key_file.PAUSED).touch()
    assert is_paused(edge)
    publish_public(SenderKeys.make(), edge)
    assert not is_paused(edge)
    assert sorted(edge.iterdir()) == [edge / "box", edge / "sender.pub"]


def test_no_key_shows_itself(file: Path) -> None:
    keys = make_keys(file, PASSPHRASE, work=CHEAP)
    for secret in (keys, keys.row_keys, keys.tokens, keys.sealing[0]):
        assert len(repr(secret)) < 60


def _crash(*_arguments: object) -> None:
    raise RuntimeError("the machine goes down")

"""After a thousand sign-ups: a copy of every file, and the log, hold no address, and no guess can be tested."""

from __future__ import annotations

import base64
import codecs
import hashlib
import os
import zlib
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from barograph.base.drops import CONTEXT, Choices, SignUp, pack
from barograph.trust.sender_keys import SenderPublicKeys
from barograph.trust.tokens import Purpose
from tests.edge.visits import START, Sender, Visitor

READERS = 1000
HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "sha3_256")


def reader(number: int) -> str:
    return f"reader.number{number:04}@mail{number % 7}.example.org"


def traces(address: str) -> Iterator[bytes]:
    """An address in every encoding in which one might look for it."""
    local, _, domain = address.partition("@")
    for text in (address, local, address.upper(), address[::-1], address.replace("@", " at "), f"{domain}:{local}"):
        plain = text.encode()
        yield plain
        yield text.encode("utf-16-le")
        yield text.encode("utf-16-be")
        yield plain.hex().encode()
        yield plain.hex().upper().encode()
        yield quote(text, safe="").encode()
        yield codecs.encode(text, "rot13").encode()
        yield base64.b32encode(plain).rstrip(b"=")[:-1]
        yield base64.b85encode(plain)[:-4]
        for offset in range(3):  # wherever it stands in a longer text
            yield base64.b64encode(b"\0" * offset + plain)[4 if offset else 0 : -4]
            yield base64.urlsafe_b64encode(b"\0" * offset + plain)[4 if offset else 0 : -4]
    for name in HASHES:
        digest = hashlib.new(name, address.encode()).digest()
        yield from (digest, digest.hex().encode(), digest.hex().upper().encode(), base64.b64encode(digest))
    yield zlib.crc32(address.encode()).to_bytes(4, "big").hex().encode()


def test_a_copy_of_every_file_after_a_thousand_sign_ups_holds_no_address(
    visitor: Visitor,
    sender: Sender,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # whether it is on the disk is tried elsewhere
    fields = visitor.filled()
    for number in range(READERS):
        visitor.clock.wait(seconds=1)
        wanted = fields | {"address": reader(number), "mode": ("open", "neutral", "notice")[number % 3]}
        assert visitor.post("/newsletter/en/", wanted, REMOTE_ADDR=f"192.0.2.{number % 250}").status == 200
    visitor.post(f"/newsletter/en/unsubscribe/{sender.token(Purpose.UNSUBSCRIBE)}/")

    files = [path for path in visitor.edge.site.folder.rglob("*") if path.is_file()]
    names = "\n".join(str(path) for path in files)
    copy = b"\n".join([names.encode(), *(path.read_bytes() for path in files)])
    assert len(sender.files) == READERS + 1
    for number in range(READERS):
        address = reader(number).encode()
        assert address not in copy
        assert base64.b64encode(address)[:-4] not in copy
    for number in (0, 1, 2, 500, 999):
        for trace in traces(reader(number)):
            assert trace not in copy
    assert b"192.0.2." not in copy
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")
    found = {drop.address for drop in sender.drops() if isinstance(drop, SignUp)}
    assert found == {reader(number) for number in range(READERS)}  # the sender alone reads them


def test_all_drops_have_one_size_and_no_two_are_alike(visitor: Visitor, sender: Sender) -> None:
    for address in ("a@b.org", "a@b.org", f"{'long' * 16}@{'name.' * 35}example.org"):
        assert visitor.subscribe(address=address).status == 200
    visitor.subscribe(section=["press"], cadence="changes", mode="attachment")
    for number, purpose in enumerate(Purpose):
        kind = {Purpose.CONFIRM: "confirm", Purpose.UNSUBSCRIBE: "unsubscribe", Purpose.ERASE: "erase"}[purpose]
        visitor.post(f"/newsletter/en/{kind}/{sender.token(purpose, bytes([number]) * 16)}/")
    contents = [file.read_bytes() for file in sender.files]
    assert len(contents) == len(set(contents)) == 7
    assert {len(content) for content in contents} == {1082}
    assert len({content[:10] for content in contents}) == 1  # the version and whose key; all else is different
    assert {len(file.name) for file in sender.files} == {37}


def test_with_all_keys_of_the_edge_a_guess_cannot_be_tested(visitor: Visitor, sender: Sender) -> None:
    """Sealing the right guess with the key that lies there gives other bytes each time, all through."""
    guess = SignUp(reader(1), Choices("en"), START.date())
    visitor.subscribe(address=guess.address)
    (dropped,) = (file.read_bytes() for file in sender.files)
    keys = SenderPublicKeys.read(sender.folder)
    for _ in range(20):
        sealed = keys.sealing.seal(pack(guess), CONTEXT)
        assert sealed[:10] == dropped[:10]
        same = sum(a == b for a, b in zip(sealed[10:], dropped[10:], strict=True))
        assert same < 30  # of 1,072; chance gives 4
    assert sender.drops() == [guess]

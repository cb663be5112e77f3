"""Seals: who seals cannot open, and nothing opens that was changed, moved or meant for another key."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from hypothesis import given
from hypothesis import strategies as st

from barograph.trust.sealing import SealError, SealingKey, SealingPublicKey, key_number

KEY = SealingKey.make()


@given(content=st.binary(max_size=2000), context=st.binary(max_size=40))
def test_what_was_sealed_is_opened_in_its_own_context(content: bytes, context: bytes) -> None:
    assert KEY.open(KEY.public.seal(content, context), context) == content


@given(st.data())
def test_no_changed_byte_goes_unseen(data: st.DataObject) -> None:
    sealed = bytearray(KEY.public.seal(b"somebody@example.org", b"here"))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealError):
        KEY.open(bytes(sealed), b"here")


def test_another_context_another_key_and_half_a_message_open_nothing() -> None:
    sealed = KEY.public.seal(b"content", b"here")
    for key, message, context in (
        (KEY, sealed, b"there"),
        (SealingKey.make(), sealed, b"here"),
        *((KEY, sealed[:length], b"here") for length in range(len(sealed))),
    ):
        with pytest.raises(SealError):
            key.open(message, context)


@given(st.binary(max_size=200))
def test_rubbish_is_never_a_sealed_message(rubbish: bytes) -> None:
    with pytest.raises(SealError):
        KEY.open(rubbish, b"here")


def test_a_message_says_for_which_key_it_is_and_is_never_the_same_twice() -> None:
    first, second = (KEY.public.seal(b"content", b"here") for _ in range(2))
    assert key_number(first) == KEY.public.number
    assert key_number(b"") == b""
    assert first != second
    assert len(first) == len(second)


def test_the_layout_is_that_of_rfc_9180_after_ten_bytes() -> None:
    sealed = KEY.public.seal(b"content", b"here")
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
    assert suite.decrypt(sealed[10:], X25519PrivateKey.from_private_bytes(KEY.secret), info=b"here") == b"content"
    assert sealed[:2] == b"\x01\x01"


def test_keys_come_back_out_of_what_was_written() -> None:
    assert SealingKey.from_bytes(KEY.secret).public == KEY.public
    assert SealingPublicKey.read(KEY.public.line) == KEY.public


@pytest.mark.parametrize("line", ["", "no key", "AAAA", "ключ", "MDAw" * 12])
def test_what_is_no_key_is_refused(line: str) -> None:
    with pytest.raises(SealError, match="not a sealing key"):
        SealingPublicKey.read(line)
    with pytest.raises(SealError, match="not a sealing key"):
        SealingKey.from_bytes(line.encode()[:31])


def test_a_key_s_representation_holds_no_secret() -> None:
    assert repr(KEY) == f"SealingKey(number {KEY.public.number.hex()})"

"""Tokens: what one key signed holds for one purpose, up to its last day, in one spelling."""

from __future__ import annotations

import base64
import secrets
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.trust.tokens import LENGTH, Purpose, Token, TokenError, TokenKey, TokenPublicKey, read_token

KEY = TokenKey.make()
TODAY = date(2024, 5, 6)
NUMBERS = st.binary(min_size=16, max_size=16)


@given(
    purpose=st.sampled_from(Purpose),
    number=NUMBERS,
    last_day=st.none() | st.dates(TODAY, date(2150, 1, 1)),
)
def test_a_token_says_what_was_signed_and_always_has_the_same_length(
    purpose: Purpose, number: bytes, last_day: date | None
) -> None:
    text = KEY.sign(purpose, number, last_day)
    assert len(text) == LENGTH
    assert read_token(text, [TokenKey.make().public, KEY.public], today=TODAY) == Token(purpose, number, last_day)


@given(st.data())
def test_no_changed_letter_goes_unseen(data: st.DataObject) -> None:
    text = KEY.sign(Purpose.CONFIRM, b"0" * 16, TODAY)
    at = data.draw(st.integers(0, LENGTH - 1))
    letter = data.draw(st.characters(codec="ascii").filter(lambda letter: letter != text[at]))
    with pytest.raises(TokenError):
        read_token(text[:at] + letter + text[at + 1 :], [KEY.public], today=TODAY)


@given(st.text(max_size=150))
def test_rubbish_is_never_a_token(text: str) -> None:
    with pytest.raises(TokenError):
        read_token(text, [KEY.public], today=TODAY)


def test_a_token_holds_on_its_last_day_and_not_on_the_next() -> None:
    text = KEY.sign(Purpose.CONFIRM, b"0" * 16, TODAY)
    assert read_token(text, [KEY.public], today=TODAY)
    with pytest.raises(TokenError, match="out of date"):
        read_token(text, [KEY.public], today=TODAY + timedelta(days=1))


def test_what_another_key_signed_is_refused() -> None:
    text = KEY.sign(Purpose.UNSUBSCRIBE, b"0" * 16)
    for keys in ([], [TokenKey.make().public for _ in range(300)]):  # some with the same number, by chance
        with pytest.raises(TokenError, match="nobody we know"):
            read_token(text, keys, today=TODAY)


def test_a_token_has_one_spelling() -> None:
    text = next(text for text in iter(lambda: KEY.sign(Purpose.ERASE, secrets.token_bytes(16)), "") if "-" in text)
    assert read_token(text, [KEY.public], today=TODAY)
    for other in (text.replace("-", "+"), text + "=", f" {text}", text + "\n"):
        with pytest.raises(TokenError):
            read_token(other, [KEY.public], today=TODAY)


def test_a_purpose_that_is_not_known_is_refused_although_it_is_signed() -> None:
    text = KEY.sign(9, b"0" * 16)  # type: ignore[arg-type]
    with pytest.raises(TokenError, match="newer version"):
        read_token(text, [KEY.public], today=TODAY)


def test_a_signature_for_something_else_is_no_token() -> None:
    content = bytes([Purpose.CONFIRM, KEY.public.number, 0, 0]) + b"0" * 16
    foreign = content + KEY._private.sign(content)
    with pytest.raises(TokenError, match="nobody we know"):
        read_token(base64.urlsafe_b64encode(foreign).decode(), [KEY.public], today=TODAY)


def test_keys_come_back_out_of_what_was_written_and_show_no_secret() -> None:
    assert TokenKey.from_bytes(KEY.secret).public == KEY.public
    assert TokenPublicKey.read(KEY.public.line) == KEY.public
    assert repr(KEY) == f"TokenKey(number {KEY.public.number})"
    for line in ("", "no key", "AAAA"):
        with pytest.raises(TokenError, match="not a token key"):
            TokenPublicKey.read(line)
        with pytest.raises(TokenError, match="not a token key"):
            TokenKey.from_bytes(line.encode())

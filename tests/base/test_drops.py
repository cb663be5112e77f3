"""Drops: one size, and nothing but what was packed comes out."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.base.drops import CADENCES, MODES, SIZE, Choices, Drop, DropError, Forget, SignUp, Used, pack, unpack

DAYS = st.dates(date(2024, 1, 1), date(2100, 1, 1))
CHOICES = st.builds(
    Choices,
    st.text(max_size=10),
    st.lists(st.text(max_size=10), max_size=8).map(tuple),
    st.sampled_from(CADENCES),
    st.sampled_from(MODES),
)
DROPS = st.one_of(
    st.builds(SignUp, st.text(max_size=60), CHOICES, DAYS, st.integers(0, 9)),
    st.builds(Forget, st.text(max_size=60), st.text(max_size=10), DAYS),
    st.builds(Used, st.text(alphabet="ab-_9", max_size=112)),
)


@given(DROPS)
def test_a_drop_comes_back_and_every_one_has_the_same_size(drop: Drop) -> None:
    packed = pack(drop)
    assert len(packed) == SIZE
    assert unpack(packed) == drop


def test_the_longest_address_with_many_sections_fits() -> None:
    choices = Choices("zh-hant", tuple(f"section-{number}" for number in range(20)), "changes", "attachment")
    assert len(pack(SignUp("ы" * 120 + "@example.org", choices, date(2024, 1, 1)))) == SIZE


def test_what_does_not_fit_is_refused_and_not_cut() -> None:
    with pytest.raises(DropError, match="1024 are allowed"):
        pack(Used("x" * SIZE))


@given(st.binary(max_size=300))
def test_rubbish_is_no_drop(rubbish: bytes) -> None:
    with pytest.raises(DropError):
        unpack(rubbish)


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"[" * SIZE,
        b"{}",
        b'{"kind": "used"}',
        b'{"kind": "used", "token": "x", "more": 1}',
        b'{"kind": "other", "token": "x"}',
        b'{"kind": "forget", "address": "a", "language": "be", "day": "soon"}',
        b'{"kind": "sign-up", "address": "a", "day": "2024-01-01", "consent": 1, "choices": {"sections": 5}}',
        b'{"kind": ["used"], "token": "x"}',
    ],
)
def test_what_only_looks_like_a_drop_is_none(content: bytes) -> None:
    with pytest.raises(DropError):
        unpack(content)

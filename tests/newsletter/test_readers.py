"""Rows: what was sealed comes back at its own place, and nothing else opens."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.base.drops import CADENCES, MODES, Choices
from barograph.newsletter.keys import RowKeys
from barograph.newsletter.readers import SIZE, Reader, open_reader, seal_reader
from barograph.trust.sealing import SealError

KEYS = RowKeys.make(1)
WORDS = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=40)
READERS = st.builds(
    Reader,
    WORDS,
    st.builds(
        Choices, WORDS, st.lists(WORDS, max_size=3).map(tuple), st.sampled_from(CADENCES), st.sampled_from(MODES)
    ),
    st.text("Aa0-_", max_size=112),
    st.none() | st.dates(),
    st.integers(0, 9),
)
ANNA = Reader("anna@example.org", Choices("be", ("economy",), "changes", "neutral"), "A" * 112, date(2024, 1, 1))


@given(reader=READERS, number=st.uuids())
def test_a_reader_comes_back_and_every_row_has_the_same_size(reader: Reader, number: UUID) -> None:
    sealed = seal_reader(KEYS, number, reader)
    assert len(sealed) == SIZE + 12 + 16
    assert open_reader(KEYS, number, sealed) == reader


@given(st.data())
def test_no_changed_byte_goes_unseen(data: st.DataObject) -> None:
    number = uuid4()
    sealed = bytearray(seal_reader(KEYS, number, ANNA))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealError):
        open_reader(KEYS, number, bytes(sealed))


def test_a_row_opens_neither_elsewhere_nor_with_another_key() -> None:
    number = uuid4()
    sealed = seal_reader(KEYS, number, ANNA)
    for keys, place, content in (
        (KEYS, uuid4(), sealed),
        (RowKeys.make(1), number, sealed),
        (KEYS, number, sealed[:20]),
    ):
        with pytest.raises(SealError):
            open_reader(keys, place, content)


@pytest.mark.parametrize("reader", [Reader("a\nb@example.org", ANNA.choices, ""), Reader("a" * SIZE, ANNA.choices, "")])
def test_what_does_not_fit_is_not_sealed(reader: Reader) -> None:
    with pytest.raises(ValueError, match=r"too long|line ends"):
        seal_reader(KEYS, uuid4(), reader)


def test_a_reader_s_representation_has_neither_address_nor_link() -> None:
    assert "anna" not in repr(ANNA)
    assert "AAAA" not in repr(ANNA)

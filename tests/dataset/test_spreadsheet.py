"""No text in a CSV file is a formula to any spreadsheet, and the text can be had back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.dataset.spreadsheet import with_apostrophes, without_apostrophes

FORMULA = "=+-@＝＋－＠﹦﹢﹣﹫"
TAKEN_AWAY = ' \u00a0\u200b\ufeff\u2060"＂'
ODD = st.text(st.sampled_from([*FORMULA, *TAKEN_AWAY, "'", "\t", "\r", "\n", ";", ",", "a", "б", "1"]), max_size=12)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("", ""),
        ("The pact – and then?", "The pact – and then?"),
        ("minus 5 = nothing", "minus 5 = nothing"),
        ("=1+1", "'=1+1"),
        ("+375 29", "'+375 29"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tone", "'\tone"),
        ("\rone", "'\rone"),
        ("\none", "'\none"),
        ("＝1+1", "'＝1+1"),
        ("  =1+1", "'  =1+1"),
        ('"=1+1', "'\"=1+1"),
        ("'=1+1", "''=1+1"),
        ("'tis the season", "'tis the season"),
        ("one\n- two", "one\n'- two"),
        ("one;=1+1;two", "one;'=1+1;two"),
        ("one; two", "one; two"),
        ("1;2\t=3", "1;2\t'=3"),
    ],
)
def test_an_apostrophe_stands_where_a_formula_could_begin(text: str, cell: str) -> None:
    assert with_apostrophes(text) == cell
    assert without_apostrophes(cell) == text


@given(st.text() | ODD)
def test_every_text_can_be_had_back(text: str) -> None:
    assert without_apostrophes(with_apostrophes(text)) == text


@given(st.text() | ODD)
def test_no_cell_begins_as_a_formula_wherever_a_spreadsheet_cuts_the_text(text: str) -> None:
    cell = with_apostrophes(text)
    assert not cell.startswith(("\t", "\r", "\n"))
    for piece in re.split(r"[\t\r\n;]", cell):
        assert not piece.lstrip(TAKEN_AWAY).startswith(tuple(FORMULA))


@given(st.text(st.characters(categories=["L", "Nd"])))
def test_words_and_numbers_stay_as_they_are(text: str) -> None:
    assert with_apostrophes(text) == text

"""Tables: a row that breaks the promise of its columns is never written."""

from __future__ import annotations

from datetime import date

import pytest

from barograph.dataset.table import Column, Row, checked_rows, version
from tests.dataset.tables import COLUMNS, ROWS, ships


def test_an_empty_text_and_nothing_are_the_same() -> None:
    table = ships()
    assert [row[5] for row in checked_rows(table, table.parts[0])] == [ROWS[0][5], None, None]


@pytest.mark.parametrize(
    ("row", "named"),
    [
        (("Swallow", "grain", 1, True, None), "5 values for 6 columns"),
        ((None, "grain", 1, True, None, None), "ship"),
        (("", "grain", 1, True, None, None), "ship"),
        (("Swallow", "coal", 1, True, None, None), "cargo"),
        (("Swallow", "grain", -1, True, None, None), "crew"),
        (("Swallow", "grain", True, True, None, None), "crew"),
        (("Swallow", "grain", 1, 1, None, None), "afloat"),
        (("Swallow", "grain", 1, True, "2024-02-29", None), "arrived"),
        (("Swallow", "grain", 1, True, None, 5), "log"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_with_its_place(row: Row, named: str) -> None:
    table = ships([ROWS[0], row])
    with pytest.raises(ValueError, match=rf"row 2 of ships.*{named}"):
        list(checked_rows(table, table.parts[0]))


def test_a_number_may_be_any_of_those_it_is_said_to_be() -> None:
    table = ships([(-1,)], (Column("number", "integer", "A number", values=(-1, 0, 1)),))
    assert list(checked_rows(table, table.parts[0])) == [(-1,)]


def test_the_version_has_the_newest_day_if_there_is_one() -> None:
    assert version("1.0.0", date(2024, 2, 29)) == "1.0.0+2024-02-29"
    assert version("1.0.0", None) == "1.0.0"


def test_the_names_of_columns_are_in_their_order() -> None:
    assert ships().names == tuple(column.name for column in COLUMNS)

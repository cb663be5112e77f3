"""Doing without the search for garbage, and going on with it afterwards."""

from __future__ import annotations

import gc

import pytest

from barograph.base.collecting import without_collecting


def test_nothing_is_searched_meanwhile_and_what_was_counted_towards_a_search_is_not_forgotten() -> None:
    """A newsroom that builds now and then would otherwise never get to what its builds left behind."""
    gc.collect()
    for _ in range(3):
        gc.collect(0)
    with without_collecting():
        assert not gc.isenabled()
        with without_collecting():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
    assert gc.get_count()[1] >= 3


def test_it_is_searched_again_after_an_error() -> None:
    with pytest.raises(ValueError, match="wrong"), without_collecting():
        raise ValueError("wrong")
    assert gc.isenabled()


def test_at_the_end_of_a_process_what_was_made_is_never_searched() -> None:
    try:
        with without_collecting(at_the_end=True):
            pass
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()

"""What is put together of words once is kept with them, each language for itself."""

from __future__ import annotations

import pytest

from barograph.release import wording
from barograph.release.wording import Wording, made_once, wordings_of
from tests.release import records

MADE: list[tuple[str, int]] = []


@made_once
def counted(words: Wording, number: int) -> str:
    MADE.append((words.language, number))
    return f"{words.language} {number}"


def test_each_language_keeps_what_was_made_of_it_once() -> None:
    english, belarusian, _russian = wordings_of(records.site(), records.no_translations)
    MADE.clear()
    assert [counted(english, 1), counted(belarusian, 1), counted(english, 1)] == ["en 1", "be 1", "en 1"]
    assert MADE == [("en", 1), ("be", 1)]


def test_what_was_not_asked_for_longest_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "KEPT", 2)
    words = Wording(records.site(), "en", records.no_translations("en"))
    MADE.clear()
    for number in (1, 2, 1, 3, 1, 2):
        counted(words, number)
    assert [number for _language, number in MADE] == [1, 2, 3, 2]

"""The copy as plain text."""

from __future__ import annotations

import pytest

from tests.release import records
from tests.release.offline import books


def text(language: str = "en") -> str:
    return books.copy(books.record(), language, f"edition-{books.SLUG}-{language}.txt").decode()


@pytest.mark.parametrize("language", records.LANGUAGES)
def test_its_lines_fit_a_terminal_unless_they_are_an_address_or_a_command(language: str) -> None:
    long = [line for line in text(language).splitlines() if len(line) > 72]
    assert [line for line in long if "://" not in line and "SHA256SUMS" not in line] == []


def test_it_begins_with_the_week_and_each_verdict_in_words() -> None:
    head = text().split("-" * 72)[0]
    assert head.startswith("August 12\u2009–\u200918, 2024\n=")
    assert "Situation in Arcadia\nPublished on August 21, 2024\nhttps://example.org/en/editions/2024-08-12/\n" in head
    assert head.count("▲") + head.count("■") + head.count("▼") == len(records.SECTIONS)
    assert "Corrections\n-----------\n\nSeptember 2, 2024: Eleven ships, not twelve." in head


def test_its_sections_are_numbered_and_its_headlines_underlined() -> None:
    whole = text()
    assert "1. Economy\n==========\n" in whole
    headline = records.HEADLINES["en"][1]
    assert f"\n{headline}\n{'-' * len(headline)}\n\nThe ministry kept" in whole


def test_a_picture_is_said_in_words_and_a_source_keeps_its_address() -> None:
    whole = text()
    assert "[Three cranes above a grain ship. The harbour on the first morning after" in whole
    assert "  – Customs bulletin № 12 [1]\n  – Talks with two shipowners\n" in whole
    assert "[1] https://example.org/customs/12" in whole


def test_it_ends_with_how_to_check_it() -> None:
    assert f"    sha256sum edition-{books.SLUG}-en.txt\n" in text()
    assert "\n".join(books.MIRRORS) in text()

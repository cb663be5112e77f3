"""Every warning of the import has its sentence in the language of the screen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils.translation import override

import barograph.archive
from barograph.newsroom.import_words import SENTENCES, shown_warning

ARCHIVE = Path(barograph.archive.__file__).parent


def test_every_code_of_the_import_has_a_sentence_and_no_other_has() -> None:
    code = "".join(file.read_text(encoding="utf-8") for file in ARCHIVE.glob("*.py"))
    given = set(re.findall(r'PageWarning\(\s*f?"([a-z-]+)', code))
    assert given - {"too-long-"} <= SENTENCES.keys()
    assert SENTENCES.keys() - given == {"too-long-caption"} - given


@pytest.mark.parametrize("language", ["be", "ru"])
def test_the_sentence_is_in_the_language_of_the_screen_and_the_details_as_written(language: str) -> None:
    with override(language):
        warning = shown_warning("odd-week: May 6 – May 12, 2018 is no whole week.")
        assert re.search("[а-я]", str(warning.sentence))
    assert warning.details == "May 6 – May 12, 2018 is no whole week."


def test_a_warning_of_a_later_version_is_shown_by_its_code() -> None:
    warning = shown_warning("never-heard-of: Something.")
    assert (warning.sentence, warning.details) == ("never-heard-of", "Something.")

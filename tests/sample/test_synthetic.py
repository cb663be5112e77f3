"""The synthetic archive: always the same, and in every language like a text of that language."""

from __future__ import annotations

import re
import tomllib
from itertools import groupby

import pytest

from barograph.editions import parity
from barograph.sample.read import SampleError, SampleText
from barograph.sample.synthetic import MOST_EDITIONS, Archive, site_settings, verdicts
from barograph.sample.vocabulary import LANGUAGES, load_vocabularies

ARCHIVE = Archive(load_vocabularies(3), sections=5, editions=30)
COMMENTARIES = [commentary for number in range(0, 30, 6) for commentary in ARCHIVE.edition(number).commentaries]
FOREIGN_LETTERS = {"en": r"[\u0400-\u04ff]", "be": r"[a-zA-ZищъИЩЪ]", "ru": r"[a-zA-ZўіЎІ]"}
NUMBER = re.compile(r"\d+%?")


def words_of(text: SampleText) -> str:
    """All words of a text, one piece a line."""
    body = [piece for block in text.body for piece in (block.text, *block.items, block.by)]
    titles = [source.title for source in text.sources]
    return "\n".join([text.headline, text.lead, *body, text.summary, *text.authors, *titles])


def test_the_same_arguments_make_the_same_archive_and_a_longer_one_begins_with_the_shorter() -> None:
    again, longer = (Archive(load_vocabularies(3), sections=5, editions=editions) for editions in (30, 200))
    for number in (0, 7, 29):
        assert again.edition(number) == ARCHIVE.edition(number) == longer.edition(number)


def test_fewer_languages_and_sections_say_what_more_say() -> None:
    small = Archive(load_vocabularies(1), sections=2, editions=30).edition(7)
    for few, many in zip(small.commentaries, ARCHIVE.edition(7).commentaries, strict=False):
        assert few.texts["en"] == many.texts["en"]
        assert few.verdict == many.verdict


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_has_the_letters_of_its_language_alone(language: str) -> None:
    for commentary in COMMENTARIES:
        written = words_of(commentary.texts[language]) + commentary.reason[language]
        assert not re.search(FOREIGN_LETTERS[language], written)
        assert "{" not in written


def test_a_commentary_has_about_six_hundred_words() -> None:
    lengths = [len(words_of(text).split()) for commentary in COMMENTARIES for text in commentary.texts.values()]
    assert 560 < sum(lengths) / len(lengths) < 640
    assert min(lengths) > 420
    assert max(lengths) < 860


def test_the_languages_agree_in_numbers_blocks_authors_and_sources() -> None:
    for commentary in COMMENTARIES:
        first, *others = commentary.texts.values()
        for other in others:
            assert NUMBER.findall(words_of(other)) == NUMBER.findall(words_of(first))
            assert [(block.kind, len(block.items)) for block in other.body] == [
                (block.kind, len(block.items)) for block in first.body
            ]
            assert len(other.authors) == len(first.authors)
            assert [source.url for source in other.sources] == [source.url for source in first.sources]


def test_the_gate_would_find_no_difference_between_the_languages() -> None:
    for commentary in COMMENTARIES:
        found = {
            language: parity.facts([parity.Part("paragraph", words_of(text))], language)
            for language, text in commentary.texts.items()
        }
        assert not parity.differences(found["en"], found["be"])
        assert not parity.differences(found["en"], found["ru"])


def test_the_texts_have_headings_lists_and_quotations() -> None:
    kinds = {block.kind for commentary in COMMENTARIES for block in commentary.texts["en"].body}
    assert kinds == {"paragraph", "heading", "list", "quote"}


def test_no_two_commentaries_of_a_section_have_the_same_address() -> None:
    archive = Archive(load_vocabularies(1), sections=1, editions=120)
    addresses = [archive.edition(number).commentaries[0].texts["en"].slug for number in range(120)]
    assert len(set(addresses)) == 120
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", address) and len(address) <= 120 for address in addresses)


def test_verdicts_run_in_streaks() -> None:
    found = verdicts("economy", 520)
    streaks = [len(list(streak)) for _verdict, streak in groupby(found)]
    assert set(found) == {"better", "unchanged", "worse"}
    assert 3 < sum(streaks) / len(streaks) < 7
    assert verdicts("economy", 100) == found[:100]
    assert verdicts("courts", 520) != found


@pytest.mark.parametrize(
    ("languages", "sections", "editions", "complaint"),
    [
        (4, 5, 1, "words for 1 to 3 languages"),
        (0, 5, 1, "words for 1 to 3 languages"),
        (3, 11, 1, "names for 1 to 10 sections"),
        (3, 0, 1, "names for 1 to 10 sections"),
        (3, 5, 0, "has 1 to 2600 editions"),
        (3, 5, MOST_EDITIONS + 1, "has 1 to 2600 editions"),
    ],
)
def test_more_than_there_are_words_for_is_refused(languages: int, sections: int, editions: int, complaint: str) -> None:
    with pytest.raises(SampleError, match=complaint):
        Archive(load_vocabularies(languages), sections, editions)


def test_the_settings_name_every_section_in_every_language() -> None:
    settings = tomllib.loads(site_settings(ARCHIVE))
    assert [language["code"] for language in settings["languages"]] == ["en", "be", "ru"]
    assert [section["key"] for section in settings["sections"]] == list(ARCHIVE.sections)
    assert all(set(section["name"]) == set(LANGUAGES) for section in settings["sections"])
    assert set(settings["notice"]) == set(LANGUAGES)

"""The sample is a publication that could pass the gate: three languages that say the same."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from barograph.base.site import RESERVED_ADDRESSES, SiteSettings
from barograph.sample.read import (
    LANGUAGES,
    SampleBlock,
    SampleCommentary,
    SamplePage,
    SampleText,
    load_sample,
    sample_file,
)

SAMPLE = load_sample()
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TAG = re.compile(r"<[^>]*>")
FOREIGN_LETTERS = {"en": r"[\u0400-\u04ff]", "be": "[ищъИЩЪ]", "ru": "[ўіЎІ]"}
RUN_OF_WORDS = 7
PHRASES_OF_OTHERS = Path(__file__).with_name("phrases_of_others.txt")
"""Digests of every run of seven words in the two commentaries from which the sample's facts were taken."""

each_commentary = pytest.mark.parametrize("commentary", SAMPLE.commentaries, ids=lambda found: found.file)
each_piece = pytest.mark.parametrize(
    "piece", [*SAMPLE.commentaries, *SAMPLE.pages], ids=lambda found: getattr(found, "file", None) or found.key
)


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SiteSettings:
    (tmp_path / "barograph.toml").write_bytes(sample_file("barograph.toml"))
    monkeypatch.setenv("BAROGRAPH_SITE", str(tmp_path))
    return SiteSettings()


def prose_of_body(body: Iterable[SampleBlock]) -> Iterator[str]:
    for block in body:
        yield from (block.text, *block.items, block.by)


def prose(piece: SampleCommentary | SamplePage, language: str) -> str:
    """All words of a commentary or page in one language, one text a line, with their markup."""
    text = piece.texts[language]
    if isinstance(text, SampleText):
        around = [text.headline, text.lead, text.summary, *text.authors, *(source.url for source in text.sources)]
    else:
        around = [text.title]
    if isinstance(piece, SampleCommentary):
        around.append(piece.reason[language])
        if piece.picture:
            around += [piece.picture.caption[language], piece.picture.alt[language], piece.picture.credit[language]]
    return "\n".join([*around, *prose_of_body(text.body)])


def test_the_settings_are_those_of_three_required_languages(settings: SiteSettings) -> None:
    assert settings.language_codes == list(LANGUAGES)
    assert all(language.required for language in settings.languages)
    for words in (settings.title, settings.description, settings.publisher, settings.licence, settings.notice):
        assert set(words) == set(LANGUAGES)
    for section in settings.sections:
        assert set(section.name) == set(LANGUAGES)


def test_no_name_of_a_section_or_wording_of_a_verdict_means_two_things(settings: SiteSettings) -> None:
    names = [
        name
        for section in settings.sections
        for name in {key.casefold() for key in (section.key, *section.name.values(), *section.aliases)}
    ]
    wordings = [
        wording
        for verdict in (settings.verdicts.better, settings.verdicts.unchanged, settings.verdicts.worse)
        for wording in {text.casefold() for text in (*verdict.sentence.values(), *verdict.aliases)}
    ]
    assert [name for name, count in Counter(names + wordings).items() if count > 1] == []


def test_there_are_two_editions_with_enough_to_read() -> None:
    assert len(SAMPLE.editions) == 2
    assert len(SAMPLE.commentaries) >= 6


def test_an_edition_has_a_section_with_two_commentaries() -> None:
    counts = [Counter(commentary.section for commentary in edition.commentaries) for edition in SAMPLE.editions]
    assert max(max(count.values()) for count in counts) == 2


def test_every_section_is_known_and_written_about(settings: SiteSettings) -> None:
    keys = {section.key for section in settings.sections}
    assert {commentary.section for commentary in SAMPLE.commentaries} == keys
    assert {fact.section for fact in SAMPLE.history} <= keys


def test_the_history_and_the_editions_do_not_judge_the_same_week_twice() -> None:
    judged = {(edition.start, found.section) for edition in SAMPLE.editions for found in edition.commentaries}
    assert judged.isdisjoint((fact.start, fact.section) for fact in SAMPLE.history)


def test_every_period_is_a_week_that_starts_on_a_monday(settings: SiteSettings) -> None:
    periods = [(edition.start, edition.end) for edition in SAMPLE.editions]
    periods += [(fact.start, fact.end) for fact in SAMPLE.history]
    assert all(start.weekday() == settings.cadence.anchor.weekday() == 0 for start, _ in periods)
    assert {(end - start).days + 1 for start, end in periods} == {settings.cadence.days}


@each_piece
def test_all_languages_have_the_same_numbers(piece: SampleCommentary | SamplePage) -> None:
    numbers = {language: Counter(re.findall(r"\d+", TAG.sub("", prose(piece, language)))) for language in LANGUAGES}
    assert numbers["be"] == numbers["en"] == numbers["ru"]


@each_piece
def test_all_languages_have_the_same_blocks_and_links(piece: SampleCommentary | SamplePage) -> None:
    shapes = {
        language: (
            [(block.kind, len(block.items)) for block in piece.texts[language].body],
            re.findall(r'href="([^"]*)"', prose(piece, language)),
            Counter(TAG.findall(prose(piece, language))),
        )
        for language in LANGUAGES
    }
    assert shapes["be"] == shapes["en"] == shapes["ru"]


@each_commentary
def test_all_languages_have_the_same_sources_and_as_many_authors(commentary: SampleCommentary) -> None:
    texts = commentary.texts.values()
    assert len({text.sources for text in texts}) == 1
    assert len({len(text.authors) for text in texts}) == 1


@each_piece
@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_use_the_letters_and_quotes_of_their_language(
    piece: SampleCommentary | SamplePage, language: str
) -> None:
    text = TAG.sub("", prose(piece, language))
    foreign_quotes = "«»„" if language == "en" else "“”„"
    assert re.findall(FOREIGN_LETTERS[language], text) == []
    assert [letter for letter in text if letter in foreign_quotes + "\"'"] == []


@each_piece
def test_belarusian_texts_have_the_short_u_where_it_belongs(piece: SampleCommentary | SamplePage) -> None:
    text = TAG.sub("", prose(piece, "be"))
    after_a_vowel = re.findall(r"[аеёіоуыэюя] у\w*", text)
    after_a_consonant = re.findall(r"[бвгджзйклмнпрстўфхцчшь] ў\w*", text)
    assert (after_a_vowel, after_a_consonant) == ([], [])


def test_no_two_pieces_of_a_section_or_pages_have_the_same_address(settings: SiteSettings) -> None:
    keys = {section.key for section in settings.sections}
    for language in LANGUAGES:
        pages = [page.texts[language].slug for page in SAMPLE.pages]
        addresses = [*pages, *(f"{found.section}/{found.texts[language].slug}" for found in SAMPLE.commentaries)]
        assert len(addresses) == len(set(addresses))
        assert [slug for slug in pages if slug in RESERVED_ADDRESSES | keys] == []
        assert [part for address in addresses for part in address.split("/") if not SLUG.fullmatch(part)] == []


@each_commentary
def test_no_phrase_is_taken_from_others(commentary: SampleCommentary) -> None:
    words = re.findall(r"\w+", TAG.sub("", prose(commentary, "en")).lower())
    runs = (" ".join(words[at : at + RUN_OF_WORDS]) for at in range(len(words) - RUN_OF_WORDS + 1))
    taken = set(PHRASES_OF_OTHERS.read_text(encoding="ascii").split())
    assert [run for run in runs if hashlib.sha256(run.encode()).hexdigest()[:8] in taken] == []


def test_pictures_are_small_files_of_the_promised_size() -> None:
    pictures = [found.picture for found in SAMPLE.commentaries if found.picture]
    assert pictures
    for picture in pictures:
        data = sample_file(picture.file)
        assert len(data) < 150_000
        assert Image.open(BytesIO(data)).size == (1600, 1000)

"""Words in our own fonts: every letter is there, no line is too wide, nothing is lost unsaid."""

from __future__ import annotations

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from barograph.release import lettering
from barograph.release.lettering import BOLD, FACES, FONTS, LABEL, READING, cut, fit, on_one_line, wrap

LETTERS = "ўіёЎІЁґҐ’ʼŭŬśźćłžŁŽ«»“”„–—…№−äöüßéñșț"
words = st.text(st.sampled_from("aWіўŁ— ’abcdefgh"), min_size=1, max_size=200)


@pytest.mark.parametrize("face", FACES)
def test_every_letter_of_the_languages_is_in_every_face(face: lettering.Face) -> None:
    with TTFont(FONTS / face.file) as font:
        missing = [letter for letter in LETTERS if ord(letter) not in font.getBestCmap()]

    assert missing == []


def test_whatever_can_be_set_is_in_the_fonts() -> None:
    letters = [chr(code) for code in range(0x20, 0x460) if chr(code).isalpha() and lettering.can_set(chr(code))]

    assert "".join(letters) == lettering.plain("".join(letters))


def test_the_fonts_are_small_and_come_with_their_licences() -> None:
    assert sum((FONTS / face.file).stat().st_size for face in FACES) < 250_000
    assert {path.name for path in FONTS.glob("*OFL.txt")} == {"SourceSerif4-OFL.txt", "SourceSans3-OFL.txt"}


def test_a_changed_font_does_not_bear_the_reserved_name() -> None:
    for face in FACES:
        with TTFont(FONTS / face.file) as font:
            assert str(font["name"].getDebugName(1)).startswith("Barograph ")


@pytest.mark.parametrize(
    ("said", "settable"),
    [("Economy", True), ("Навакольнае асяроддзе", True), ("Ґанак", True), ("ეკონომიკა", False), ("経済 2024", False)],
)
def test_a_language_in_other_letters_is_noticed(said: str, settable: bool) -> None:
    assert lettering.can_set(said) is settable


def test_letters_and_accents_become_one_and_pictures_of_faces_go() -> None:
    assert lettering.plain("у\u0306 поле \U0001f389 ёсць") == "ў поле ёсць"


def test_a_word_of_one_letter_does_not_end_a_line() -> None:
    lines = fit("Спор в порту", READING, 200, sizes=[40], height=500, leading=1.2).lines

    assert lines == ("Спор", "в\u00a0порту")


@given(words, st.integers(20, 80), st.integers(100, 1200))
def test_no_line_is_wider_than_it_may_be_and_no_letter_is_lost(said: str, size: int, width: int) -> None:
    said = " ".join(said.split())

    lines = wrap(said, READING, size, width)

    assert all(READING.width(line, size) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == said.replace(" ", "")


@given(words, st.integers(200, 1200), st.integers(60, 400))
def test_words_that_do_not_fit_are_cut_with_an_ellipsis(said: str, width: int, height: int) -> None:
    setting = fit(said, READING, width, sizes=(60, 40), height=height, leading=1.2)

    assert len(setting.lines) * setting.size * 1.2 <= height or len(setting.lines) == 1
    assert all(READING.width(line, setting.size) <= width for line in setting.lines)
    whole = "".join("".join(setting.lines).split()) == "".join(said.split())
    assert whole or setting.lines[-1].endswith("…")


def test_the_largest_size_that_fits_is_taken() -> None:
    assert fit("Short", READING, 1000, sizes=(70, 40), height=100, leading=1.2).size == 70
    assert fit("Long enough for two lines " * 2, READING, 700, sizes=(70, 40), height=100, leading=1.2).size == 40


def test_lines_of_a_headline_are_of_about_the_same_width() -> None:
    headline = "Two newspapers in Łazduny and Niaśviž are allowed to print again"
    first, second = fit(headline, READING, 1072, sizes=[58], height=200, leading=1.2).lines

    assert abs(READING.width(first, 58) - READING.width(second, 58)) < 200


def test_no_word_is_broken_for_the_sake_of_even_lines() -> None:
    assert fit("Навакольнае асяроддзе", BOLD, 168, sizes=[16], height=60, leading=1.2).lines == (
        "Навакольнае",
        "асяроддзе",
    )


def test_a_cut_ends_with_a_whole_word() -> None:
    assert cut("unchanged since autumn", LABEL, 20, 150) == "unchanged…"
    assert on_one_line("unchanged", BOLD, 1000, (40, 20)) == lettering.Setting(("unchanged",), 40)

"""The plain part of a mail: lines that can be read, and nothing of HTML left in them."""

from __future__ import annotations

import re
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.release.mail_text import WIDTH, Notes, body, wrapped
from tests.release import records
from tests.release.test_mail import mail_of, record_with, uneven


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("<p>Before.</p><h4>A heading</h4><p>After.</p>", "Before.\n\nA heading\n\nAfter."),
        ("<p>These:</p><ul><li>One</li><li>Two</li></ul><p>End</p>", "These:\n\n  – One\n  – Two\n\nEnd"),
        ("<ol><li>One</li><li>Two</li></ol>", " 1. One\n 2. Two"),
        (
            "<p>He says:</p><blockquote><p>“No.”</p><footer>A shipowner</footer></blockquote>",
            "He says:\n\n    “No.”\n\n    A shipowner",
        ),
        ("<p>First<br>second</p>", "First\nsecond"),
        ("<p>Q &amp; A, 5 &lt; 6</p>", "Q & A, 5 < 6"),
        ("<p>«Волна» — <b>не</b> <i>вода</i></p>", "«Волна» — не вода"),
        ("", ""),
    ],
)
def test_a_body_keeps_its_order_and_loses_its_markup(html: str, text: str) -> None:
    assert body(html, Notes()) == text


def test_the_lines_of_an_item_stand_under_its_words() -> None:
    item = " ".join(["word"] * 30)
    first, second, third = body(f"<ul><li>{item}</li></ul>", Notes()).splitlines()
    assert first.startswith("  – word")
    assert second.startswith("    word")
    assert third.startswith("    word")


def test_links_are_numbered_and_one_address_has_one_number() -> None:
    notes = Notes()
    html = (
        '<p>See <a href="https://a.example/?x=1&amp;y=2">one</a>, <a href="https://b.example/">two</a>, '
        '<a href="https://a.example/?x=1&amp;y=2"><b>one</b> again</a>, '
        '<a href="https://c.example">https://c.example</a> or <a href="mailto:us@example.org">write</a>.</p>'
    )
    assert " ".join(body(html, notes).split()) == "See one [1], two [2], one again [1], https://c.example or write [3]."
    assert str(notes) == "[1] https://a.example/?x=1&y=2\n[2] https://b.example/\n[3] us@example.org"


@given(st.text(st.sampled_from("aЎ —’\n\t"), max_size=400))
def test_no_line_is_longer_than_the_column_unless_it_is_one_word(words: str) -> None:
    lines = wrapped(words).splitlines()
    assert all(len(line) <= WIDTH or " " not in line.strip() for line in lines)
    assert "".join("".join(lines).split()) == "".join(words.split())


def test_a_whole_mail_reads_as_text() -> None:
    text = uneven().letter().text
    assert text.startswith("Situation in Arcadia\nAugust 12")
    assert "\nEconomy\n=======\n\n▲ The situation got better\n" in text
    headline = "Grain ships return to the harbour as the tariff quarrel ends"
    assert f"\n{headline}\n{'-' * len(headline)}\n\nThe ministry kept its promise" in text
    assert "\nSources\n  – Customs bulletin № 12 [2]\n  – Talks with two shipowners\n" in text
    assert "\n\n[1] https://example.org/en/about/\n[2] https://example.org/customs/12\n" in text
    assert "\nOn the site:\nhttps://example.org/en/economy/week-of-2024-08-12/\n" in text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize("language", records.LANGUAGES)
def test_no_line_of_a_mail_is_too_long_ends_in_a_space_or_holds_markup(language: str) -> None:
    text = mail_of(records.uneven_record(), language, "2024-08-12").letter().text
    for line in text.splitlines():
        assert len(line) <= WIDTH or " " not in line
        assert line == line.rstrip()
    assert not re.search(r"</?\w+>|&\w+;", text)
    assert "\n\n\n\n" not in text


def test_a_headline_of_several_lines_is_underlined_as_far_as_its_longest() -> None:
    text = mail_of(record_with(headline=" ".join(["headline"] * 12))).letter(["economy"]).text
    first = " ".join(["headline"] * 8)
    assert f"\n{first}\n{' '.join(['headline'] * 4)}\n{'-' * len(first)}\n" in text


@given(
    st.lists(
        st.one_of(
            st.text("ab-— \t\n\u00a0\u2009", max_size=20), st.text("ab-", max_size=90), st.text("ab", min_size=1)
        ),
        max_size=30,
    ),
    st.sampled_from(["", "  ", "    "]),
    st.sampled_from(["", "    "]),
)
def test_lines_are_broken_where_the_standard_library_breaks_them(words: list[str], indent: str, hanging: str) -> None:
    usual = textwrap.TextWrapper(
        WIDTH, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False, tabsize=1
    )
    line = indent + " ".join(words)
    assert wrapped(line, hanging) == usual.fill(line)

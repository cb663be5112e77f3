"""Every line of a page ends up in a field or among the furniture, whatever the page looks like."""

from collections import Counter

from hypothesis import example, given, settings
from hypothesis import strategies as st

from barograph.archive.lines import read_lines
from barograph.archive.pages import read_page
from barograph.archive.text import clean
from barograph.archive.values import SavedPage

LINES = [
    "May 3 – May 9, 2021",
    "December 29 – January 4, 2018",
    "May 3 – May 9",
    "April 22, 2016 18:02",
    "Roads and rails",
    "Trains run late again",
    "Trains run late again",
    "Are trains late? Nobody knows. Nobody asks.",
    "2021: a year of queues",
    "The situation got worse",
    "Сітуацыя не змянілася",
    "- (The situation has deteriorated)",
    "The situation is like the weather",
    "Category status:",
    "by",
    "EN",
    "BE/RU",
    "Фото: Агентство Север",
    "1 – the minister. Image by the press office",
    "Чарга ля касы 3 траўня 2021 года",
    "Trains in the north were late on four days of five, and the ministry said nothing until Friday evening.",
    "Цягнікі на поўначы спазняліся чатыры дні з пяці, і міністэрства маўчала пра гэта да вечара пятніцы.",
    "a line that goes on in small letters and is long enough to be a part of the line above it",
    "Passengers ask for:",
    "• more trains;",
    "– fewer queues",
    "- new clocks",
    "In summary, nothing moves.",
    "Conclusion",
    "[a paragraph]",
    "[excerpt cut here]",
    "You have been successfully subscribed",
    "Subscribe to our newsletter",
    "Situation in Northland",
    "View all",
    "Read more",
    "Read moreNovember",
    "Similar articles",
    "By Anna Smith",
    "",
    "",
    "",
    "",
]


def fields(page: SavedPage) -> list[str]:
    """Every text of the page, in any field."""
    body = [text for block in page.body for text in (block.text, *block.items)]
    return [page.headline, page.section or "", page.lead, *body, page.summary, page.caption, *page.furniture]


def words(texts: list[str]) -> Counter[str]:
    """Words, without the signs that only open a list item."""
    return Counter(word for text in texts for word in text.split() if word not in {"•", "–", "-"})


@given(st.lists(st.sampled_from(LINES), max_size=40))
@settings(max_examples=400)
@example(LINES)
def test_each_word_of_a_shuffled_page_is_in_exactly_one_place(lines: list[str]) -> None:
    page = read_page("\n".join(lines).encode(), "page.txt")
    assert words(fields(page)) == words(lines)


@given(
    st.lists(st.sampled_from([*LINES, "Section: Roads and rails", "May 3 – May 9, 2021 | Roads", "Author: A. Smith"]))
)
def test_each_line_stands_whole_in_a_field_or_in_the_furniture(lines: list[str]) -> None:
    page = read_page("\n".join(lines).encode(), "page.txt")
    text = "\n".join(fields(page))
    for line in read_lines("\n".join(lines)):
        assert line.text in text or all(part.strip() in text for part in line.text.split("|"))


@given(st.text(max_size=500))
def test_no_word_of_any_text_is_lost(text: str) -> None:
    page = read_page(text.encode("utf-8", "ignore"), "page.txt")
    lines = read_lines(clean(text.encode("utf-8", "ignore").decode()))
    found = "\n".join(fields(page))
    assert all(line.text in found for line in lines)


@given(st.binary(max_size=400), st.sampled_from(["page.txt", "page.html"]))
def test_no_bytes_make_the_reader_fail(data: bytes, file: str) -> None:
    assert read_page(data, file).file == file

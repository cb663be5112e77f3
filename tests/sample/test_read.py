"""The reader of the sample refuses what is not as it must be, and says where."""

from __future__ import annotations

from datetime import date

import pytest

from barograph.sample.read import SampleBlock, SampleError, read_commentary, read_history, read_page, sample_file

TEXT = """
headline = "A headline"
lead = "A lead"
summary = "A summary"
authors = ["Analyst"]
sources = [{ title = "A source", url = "https://example.org/" }]
body = [
    { paragraph = "A paragraph" },
    { heading = "A heading" },
    { list = ["One", "Two"] },
    { quote = "Words", by = "Somebody" },
]
"""
COMMENTARY = f"""
section = "weather"
verdict = "better"
reason = {{ en = "Sun", be = "Сонца", ru = "Солнце" }}
slug = {{ en = "sun", be = "sonca", ru = "solntse" }}
[en]{TEXT}
[be]{TEXT}
[ru]{TEXT}
"""
PAGE = """
slug = { en = "a", be = "b", ru = "c" }
en = { title = "A", body = [{ paragraph = "Text" }] }
be = { title = "B", body = [{ paragraph = "Text" }] }
ru = { title = "C", body = [{ paragraph = "Text" }] }
"""
HEADING = "period_start\tperiod_end\tsection\tverdict\n"


def test_a_commentary_has_its_texts_by_language() -> None:
    commentary = read_commentary(COMMENTARY, "weather.toml")
    assert (commentary.section, commentary.verdict, commentary.reason["be"]) == ("weather", "better", "Сонца")
    assert (commentary.texts["ru"].slug, commentary.texts["ru"].authors) == ("solntse", ("Analyst",))
    assert commentary.picture is None


def test_a_body_keeps_its_blocks_in_order() -> None:
    assert read_commentary(COMMENTARY, "weather.toml").texts["en"].body == (
        SampleBlock("paragraph", "A paragraph"),
        SampleBlock("heading", "A heading"),
        SampleBlock("list", items=("One", "Two")),
        SampleBlock("quote", "Words", by="Somebody"),
    )


@pytest.mark.parametrize(
    ("instead_of", "written", "message"),
    [
        ('verdict = "better"', 'verdict = "fine"', "“fine” is no verdict"),
        ('section = "weather"', "", "weather.toml: “section” must be a text"),
        ('section = "weather"', "section = 5", "weather.toml: “section” must be a text"),
        ('section = "weather"', 'section = "weather"\nauthor = "X"', "“author” is not known here"),
        ('be = "Сонца"', 'be = ""', "weather.toml, reason: “be” must be a text"),
        ("[be]", "[pl]", "weather.toml: “be” must be a table"),
        ('{ heading = "A heading" }', '{ title = "A heading" }', "weather.toml, en, block 2: a block is one of"),
        ('by = "Somebody"', 'whose = "Somebody"', "weather.toml, en, block 4: “by” must be a text"),
        ('lead = "A lead"', 'lead = "A lead', "weather.toml: this is not TOML"),
    ],
)
def test_a_mistake_in_a_commentary_is_named_with_its_place(instead_of: str, written: str, message: str) -> None:
    with pytest.raises(SampleError, match=message):
        read_commentary(COMMENTARY.replace(instead_of, written), "weather.toml")


def test_a_page_is_called_like_its_file() -> None:
    page = read_page(PAGE, "pages/about.toml")
    assert (page.key, page.texts["be"].title, page.texts["ru"].slug) == ("about", "B", "c")


def test_a_body_without_blocks_is_refused() -> None:
    with pytest.raises(SampleError, match=r"pages/about\.toml, be: “body” has no block"):
        read_page(PAGE.replace('"B", body = [{ paragraph = "Text" }]', '"B", body = []'), "pages/about.toml")


def test_the_history_is_sorted_by_period() -> None:
    history = read_history(HEADING + "2024-01-08\t2024-01-14\tb\tworse\n2024-01-01\t2024-01-07\ta\tbetter\n")
    assert [(fact.start, fact.section, fact.verdict) for fact in history] == [
        (date(2024, 1, 1), "a", "better"),
        (date(2024, 1, 8), "b", "worse"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the first line must name the columns"),
        ("start\tend\n", "the first line must name the columns"),
        (HEADING + "2024-01-01\t2024-01-07\ta\n", "line 2: there must be 4 values"),
        (HEADING + "2024-01-01\t2024-02-30\ta\tworse\n", "line 2: a period is two dates"),
        (HEADING + "2024-01-07\t2024-01-01\ta\tworse\n", "line 2: the period ends before it starts"),
        (HEADING + "2024-01-01\t2024-01-07\ta\tbad\n", "line 2: “bad” is no verdict"),
        (HEADING + 2 * "2024-01-01\t2024-01-07\ta\tworse\n", "line 3: “a” is judged twice"),
    ],
)
def test_a_mistake_in_the_history_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(SampleError, match=message):
        read_history(text)


def test_a_file_of_the_sample_is_read_out_of_the_package() -> None:
    assert sample_file("barograph.toml").startswith(b"# The sample site")

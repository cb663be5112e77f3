"""The same facts in every language: what is read as the same, and what is found to differ."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.editions.parity import Difference, Facts, Kind, Part, differences, facts

SAME = [
    # grouping and decimals
    ("en", "1,000 people", "be", "1 000 чалавек"),
    ("en", "1,000 people", "ru", "1\u00a0000 человек"),
    ("en", "1,000 people", "ru", "1\u202f000 человек"),
    ("en", "1,000 people", "be", "1\u2009000 чалавек"),
    ("en", "1,000 people", "ru", "1000 человек"),
    ("en", "1,234,567.5 tonnes", "be", "1 234 567,5 тоны"),
    ("en", "1,234,567 tonnes", "ru", "1.234.567 тонн"),
    ("en", "9.50 roubles", "be", "9,5 рубля"),
    ("en", "0.125 points", "ru", "0,125 пункта"),
    ("en", "1.234 litres", "be", "1,234 літра"),
    ("en", "1 000 people", "ru", "1 000 человек"),
    ("en", "in 2024, 100 people", "ru", "в 2024 100 человек"),
    # ordinals and endings
    ("en", "the 2nd of the 3 parts", "be", "2-я з 3 частак"),
    ("en", "the 1st stage", "uk", "1-й етап"),
    ("en", "the 21st century", "ru", "21-й век"),
    ("en", "the 1990s", "ru", "1990-е"),
    ("en", "a 5-year plan", "ru", "5-летний план"),
    ("en", "a 30-year-old man", "be", "30-гадовы мужчына"),
    # ranges
    ("en", "2–3 groups", "ru", "2-3 группы"),
    ("en", "from 2 to 3 groups", "be", "2—3 групы"),
    ("en", "the season of 2023/24", "ru", "сезон 2023/2024"),
    ("en", "in 2023–24", "be", "у 2023–2024"),
    # years
    ("en", "before 2025", "be", "да 2025 года"),
    ("en", "mid-2024", "ru", "середина 2024 года"),
    ("en", "after 2020", "be", "пасля 2020-га"),
    # percentages
    ("en", "5%", "ru", "5 %"),
    ("en", "5%", "be", "5\u00a0%"),
    ("en", "5 per cent", "be", "5 працэнтаў"),
    ("en", "5 percent", "be", "5 адсоткаў"),
    ("en", "2 percentage points", "ru", "2 процентных пункта"),
    ("en", "1.5 per cent", "ru", "1,5 процента"),
    ("en", "from 5 to 7%", "be", "ад 5 да 7 %"),
    ("en", "5–7 per cent", "ru", "5-7 процентов"),
    ("en", "between 5 and 7%", "ru", "между 5 и 7 %"),
    # dates
    ("en", "22 January 2024", "be", "22 студзеня 2024 года"),
    ("en", "January 22, 2024", "ru", "22 января 2024 г."),
    ("en", "January 22nd, 2024", "ru", "22-го января 2024"),
    ("en", "the 22nd of January", "be", "22 студзеня"),
    ("en", "22 January 2024", "ru", "22.01.2024"),
    ("en", "2024-01-22", "be", "22 студзеня 2024"),
    ("en", "1/22/2024", "ru", "22.1.2024"),
    ("en", "Jan. 22", "ru", "22 янв."),
    ("en", "January 22–28, 2024", "be", "22–28 студзеня 2024"),
    ("en", "from 22 to 28 January", "be", "з 22 да 28 студзеня"),
    ("en", "January 22 and 28", "ru", "22 и 28 января"),
    ("en", "January 22 – February 4", "ru", "22 января – 4 февраля"),
    ("en", "In January 2024", "be", "У студзені 2024 года"),
    ("en", "In February 2024", "be", "У лютым 2024 года"),
    ("en", "in May 2024", "ru", "в мае 2024 года"),
    ("en", "in March 2024", "ru", "в марте 2024"),
    ("en", "in July 2024", "be", "у ліпені 2024"),
    ("en", "July 2024", "be", "Ліпень 2024"),
    ("en", "On 9 May", "ru", "9 мая"),
    ("en", "On 9 May", "be", "9 траўня"),
    ("en", "in May 2024", "be", "у траўні 2024"),
    ("en", "by November 2024", "be", "да лістапада 2024"),
    ("en", "5 killed on 22 January", "ru", "22 января 5 убитых"),
    ("en", "On 22 January 2024. In 2024", "ru", "22 января 2024. В этом году"),
    ("en", "22 January 2024", "de", "22. Januar 2024"),
    ("en", "22 January 2024", "pl", "22 stycznia 2024"),
    ("en", "in January 2024", "pl", "w styczniu 2024"),
    ("en", "22 January 2024", "es", "22 de enero de 2024"),
    # numbers in names
    ("en", "COVID-19", "be", "COVID‑19"),
    ("en", "the G7", "ru", "«Большая семёрка»"),
    ("en", "S-300 missiles", "ru", "ракеты С-300"),
    ("en", "the 5G network", "ru", "сеть 5G"),
    ("en", "Su-57 and COVID-19", "ru", "Су-57 и ковид"),
    # what only looks like a number
    ("en", "call +375 29 123-45-67", "be", "тэлефануйце +375 29 123 45 67"),
    ("en", "call +375 (29) 1234567", "be", "тэлефануйце +375 29 123 45 67"),
    ("en", "No. 5", "be", "№ 5"),
    ("en", "Kalinoŭski’s 3 letters", "be", "3 лісты аб’яднанага ўрада"),
    ("en", "version 5.2.1", "ru", "версия 5.2.1"),
    ("en", "It may be 5. March on.", "ru", "Быть может, 5. Вперёд."),
    ("en", "at 10:30", "be", "а 10:30"),
]

DIFFERENT = [
    ("en", "5 people", "ru", "6 человек", Kind.NUMBERS, ("5",), ("6",)),
    ("en", "1,000 people", "be", "1,000 чалавек", Kind.NUMBERS, ("1,000",), ("1,000",)),
    ("en", "1.5 million", "ru", "15 миллионов", Kind.NUMBERS, ("1.5",), ("15",)),
    ("en", "in 2024", "be", "летась", Kind.NUMBERS, ("2024",), ()),
    ("en", "two people", "be", "2 чалавекі", Kind.NUMBERS, (), ("2",)),
    ("en", "an F-16", "ru", "F-35", Kind.NUMBERS, ("16",), ("35",)),
    ("en", "2–3 groups", "ru", "2-4 группы", Kind.NUMBERS, ("3",), ("4",)),
    (
        "en",
        "+375 29 123-45-67",
        "be",
        "+375 29 123-45-68",
        Kind.NUMBERS,
        ("+375 29 123-45-67",),
        ("+375 29 123-45-68",),
    ),
    ("en", "5%", "be", "6 %", Kind.PERCENTAGES, ("5%",), ("6%",)),
    ("en", "0.5%", "ru", "5 %", Kind.PERCENTAGES, ("0.5%",), ("5%",)),
    ("en", "22 January", "ru", "23 января", Kind.DATES, ("22 January",), ("23 января",)),
    ("en", "22 January", "be", "22 лютага", Kind.DATES, ("22 January",), ("22 лютага",)),
    ("en", "in January 2024", "be", "у чэрвені 2024", Kind.DATES, ("January 2024",), ("чэрвені 2024",)),
    ("en", "22 January 2024", "be", "22 студзеня 2023", Kind.NUMBERS, ("2024",), ("2023",)),
]


def read(language: str, text: str) -> Facts:
    return facts([Part("lead", text)], language)


@pytest.mark.parametrize(("language", "text", "other", "translation"), SAME)
def test_the_same_fact_in_two_languages_is_no_difference(language, text, other, translation):
    assert differences(read(language, text), read(other, translation)) == []


@pytest.mark.parametrize(("language", "text", "other", "translation", "kind", "first", "second"), DIFFERENT)
def test_another_fact_is_found_and_shown_as_it_is_written(language, text, other, translation, kind, first, second):
    found = differences(read(language, text), read(other, translation))
    assert Difference(kind, first, second) in found


def test_facts_are_read_without_django_and_wagtail():
    program = "import sys, barograph.editions.parity; sys.exit(bool({'django', 'wagtail'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_very_long_text_of_digits_is_read_in_no_time():
    for text in ("1" * 4000, "1 " * 10_000, "1-" * 10_000, "+1 " * 10_000, "(" * 10_000, "22 января " * 2000):
        read("ru", text)


def test_words_that_were_read_in_one_language_are_read_anew_in_another():
    parts = [Part("paragraph", "1,234 litres")]
    assert list(facts(parts, "en").numbers) == ["1234"]
    assert list(facts(parts, "ru").numbers) == ["1.234"]
    assert list(facts(parts, "en").numbers) == ["1234"]


def test_a_percentage_that_lost_its_sign_is_found():
    found = differences(read("en", "5% of voters"), read("ru", "5 избирателей"))
    assert {difference.kind for difference in found} == {Kind.NUMBERS, Kind.PERCENTAGES}


def test_a_repeated_number_is_a_matter_of_style():
    assert differences(read("en", "In 2024 and again in 2024"), read("be", "У 2024 і зноў тады ж")) == []


def test_belarusian_may_is_a_month_only_beside_a_number():
    assert read("be", "мая кніга, мая 5 кніга").dates == {}
    assert list(read("be", "5 мая").dates) == ["05-05"]


def test_an_impossible_day_is_read_as_numbers():
    assert read("be", "45.13.2024").dates == {}


def test_links_are_compared_but_not_the_words_they_stand_on():
    english = facts([Part("paragraph", '<p><a href="https://a.org/">one</a></p>', is_markup=True)], "en")
    belarusian = facts([Part("paragraph", '<p><a href="https://b.org/">адзін</a></p>', is_markup=True)], "be")
    assert differences(english, belarusian) == [Difference(Kind.LINKS, ("https://a.org/",), ("https://b.org/",))]


@pytest.mark.parametrize(
    ("english", "belarusian"),
    [
        ("https://a.org/x", "https://a.org/x/"),
        ("https://a.org/en/x", "https://a.org/be/x"),
        ("https://en.wikipedia.org/wiki/Minsk", "https://be.wikipedia.org/wiki/Minsk"),
        ("HTTPS://A.org", "https://a.org/"),
    ],
)
def test_a_link_to_the_same_page_in_the_text_s_own_language_is_the_same(english, belarusian):
    first = facts([Part("paragraph", f'<p><a href="{english}">x</a></p>', is_markup=True)], "en")
    second = facts([Part("paragraph", f'<p><a href="{belarusian}">x</a></p>', is_markup=True)], "be")
    assert differences(first, second) == []


@pytest.mark.parametrize(
    ("kind", "difference"),
    [
        ("lead", Kind.LEADS),
        ("paragraph", Kind.PARAGRAPHS),
        ("heading", Kind.HEADINGS),
        ("list.item", Kind.LIST_ITEMS),
        ("quote.text", Kind.QUOTATIONS),
        ("summary", Kind.SUMMARIES),
    ],
)
def test_a_part_that_one_language_lacks_is_counted(kind, difference):
    assert differences(facts([Part(kind, "x")], "en"), facts([], "be")) == [Difference(difference, ("1",), ("0",))]


def test_two_paragraphs_in_one_block_are_two_and_an_empty_one_is_none():
    block = facts([Part("paragraph", "<p>a</p><p>b</p><p></p>", is_markup=True)], "en")
    blocks = facts([Part("paragraph", f"<p>{word}</p>", is_markup=True) for word in "аб"], "be")
    assert differences(block, blocks) == []


def test_markup_inside_a_number_does_not_break_it():
    text = facts([Part("paragraph", "<p>1,<b>000</b>&nbsp;people, <i>5</i>%</p>", is_markup=True)], "en")
    assert (list(text.numbers), list(text.percentages)) == (["1000"], ["5"])


def test_a_language_that_cldr_does_not_know_is_read_by_english_rules():
    assert list(read("qaa", "1,000 on 5 May").numbers) == ["1000"]


WORDS = st.text(alphabet=st.sampled_from("0123456789 .,%-–+/:()абвyzАБGnst’\n"), max_size=60)


@given(text=WORDS | st.text(max_size=60), language=st.sampled_from(["en", "be", "ru", "de"]))
def test_a_text_never_differs_from_itself(text, language):
    assert differences(read(language, text), read(language, text)) == []


@given(value=st.integers(min_value=0, max_value=10**12), decimals=st.integers(min_value=0, max_value=99))
def test_a_number_that_babel_writes_is_read_as_the_same_in_every_language(value, decimals):
    from babel.numbers import format_decimal

    number = value + decimals / 100 if value < 10**9 else value
    texts = {language: format_decimal(number, locale=language) for language in ("en", "be", "ru", "de")}
    for language, text in texts.items():
        assert differences(read("en", f"x {texts['en']} y"), read(language, f"x {text} y")) == []


@given(day=st.dates())
def test_a_date_that_babel_writes_is_read_as_the_same_in_every_language(day):
    from babel.dates import format_date

    if day.year < 1000:
        day = day.replace(year=2024, day=min(day.day, 28))
    english = read("en", format_date(day, "long", locale="en"))
    for language in ("be", "ru", "uk", "pl", "de"):
        assert differences(english, read(language, format_date(day, "long", locale=language))) == []

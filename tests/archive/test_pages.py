"""Saved pages as text: every way in which archives differ, one example each."""

from textwrap import fill
from typing import Any

import pytest

from barograph.archive.pages import read_page
from barograph.archive.values import as_json
from tests.archive.layouts import FULL, HEAD, LAST, LEAD, MORE, PROSE, SAME_PAGE, TAIL, TAIL_LINES

BE_LEAD = "Цягнікі на поўначы спазняліся чатыры дні з пяці, і міністэрства маўчала пра гэта да вечара пятніцы."
BE_MORE = "Пасажыры самі палічылі спазненні. Іх спіс аказаўся даўжэйшы за той, што чыгунка надрукавала вясной."
BE_LAST = "Падсумоўваючы: расклад існуе толькі на паперы."
RU_LEAD = "Поезда на севере опаздывали четыре дня из пяти, и министерство молчало об этом до вечера пятницы."
RU_MORE = "Пассажиры сами посчитали опоздания. Их список оказался длиннее того, что железная дорога напечатала весной."
RU_LAST = "Подводя итог, расписание существует только на бумаге."


def read(text: str) -> dict[str, Any]:
    """The page as ``barograph import --dry-run --json`` prints it."""
    return as_json(read_page(text.encode(), "page.txt"))


def codes(page: dict[str, Any]) -> set[str]:
    return {warning.split(":")[0] for warning in page["warnings"]}


@pytest.mark.parametrize("layout", SAME_PAGE)
def test_the_same_page_is_understood_in_every_layout(layout: str) -> None:
    page = read(SAME_PAGE[layout])
    assert {name: page[name] for name in FULL} == FULL
    assert page["body"] == [{"type": "paragraph", "text": MORE}]
    assert page["caption"] == ""


@pytest.mark.parametrize(
    ("text", "language", "verdict", "start", "summary"),
    [
        (
            ("Снежань 27 – Студзень 2, 2022\nДарогі і рэйкі\n\nЦягнікі зноў спазняюцца\n\nСітуацыя пагоршылася\n"
            f"Цягнікі зноў спазняюцца\n\n{BE_LEAD}\n\n{BE_MORE}\n\n{BE_LAST}"),
            "be", "worse", "2021-12-27", BE_LAST,
        ),
        (
            ("by\n27 снежня – 2 студзеня 2022 г.\nДарогі і рэйкі\n\n"
            f"Цягнікі зноў спазняюцца\n\nСітуацыя не змянілася\n\n"
            f"{BE_LEAD}\n\n{BE_MORE}\n\n{BE_LAST}"),
            "be", "unchanged", "2021-12-27", BE_LAST,
        ),
        (
            ("Декабрь 27 – Январь 2, 2021\nДороги и рельсы\n\nПоезда снова опаздывают\n\nСитуация улучшилась\n"
            f"Поезда снова опаздывают\n\n{RU_LEAD}\n\n{RU_MORE}\n\n{RU_LAST}"),
            "ru", "better", "2021-12-27", RU_LAST,
        ),
        (
            ("с 27 декабря по 2 января 2022 года\n\nПоезда снова опаздывают\n\nСитуация не изменилась\n"
            f"Поезда снова опаздывают\n\n{RU_LEAD}\n\n{RU_MORE}\n\n{RU_LAST}\n\nВы успешно подписались\nПодробнее"),
            "ru", "unchanged", "2021-12-27", RU_LAST,
        ),
    ],
)  # fmt: skip
def test_pages_in_belarusian_and_russian_are_understood_alike(
    text: str, language: str, verdict: str, start: str, summary: str
) -> None:
    page = read(text)
    assert (page["language"], page["verdict"], page["period_start"], page["summary"]) == (
        language,
        verdict,
        start,
        summary,
    )
    assert codes(page) <= {"no-section"}
    assert len(page["body"]) == 1


def test_the_language_is_that_of_the_prose_and_not_of_the_page_around_it() -> None:
    page = read(
        f"by\nMarch 1 – March 7, 2021\n\nПоезда снова опаздывают\n\nThe situation has not changed\n\n"
        f"{RU_LEAD}\n\n{TAIL}"
    )
    assert page["language"] == "ru"


LONG_HEADLINE = (
    "The ministry is preparing a further package of changes to the timetable in connection with the growth of the "
    "queues at the stations and with the disputed reform of the ticket offices in the north"
)


@pytest.mark.parametrize(
    "headline",
    [
        "2021: a year of queues; 2022: a year of tickets",
        "Queues – a story without an end – and 2024 tickets",
        "Who pays for the queue? Nobody does.",
        "“Queue” is a word nobody says. The ministry prefers “line”.",
        "May 2021 was long",
        "The minister's 2025 plans: on paper – a fighter against queues",
        LONG_HEADLINE,
    ],
)
@pytest.mark.parametrize("repeated", [True, False])
def test_a_headline_may_hold_anything(headline: str, repeated: bool) -> None:
    again = f"{headline}\n" if repeated else ""
    page = read(f"May 3 – May 9, 2021\nRoads and rails\n\n{headline}\n\nThe situation got worse\n{again}\n{PROSE}")
    assert {name: page[name] for name in FULL} == FULL | {"headline": headline}


@pytest.mark.parametrize(
    "caption",
    [
        "Photo: North Agency",
        "Очередь у кассы. Фото: Агентство Север",
        "Чарга ля касы 3 траўня 2021 года. Скрыншот відэа",
        "карикатура: the daily queue",
        "Ілюстрацыйны здымак. Пасажыры чакаюць на пероне ў Менску. Фота: АБВ / Поўнач",
        "1 – the minister at the station. Image by the press office",
        "Снимок носит иллюстративный характер",
        "Passengers at the northern station on 5 May 2021",
        "© North Agency",
        "A queue at the ticket office (photo by the author)",
        "Чарга ля касы 5 траўня 2021 года",
    ],
)
def test_a_caption_below_the_repeated_headline_is_not_the_lead(caption: str) -> None:
    page = read(HEAD.rstrip() + f"\n{caption}\n\n{PROSE}")
    assert page["caption"] == caption
    assert {name: page[name] for name in FULL} == FULL


@pytest.mark.parametrize(
    "caption", ["Photo: North Agency", "Фото: Агентство Север", "Чарга ля касы 5 траўня 2021 года"]
)
def test_a_caption_in_a_block_of_its_own_is_told_by_its_words_or_script(caption: str) -> None:
    page = read(f"{HEAD}{caption}\n\n{PROSE}")
    assert page["caption"] == caption
    assert page["lead"] == LEAD


def test_a_caption_below_a_headline_repeated_after_the_lead_is_found() -> None:
    head = HEAD.replace("worse\nTrains run late again\n", "worse\n")
    page = read(f"{head}{LEAD}\n\nTrains run late again\nФото: Агентство Север\n\n{MORE}\n\n{LAST}")
    assert page["caption"] == "Фото: Агентство Север"
    assert {name: page[name] for name in FULL} == FULL


def test_a_caption_of_two_lines_is_kept_whole() -> None:
    page = read(HEAD.rstrip() + f"\nЧарга ля касы\nФота: Поўнач\n\n{PROSE}")
    assert page["caption"] == "Чарга ля касы Фота: Поўнач"


def test_a_sentence_in_a_captions_place_gives_a_warning() -> None:
    page = read(HEAD.rstrip() + f"\nPassengers wait at the northern station.\n\n{PROSE}")
    assert page["caption"] == "Passengers wait at the northern station."
    assert codes(page) == {"caption-unsure"}


def test_a_long_lead_right_below_the_headline_is_the_lead() -> None:
    long_lead = f"{LEAD} {MORE} {MORE}"
    page = read(HEAD.rstrip() + f"\n{long_lead}\n\n{MORE}\n\n{LAST}")
    assert page["lead"] == long_lead
    assert page["caption"] == ""


@pytest.mark.parametrize("bullet", ["• ", "– ", "- ", "— ", "  •  ", "* ", "•", "· "])
@pytest.mark.parametrize("between", ["\n", "\n\n", "\r\n \r\n"])
def test_list_items_are_one_list_whatever_their_bullets(bullet: str, between: str) -> None:
    listed = between.join(f"{bullet}{item}" for item in ("more trains;", "fewer queues;", "new clocks."))
    page = read(f"{HEAD}{LEAD}\n\nPassengers ask for:\n\n{listed}\n\n{MORE}\n")
    assert page["body"] == [
        {"type": "paragraph", "text": "Passengers ask for:"},
        {"type": "list", "items": ["more trains;", "fewer queues;", "new clocks."]},
        {"type": "paragraph", "text": MORE},
    ]


def test_lines_broken_at_a_fixed_width_are_joined() -> None:
    page = read(HEAD + "\n\n".join(fill(part, 72) for part in (LEAD, f"{MORE} {LEAD} {MORE}", LAST)))
    assert (page["lead"], page["summary"]) == (LEAD, LAST)
    assert page["body"] == [{"type": "paragraph", "text": f"{MORE} {LEAD} {MORE}"}]


def test_a_lone_dash_opens_words_that_somebody_says() -> None:
    page = read(f"{HEAD}{LEAD}\n\n– We know nothing, said the ministry.\n\n{MORE}\n")
    assert page["body"][0] == {"type": "paragraph", "text": "– We know nothing, said the ministry."}


def test_a_short_line_between_paragraphs_is_a_heading() -> None:
    page = read(f"{HEAD}{LEAD}\n\nWhat comes next\n\n{MORE}\n")
    assert page["body"][0] == {"type": "heading", "text": "What comes next"}


@pytest.mark.parametrize(
    "summary",
    [
        "In summary, nothing moves.", "In summary: nothing moves.", "To sum up, nothing moves.",
        "Summing up the week, nothing moves.",
        "In conclusion, nothing moves.", "Падводзячы вынікі тыдня, нічога не рухаецца.",
        "Такім чынам, нічога не рухаецца.",
        "Высновы: нічога не рухаецца.", "Подводя итоги недели, ничего не движется.",
        "Таким образом, ничего не движется.",
        "Вывод: ничего не движется.",
    ],
)  # fmt: skip
def test_a_closing_paragraph_that_says_so_is_the_summary(summary: str) -> None:
    page = read(f"{HEAD}{LEAD}\n\n{MORE}\n\n{summary}\n\n{TAIL}")
    assert page["summary"] == summary
    assert page["body"] == [{"type": "paragraph", "text": MORE}]


def test_only_the_last_paragraph_can_be_the_summary() -> None:
    page = read(f"{HEAD}{LEAD}\n\n{LAST}\n\n{MORE}\n")
    assert page["summary"] == ""
    assert [block["text"] for block in page["body"]] == [LAST, MORE]


def test_a_heading_over_the_closing_paragraph_makes_it_the_summary() -> None:
    page = read(f"{HEAD}{LEAD}\n\n{MORE}\n\nConclusion\n\nNothing moves, and nobody expects it to.\n")
    assert page["summary"] == "Nothing moves, and nobody expects it to."
    assert "Conclusion" in page["furniture"]


def test_a_closing_paragraph_that_announces_a_list_stays_with_it() -> None:
    page = read(f"{HEAD}{LEAD}\n\nIn summary:\n\n• one\n• two\n")
    assert page["summary"] == ""
    assert page["body"][-1]["items"] == ["one", "two"]


def test_a_page_of_text_alone_has_no_period_and_takes_none_from_its_tail() -> None:
    page = read(
        f"Trains run late again\nThe situation has not changed\n{LEAD}\nYou have been successfully subscribed\n"
        "Subscribe to our newsletter\nEN\nBE/RU\nSituation in Northland\nJanuary 6 – January 12\n"
        "A talk\nApril 12, 2022\nSpeakers: A, B\nVideo\n"
        "Buses stop\nDecember 30, 2024 – January 5, 2025\n"
    )
    assert (page["period_start"], page["verdict"], page["headline"], page["lead"]) == (
        None, "unchanged", "Trains run late again", LEAD,
    )  # fmt: skip
    assert page["body"] == []
    assert codes(page) == {"no-period", "no-section"}
    assert "December 30, 2024 – January 5, 2025" in page["furniture"]


def test_a_headline_and_paragraphs_are_enough() -> None:
    page = read(f"Trains run late again\n{LEAD}\n{MORE}\n{LAST}\n[excerpt cut here]")
    assert (page["headline"], page["lead"], page["summary"]) == ("Trains run late again", LEAD, LAST)
    assert codes(page) == {"no-period", "no-section", "no-verdict"}


def test_placeholders_in_brackets_are_prose() -> None:
    page = read(HEAD + "[the lead]\n\n[a paragraph]\n\n[a paragraph]\n\n[excerpt cut here]")
    assert page["lead"] == "[the lead]"
    assert [block["text"] for block in page["body"]] == ["[a paragraph]", "[a paragraph]"]
    assert page["furniture"][-1] == "[excerpt cut here]"
    assert page["language"] == "en"


def test_a_stamp_of_a_bulk_import_is_not_the_period() -> None:
    page = read(
        f"Trains run late again\n\nCategory status:\nApril 22, 2016 18:02\n\n{LEAD}\n\n{MORE}\n\n"
        "Similar articles\nBuses stop"
    )
    assert page["period_start"] is None
    assert page["verdict"] is None
    assert page["lead"] == LEAD
    assert codes(page) == {"no-period", "no-section", "no-verdict"}
    assert "April 22, 2016 18:02" in page["furniture"]


def test_two_possible_years_are_named_and_none_is_taken() -> None:
    page = read((HEAD + PROSE).replace("May 3 – May 9, 2021", "December 29 – January 4, 2018"))
    assert (page["period_start"], page["period_end"]) == (None, None)
    assert codes(page) == {"period-unclear"}
    assert "2017-12-29 to 2018-01-04 or 2018-12-29 to 2019-01-04" in page["warnings"][0]


def test_a_week_without_a_year_is_not_completed() -> None:
    page = read((HEAD + PROSE).replace("May 9, 2021", "May 9"))
    assert page["period_start"] is None
    assert codes(page) == {"no-period"}
    assert page["section"] == "Roads and rails"


def test_two_periods_or_two_verdicts_are_not_chosen_between() -> None:
    page = read((HEAD + PROSE).replace("2021\nRoads", "2021\nMay 10 – May 16, 2021\nRoads"))
    assert page["period_start"] is None
    page = read((HEAD + PROSE).replace("got worse\n", "got worse\nThe situation has not changed\n"))
    assert page["verdict"] is None
    assert codes(page) == {"two-verdicts"}


def test_a_verdict_in_unknown_words_is_no_verdict() -> None:
    page = read((HEAD + PROSE).replace("The situation got worse", "Category status: rather cloudy"))
    assert page["verdict"] is None
    assert codes(page) == {"unknown-verdict"}


@pytest.mark.parametrize("line", ["The situation has not improved", "- (The situation has hardly worsened)"])
def test_a_line_that_looks_like_a_verdict_is_no_verdict_and_no_lead(line: str) -> None:
    page = read((HEAD + PROSE).replace("The situation got worse", line))
    assert page["verdict"] is None
    assert page["lead"] == LEAD
    assert line in page["furniture"]
    assert codes(page) == {"unknown-verdict"}


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("+ (The situation has improved)", "better"),
        ("0 (The situation has not changed)", "unchanged"),
        ("= Сітуацыя не змянілася", "unchanged"),
        ("– Ситуация ухудшилась", "worse"),
        ("▲ The situation has gotten better!", "better"),
    ],
)
def test_a_sign_may_stand_before_a_verdict(line: str, verdict: str) -> None:
    assert read((HEAD + PROSE).replace("The situation got worse", line))["verdict"] == verdict


def test_a_sentence_about_the_situation_in_the_body_is_not_the_verdict() -> None:
    page = read(f"Trains run late again\n\n{LEAD}\n\n{MORE}\n\nThe situation has not changed.\n\n{MORE}")
    assert page["verdict"] is None
    assert {"type": "paragraph", "text": "The situation has not changed."} in page["body"]
    assert "verdict-in-body" in codes(page)


def test_prose_below_the_tails_beginning_is_not_lost_in_silence() -> None:
    page = read(f"{HEAD}{LEAD}\n\nYou have been successfully subscribed\n\n{MORE} {MORE}\n\n{LEAD} {MORE}\n")
    assert f"{LEAD} {MORE}" in page["furniture"]
    assert codes(page) == {"prose-in-tail"}


def test_a_second_page_in_the_same_file_is_noticed() -> None:
    page = read(HEAD + PROSE + TAIL + "\n" + HEAD + PROSE)
    assert page["headline"] == "Trains run late again"
    assert "second-page" in codes(page)


def test_windows_1251_is_read_and_said() -> None:
    text = f"Поезда снова опаздывают\n\nСитуация ухудшилась\n\n{RU_LEAD}\n\n{RU_MORE}"
    page = as_json(read_page(text.encode("cp1251"), "page.txt"))
    assert page["lead"] == RU_LEAD
    assert page["verdict"] == "worse"
    assert "encoding" in codes(page)


def test_windows_1252_is_not_taken_for_cyrillic() -> None:
    page = as_json(
        read_page("Café “Déjà vu” – la première\n\nIt was naïve of the café to open.".encode("cp1252"), "page.txt")
    )
    assert page["headline"] == "Café “Déjà vu” – la première"
    assert "encoding" in codes(page)


def test_utf16_is_read() -> None:
    assert as_json(read_page((HEAD + PROSE).encode("utf-16"), "page.txt"))["lead"] == LEAD


def test_a_torn_file_says_where_it_is_damaged() -> None:
    data = (HEAD + f"{BE_LEAD}\n\n{BE_MORE}").encode()[:-2]
    page = as_json(read_page(data, "page.txt"))
    assert page["lead"] == BE_LEAD
    assert "encoding" in codes(page)


@pytest.mark.parametrize("text", ["", " \n\r\n\t", "\ufeff", "\x00"])
def test_an_empty_page_is_a_warning(text: str) -> None:
    page = read(text)
    assert codes(page) == {"empty"}
    assert page["headline"] == ""


def test_a_page_of_furniture_alone_has_no_headline() -> None:
    page = read(TAIL)
    assert page["headline"] == page["lead"] == ""
    assert page["furniture"] == TAIL_LINES
    assert {"no-headline", "no-lead"} <= codes(page)


def test_a_first_paragraph_is_not_made_a_headline() -> None:
    page = read(f"{LEAD} {MORE} {LEAD}\n\n{MORE}\n")
    assert page["headline"] == ""
    assert page["lead"] == f"{LEAD} {MORE} {LEAD}"
    assert "no-headline" in codes(page)


def test_marks_that_reorder_text_are_taken_out_and_said() -> None:
    page = read((HEAD + PROSE).replace("Passengers", "\u202ePassengers"))
    assert page["body"][0]["text"] == MORE
    assert codes(page) == {"direction-marks"}

"""The mail of an edition: what it says, to whom it leads, and that any choice of sections is a whole mail."""

from __future__ import annotations

import itertools
import json
import re
import tomllib
from dataclasses import replace
from datetime import date
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from bs4 import BeautifulSoup

from barograph.base.mail import PREHEADER, UNSUBSCRIBE, EditionMail
from barograph.base.period import Period
from barograph.base.site import VERDICTS
from barograph.release import mail, render
from barograph.release.history import History
from barograph.release.language_pages import LanguagePages
from barograph.release.record import Assessment, Edition, Record, Source, Text
from barograph.release.wording import Wording
from barograph.sample.read import SampleCommentary, SampleText, load_sample, sample_file
from tests.release import records
from tests.release.everything import render_release

VOID = {"meta", "br", "hr", "img", "link", "input"}
WEEK = "2024-08-12"


def mail_of(record: Record, language: str = "en", slug: str | None = None, **changes: Any) -> EditionMail:
    site = records.site(**changes)
    history = History(record, site)
    wording = Wording(site, language, records.no_translations(language))
    pages = LanguagePages(history, wording, render.environment(), "style")
    found = [edition for edition in record.editions if slug in {None, edition.slug}]
    return mail.edition_mail(pages, found[-1])


def record_with(**changes: Any) -> Record:
    """One week in which the commentary on the economy differs as told."""
    start = records.FIRST_DAY
    economy = replace(
        records.assessment(0, start, "worse"),
        texts={"en": (records.text("en", 0, start, **changes),)},
    )
    edition = records.edition(0)
    return Record((replace(edition, assessments=(economy, *edition.assessments[1:])),))


@cache
def uneven() -> EditionMail:
    return mail_of(records.uneven_record(), slug=WEEK)


def words(html: str) -> str:
    return " ".join(BeautifulSoup(html, "lxml").get_text(" ").split())


class Balance(HTMLParser):
    """Notes every element that is not closed where it has to be."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, _attributes: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1:] == [tag]:
            self.open.pop()
        elif tag not in VOID:
            self.wrong.append(tag)


def test_the_newest_editions_with_commentaries_carry_mail_whatever_the_archive_holds() -> None:
    archived = replace(records.edition(29), archived=True)
    bare = records.edition(30, languages=())
    record = Record((*(records.edition(week) for week in range(29)), archived, bare))

    assert [edition.slug for edition in mail.carried(record)] == [
        records.edition(week).slug for week in range(29 - mail.CARRIED, 29)
    ]


def test_a_release_has_a_file_of_mail_for_each_language_that_has_texts() -> None:
    files = dict(
        render_release(
            records.uneven_record(),
            records.site(),
            gettext_for=records.no_translations,
            pictures=records.picture_bytes,
            environment=render.environment(),
        )
    )
    names = {name for name in files if name.startswith("mail/")}
    assert names == {f"mail/{slug}/{code}.json" for slug in ("2024-08-05", WEEK) for code in records.LANGUAGES}
    assert EditionMail.from_json(files[f"mail/{WEEK}/en.json"]) == uneven()

    only_russian = Record((records.edition(0, languages=("ru",)),))
    assert [name for name in files_of_mail(only_russian) if name.startswith("mail/")] == ["mail/2023-01-02/ru.json"]


def files_of_mail(record: Record) -> list[str]:
    history = History(record, records.site())
    names = []
    for language in records.LANGUAGES:
        wording = Wording(records.site(), language, records.no_translations(language))
        pages = LanguagePages(history, wording, render.environment(), "")
        names += [name for edition in mail.carried(record) for name, _ in mail.mail_of(pages, edition)]
    return names


def test_the_same_record_gives_the_same_bytes() -> None:
    once, again = (mail_of(records.uneven_record(), slug=WEEK).to_json() for _ in range(2))
    assert once == again
    assert json.loads(once)["format"]


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("en", "Situation in Arcadia, August 12 – 18, 2024"),
        ("be", "Становішча ў Аркадыі, 12–18 жніўня 2024"),
        ("ru", "Ситуация в Аркадии, 12–18 августа 2024 г."),
    ],
)
def test_the_subject_names_publication_and_period(language: str, subject: str) -> None:
    found = mail_of(records.uneven_record(), language, WEEK)
    # CLDR has narrow spaces in its dates.
    assert re.sub(r"\s", " ", found.subject) == subject
    assert found.address == f"https://example.org/{language}/editions/{WEEK}/"
    assert f'<html lang="{language}"' in found.letter().html


CHOICES = [
    chosen for count in range(5) for chosen in itertools.combinations(("economy", "health", "justice", "press"), count)
]


@pytest.mark.parametrize("chosen", CHOICES, ids=",".join)
def test_any_choice_of_sections_is_a_whole_mail_and_says_nothing_of_the_others(chosen: tuple[str, ...]) -> None:
    found = uneven()
    letter, attached = found.letter(chosen), found.attached_page(chosen)
    site = records.site()
    for html in (letter.html, attached):
        balance = Balance(html)
        assert (balance.open, balance.wrong) == ([], [])
        for section in site.sections:
            headings = [words(str(tag)) for tag in BeautifulSoup(html, "lxml").find_all("h2")]
            assert (section.name["en"] in headings) == (section.key in chosen)
    for section, headline in zip(records.SECTIONS, records.HEADLINES["en"], strict=True):
        if section in {"economy", "justice", "press"}:
            for text in (words(letter.html), words(attached), " ".join(letter.text.split())):
                assert (headline in text) == (section in chosen)


def test_the_verdict_is_there_as_mark_and_words_with_its_reason_and_what_it_replaced() -> None:
    record = records.record(2)
    record = Record((record.editions[0], replace(record.editions[1], assessments=record.editions[1].assessments)))
    found = mail_of(record)
    before, now = ({judged.section: judged.verdict for judged in edition.assessments} for edition in record.editions)
    assert found.changed == tuple(section for section in now if now[section] != before[section])
    for part in (part for part in found.parts if part.section):
        verdict = now[part.section]
        assert verdict
        sentence = records.site().verdicts[verdict].sentence["en"]
        for text in (words(part.html), part.text):
            assert f"{ {'better': '▲', 'unchanged': '■', 'worse': '▼'}[verdict] } {sentence}" in text
            assert ("The verdict has changed. Before:" in text) == (part.section in found.changed)
        assert records.REASONS["en"] in words(part.html)
        assert part.preheader == f"{records.site().words(_name(part.section), 'en')}: {verdict}"


def _name(section: str) -> dict[str, str]:
    return next(found.name for found in records.site().sections if found.key == section)


def test_a_first_verdict_and_a_missing_one_are_no_change() -> None:
    start = records.FIRST_DAY
    nothing = Edition("w", records.edition(1).period, start, (Assessment("economy", None),))
    assert mail_of(Record((records.edition(0),))).changed == ()
    found = mail_of(Record((records.edition(0), nothing)))
    assert found.changed == ()
    assert "No verdict was given" in found.letter().text
    assert found.letter().preheader == "Economy: no verdict"


def test_what_a_program_shows_beside_the_subject_tells_of_the_chosen_sections_only() -> None:
    letter = uneven().letter(["press", "economy"])
    assert letter.preheader == "Economy: better · Press: better"
    assert f">{letter.preheader}</div>" in letter.html
    assert PREHEADER not in letter.html
    assert "display:none" in letter.html[: letter.html.index(letter.preheader)]


def test_a_commentary_is_there_with_everything_but_its_picture() -> None:
    html = uneven().letter(["economy"]).html
    page = BeautifulSoup(html, "lxml")
    link = page.find("a", string=re.compile("Grain ships return"))
    assert link is not None
    assert link["href"] == "https://example.org/en/economy/week-of-2024-08-12/"
    assert {str(tag["href"]) for tag in page.find_all("a")} == {
        "https://example.org/en/economy/week-of-2024-08-12/",
        "https://example.org/en/economy/a-second-look/",
        "https://example.org/en/about/",
        "https://example.org/customs/12",
        f"https://example.org/en/editions/{WEEK}/",
        UNSUBSCRIBE,
    }
    text = words(html)
    for expected in (records.LEADS["en"], records.SUMMARIES["en"], "Ivan Łučyna, the economic desk", "A shipowner"):
        assert expected in text
    assert "Talks with two shipowners" in text
    assert "Correction, August 24, 2024: The number of ships was eleven, not twelve." in text
    assert [tag.name for tag in page.find_all(re.compile("^h[1-6]$"))] == ["h1", "h2", "h3", "h4", "h3"]


def test_a_commentary_in_another_language_is_named_with_its_language() -> None:
    page = BeautifulSoup(uneven().letter(["health"]).html, "lxml")
    link = page.find("a", hreflang="ru")
    assert link is not None
    assert link["lang"] == "ru"
    assert "Only in: Russian" in words(str(link.parent))
    assert "Only in: Russian\nhttps://example.org/ru/health/" in uneven().letter(["health"]).text


@pytest.mark.parametrize("kind", ["letter", "notice", "attachment"])
def test_nothing_is_loaded_from_anywhere(kind: str) -> None:
    found = mail_of(record_with(body_html='<p>Look</p><img src="https://spy.example/1.gif"><script>x()</script>'))
    html = {"letter": found.letter(), "notice": found.notice_letter(), "attachment": None}[kind]
    text = html.html if html else found.attached_page()
    for forbidden in ("<img", "<link", "<script", "@import", "url(", "src=", "spy.example", "x()", "@font-face"):
        assert forbidden not in text


def test_an_edition_too_long_for_a_mail_is_sent_without_bodies() -> None:
    long = "<p>word</p>" * 6000
    short, cut = mail_of(record_with(body_html="<p>word</p>")), mail_of(record_with(body_html=long))

    assert "Read the whole commentary on the site" not in short.letter().html
    assert len(cut.letter().html.encode()) <= mail.LONGEST
    assert "word" not in words(cut.letter(["economy"]).html)
    kept = words(cut.letter(["economy"]).html)
    assert records.LEADS["en"] in kept
    assert records.SUMMARIES["en"] in kept
    assert "Read the whole commentary on the site" in kept
    assert cut.letter().text.count("word\n") == cut.attached_page().count("<p>word</p>") == 6000


def test_the_place_of_the_reader_s_link_is_in_the_foot_and_nowhere_else() -> None:
    traps = {"headline": f"A {UNSUBSCRIBE} b", "lead": "{" + UNSUBSCRIBE + "}", "body_html": f"<p>{UNSUBSCRIBE}</p>"}
    for found in (uneven(), mail_of(record_with(**traps, summary=PREHEADER))):
        for letter in (found.letter(), found.notice_letter(), found.letter([])):
            assert letter.html.count(f'href="{UNSUBSCRIBE}"') == letter.html.count(UNSUBSCRIBE) == 1
            assert letter.text.count(f"\n{UNSUBSCRIBE}\n") == letter.text.count(UNSUBSCRIBE) == 1
        assert UNSUBSCRIBE in found.parts[-1].html
        assert UNSUBSCRIBE not in found.attached_page()


def test_words_stay_words_whatever_they_look_like() -> None:
    found = mail_of(record_with(headline="<b>Less</b> & <!-- cut --> “more”", lead="</td></table><mj-raw>"))
    assert len(found.parts) == len(found.attachment) == len(records.SECTIONS) + 2
    assert "<b>Less</b> & <!-- cut --> “more”" in words(found.letter().html)
    assert "</td></table><mj-raw>" in words(found.letter().html)
    assert (Balance(found.letter().html).open, Balance(found.attached_page()).open) == ([], [])


def test_the_notice_says_neither_what_there_is_nor_who_says_so() -> None:
    notice = uneven().notice_letter()
    for text in (notice.html, notice.text):
        assert "There is something new to read." in text
        assert uneven().address in text
        for telling in ("Arcadia", "Economy", "Observatory", "2024 ", "ships"):
            assert telling not in text
    assert notice.preheader == ""


def test_the_attached_page_has_no_name_no_author_and_no_link() -> None:
    page = uneven().attached_page()
    assert "<title>August" in page
    assert "What the tariff was" in page
    for telling in ("Arcadia", "Observatory", "example.org", "href", "Łučyna", "http://", "https://", "minisign"):
        assert telling not in page


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_colour_of_words_can_be_read_by_day_and_by_night() -> None:
    html = uneven().letter().html
    night = html[html.index("@media (prefers-color-scheme:dark)") : html.index("</head>")]
    day = html[html.index("<body") :]
    for part, paper in ((day, "#fbf8f1"), (night, "#11151b")):
        assert paper in part
        colours = set(re.findall(r"[;{\"' ]color:\s?(#[0-9a-f]{6})", part)) - {"#ffffff"}
        assert len(colours) >= 2 + len(VERDICTS) - 1
        for colour in colours:
            light, dark = sorted((luminance(colour), luminance(paper)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, colour
    assert '<meta name="color-scheme" content="light dark"' in html


def sample_body(text: SampleText) -> str:
    return "".join(
        f"<ul>{''.join(f'<li>{item}</li>' for item in block.items)}</ul>" if block.items else f"<p>{block.text}</p>"
        for block in text.body
    )


def sample_text(commentary: SampleCommentary, language: str, day: date) -> Text:
    text = commentary.texts[language]
    sources = tuple(Source(source.title, source.url) for source in text.sources)
    values = (text.slug, text.headline, text.lead, sample_body(text), text.summary, day, day, text.authors, sources)
    return Text(commentary.file, language, *values)


@pytest.mark.parametrize("language", records.LANGUAGES)
def test_no_edition_of_the_sample_is_cut_off_by_a_mail_program(language: str) -> None:
    settings = tomllib.loads(sample_file("barograph.toml").decode())
    for edition in load_sample().editions:
        texts: dict[str, tuple[Text, ...]] = {}
        for commentary in edition.commentaries:
            text = sample_text(commentary, language, edition.start)
            texts[commentary.section] = (*texts.get(commentary.section, ()), text)
        assessments = tuple(Assessment(section, "worse", {}, {language: found}) for section, found in texts.items())
        period = Period(edition.start, edition.end)
        record = Record((Edition(period.slug, period, edition.published, assessments),))
        html = mail_of(record, language, **settings).letter().html
        assert 20_000 < len(html.encode()) < mail.LONGEST
        assert "Read the whole commentary on the site" not in html


def test_a_mail_s_name_for_screen_readers_is_words_alone() -> None:
    labels = re.findall(r'aria-label="([^"]*)"', uneven().letter().html)
    assert labels
    assert [label for label in labels if "\\u" in label or not label.isprintable()] == []

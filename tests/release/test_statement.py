"""The statement: the settings' words, dated by the newest publication and by nothing else."""

from __future__ import annotations

import gettext
from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup

from barograph.base.site import SiteSettings
from barograph.release import render
from barograph.release.history import History
from barograph.release.language_pages import LanguagePages
from barograph.release.record import Record
from barograph.release.statement import COLUMNS, current_statement, statement_page, statement_txt
from barograph.release.wording import Wording
from tests.release import records

WORDS = {
    "en": "Nobody has made us change, withhold or hand over anything.\n\nThe keys are in our hands alone.",
    "be": "Ніхто не прымусіў нас нешта змяніць, утаіць або перадаць.",
}


def site_with(words: dict[str, str] | None = None, days: int = 10) -> SiteSettings:
    """A site with such a statement."""
    return records.site(release={"statement": WORDS if words is None else words, "statement_days": days})


def text_of(record: Record, site: SiteSettings) -> str | None:
    """``statement.txt``."""
    wordings = [Wording(site, code, gettext.NullTranslations()) for code in site.language_codes]
    found = statement_txt(History(record, site), wordings)
    return None if found is None else found.decode()


def page_of(record: Record, site: SiteSettings, language: str) -> tuple[str, BeautifulSoup] | None:
    """The statement's page: its file and what is in it."""
    wording = Wording(site, language, gettext.NullTranslations())
    found = statement_page(LanguagePages(History(record, site), wording, render.environment(), "assets/style.css"))
    return found and (found[0], BeautifulSoup(found[1], "lxml"))


def test_it_is_dated_by_the_newest_publication_and_holds_so_many_days() -> None:
    first, second = records.record(2).editions
    record = Record((replace(first, made_on=date(2023, 3, 1)), replace(second, made_on=date(2023, 1, 18))))
    statement = current_statement(History(record, site_with(days=7)), site_with(days=7))

    assert statement is not None
    assert (statement.made_on, statement.holds_until) == (date(2023, 3, 1), date(2023, 3, 8))
    assert statement.newest is record.editions[1]


def test_an_edition_without_a_day_of_its_own_was_made_when_it_was_published() -> None:
    record = records.record(2)
    statement = current_statement(History(record, site_with()), site_with())

    assert statement is not None
    assert statement.made_on == record.editions[-1].published_on


def test_a_changed_standing_page_renews_nothing() -> None:
    record = records.record(3)
    pages = tuple(replace(page, title="New", changed_on=date(2030, 1, 1)) for page in record.pages)

    assert text_of(replace(record, pages=pages), site_with()) == text_of(record, site_with())


@pytest.mark.parametrize("words", [{}, {"en": ""}])
def test_without_words_in_the_settings_there_is_neither_file_nor_page(words: dict[str, str]) -> None:
    assert text_of(records.record(2), site_with(words)) is None
    assert page_of(records.record(2), site_with(words), "en") is None


def test_before_the_first_publication_there_is_none() -> None:
    assert text_of(Record(()), site_with()) is None


def test_the_file_has_every_language_with_words_dates_and_a_headline_in_72_columns() -> None:
    said = text_of(records.record(2), site_with())

    assert said is not None
    assert max(map(len, said.splitlines())) <= COLUMNS
    for part in (
        "    Nobody has made us change, withhold or hand over anything.\n\n    The keys are in our hands alone.\n",
        "    Ніхто не прымусіў нас нешта змяніць, утаіць або перадаць.\n",
        "(2023-01-18)",
        "(2023-01-28)",
        "January 9",
        "    Grain ships return to the harbour as the tariff quarrel ends\n",
        "https://example.org/be/statement/",
    ):
        assert part in said
    assert "Ситуация" not in said
    assert said.count("What silence means") == 2
    assert said.endswith("\n")
    assert all(line == line.rstrip() for line in said.splitlines())


def test_a_headline_is_taken_from_another_language_where_its_own_has_none() -> None:
    record = Record((records.edition(0, languages=("ru",)),))
    statement = current_statement(History(record, site_with()), site_with())

    assert statement is not None
    headline = statement.headline("en")
    assert headline is not None
    assert headline.language == "ru"


def test_bare_verdicts_are_enough_for_a_statement() -> None:
    said = text_of(Record((records.edition(0, languages=()),)), site_with())

    assert said is not None
    assert "The newest edition when this was made: January 2" in said


def test_the_page_has_the_words_the_dates_and_what_silence_means() -> None:
    found = page_of(records.record(2), site_with(), "be")
    assert found is not None
    file, page = found
    words = page.select_one("blockquote.statement")
    assert words is not None

    assert file == "be/statement/index.html"
    assert words.get_text(strip=True) == WORDS["be"]
    assert not words.has_attr("lang")
    assert "2023-01-28" in page.get_text()
    assert [heading.get_text() for heading in page.select("article h2")] == [
        "What silence means",
        "What it is not",
        "How to check it",
    ]
    assert page.select_one('article a[href="../../statement.txt"]')


def test_a_language_without_words_shows_those_of_another_and_says_which() -> None:
    found = page_of(records.record(2), site_with(), "ru")
    assert found is not None
    words = found[1].select_one("blockquote.statement")
    assert words is not None

    assert words["lang"] == "en"
    assert [paragraph.get_text() for paragraph in words.find_all("p")] == WORDS["en"].split("\n\n")

"""The tables of the open data: their columns are a promise, their rows are what the pages say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from barograph.dataset.table import Table, Value, checked_rows
from barograph.release.data_tables import SCHEMA, data_tables, newest_day
from barograph.release.data_text import plain, word_count
from barograph.release.history import History
from barograph.release.record import Assessment, Edition, Record
from barograph.release.wording import Wording
from tests.release import records

PROMISED = Path(__file__).with_name("data_columns.txt")
CHANGED = """
The columns of the open data are not those of data_columns.txt. Programs of other people read them by name.
- A column or a table more: raise the second number of SCHEMA in release/data_tables.py.
- Anything else (a column gone, renamed, of another type, with another meaning): raise the first number, and say so in
  the change log.
Then bring data_columns.txt up to date by hand, line by line, so that somebody has read the change.
"""


def tables_of(record: Record, **changes: object) -> dict[str, Table]:
    site = records.site(**changes)
    wordings = [Wording(site, code, records.no_translations(code)) for code in site.language_codes]
    return {table.name: table for table in data_tables(History(record, site), wordings)}


def rows_of(table: Table) -> list[dict[str, Value]]:
    return [dict(zip(table.names, row, strict=True)) for part in table.parts for row in checked_rows(table, part)]


def columns_of(tables: Iterator[Table]) -> str:
    lines = [f"version {SCHEMA}"]
    for table in tables:
        lines += ["", f"{table.name}, one record for each {' + '.join(table.primary_key)}"]
        lines += [f"  {column.name} {column.kind}{' required' * column.required}" for column in table.columns]
    return "\n".join(lines) + "\n"


def test_columns_are_the_promised_ones() -> None:
    assert columns_of(iter(tables_of(Record(())).values())) == PROMISED.read_text(encoding="utf-8"), CHANGED


def test_every_row_of_a_real_record_fits_its_columns() -> None:
    tables = tables_of(records.uneven_record())
    counts = {name: len(rows_of(table)) for name, table in tables.items()}
    assert counts == {
        "editions": 30,
        "assessments": 38,
        "reasons": 20,
        "commentaries": 25,
        "texts": 25,
        "corrections": 2,
        "sections": 5,
        "section_names": 15,
        "verdicts": 3,
        "verdict_wordings": 9,
        "languages": 3,
    }


@pytest.mark.parametrize("name", list(tables_of(Record(()))))
def test_a_primary_key_is_there_once(name: str) -> None:
    table = tables_of(records.uneven_record())[name]
    keys = [tuple(row[column] for column in table.primary_key) for row in rows_of(table)]
    assert len(keys) == len(set(keys))


def week(number: int, verdict: str | None) -> Edition:
    return replace(records.edition(number, languages=()), assessments=(Assessment("economy", verdict),))


def test_an_assessment_says_how_long_its_verdict_has_stood() -> None:
    verdicts = ["better", "worse", None, "worse", "unchanged"]
    record = Record(tuple(week(number, verdict) for number, verdict in enumerate(verdicts)))
    rows = [tuple(row.values())[3:] for row in rows_of(tables_of(record)["assessments"])]
    assert rows == [
        ("better", 1, 1, date(2023, 1, 2), None),
        ("worse", -1, 1, date(2023, 1, 9), "better"),
        (None, None, None, None, None),
        ("worse", -1, 2, date(2023, 1, 9), "better"),
        ("unchanged", 0, 1, date(2023, 1, 30), "worse"),
    ]


def test_a_commentary_is_known_by_its_facts() -> None:
    rows = rows_of(tables_of(records.uneven_record())["commentaries"])
    (row,) = (row for row in rows if row["authors"])
    assert row == {
        "commentary": "economy-2024-08-12",
        "language": "en",
        "edition": "2024-08-12",
        "section": "economy",
        "position": 1,
        "headline": records.HEADLINES["en"][0],
        "address": "https://example.org/en/economy/week-of-2024-08-12/",
        "authors": "Ivan Łučyna; the economic desk",
        "published_on": date(2024, 8, 21),
        "changed_on": date(2024, 8, 24),
        "sources": 2,
        "words": word_count(records.LEADS["en"], records.SUMMARIES["en"]) + 16,
    }


def test_texts_stand_in_the_file_of_their_year() -> None:
    table = tables_of(records.record(60))["texts"]
    assert [part.stem for part in table.parts] == ["texts-2023", "texts-2024"]
    years = [{str(row[2])[:4] for row in checked_rows(table, part)} for part in table.parts]
    assert years == [{"2023"}, {"2024"}]


def test_a_new_week_changes_what_its_year_is_made_from_and_no_other() -> None:
    def made_from(weeks: int) -> list[object]:
        editions = records.record(weeks).editions
        signed = tuple(replace(edition, digest=f"digest of {edition.slug}") for edition in editions)
        return [part.made_from for part in tables_of(Record(signed))["texts"].parts]

    before, after = made_from(60), made_from(61)
    assert (before[0] == after[0], before[1] == after[1]) == (True, False)


def test_a_language_that_the_site_has_no_more_is_left_out() -> None:
    languages = [{"code": "en", "name": "English"}, {"code": "be", "name": "Беларуская"}]
    tables = tables_of(records.uneven_record(), languages=languages)
    for name in ("reasons", "commentaries", "texts", "corrections", "section_names", "verdict_wordings", "languages"):
        assert {row["language"] for row in rows_of(tables[name])} == {"en", "be"}


def test_the_newest_day_is_that_of_a_publication_or_a_correction() -> None:
    record = records.uneven_record()
    assert newest_day(record) == date(2024, 9, 1)
    assert newest_day(Record(record.editions[:-1])) == date(2024, 8, 24)
    assert newest_day(Record(())) is None


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<p>One</p>\n<p>Two</p>", "One\n\nTwo"),
        ("<p>One<br/>two</p>", "One\ntwo"),
        ("<h2>What</h2><ul><li>One</li><li>Two</li></ul><p>Then</p>", "What\n\nOne\n\nTwo\n\nThen"),
        ("<blockquote><p>“Pay.”</p><footer>A captain</footer></blockquote>", "“Pay.”\n\nA captain"),
        ('<p>See <a href="/x" title="a > b">the <b>about</b> page</a>.</p>', "See the about page."),
        ("<p>1 &lt; 2 &amp;amp; 3</p>", "1 < 2 &amp; 3"),
        ("<p>No\u00a0break   and\n blanks</p>", "No\u00a0break and blanks"),
        ('<figure><img src="/a.png" alt="x"><figcaption>A ship</figcaption></figure>', "A ship"),
        ("<p>a < b</p>", "a < b"),
    ],
)
def test_a_body_becomes_plain_text(html: str, text: str) -> None:
    assert plain(html) == text


def test_words_are_what_has_letters_or_digits() -> None:
    assert word_count("The pact – and then?", "9% of з’ездаў") == 7

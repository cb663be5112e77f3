"""The codebook: every column in words, in any language."""

from __future__ import annotations

import re

from barograph.dataset import codebook
from barograph.dataset.codebook import chapter, markdown, messages
from tests.dataset.tables import COLUMNS, harbour, ships, voyages


def as_it_is(message: str) -> str:
    return message


def test_every_table_and_every_column_is_in_the_file() -> None:
    text = markdown(harbour(), as_it_is).decode()
    assert re.findall(r"^## (\w+)$", text, flags=re.MULTILINE) == ["Codebook", "ships", "voyages"]
    assert re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE) == [*ships().names, *voyages().names]


def test_a_table_row_has_three_cells_whatever_a_meaning_holds() -> None:
    rows = re.findall(r"^\|.*\|$", markdown(harbour(), as_it_is).decode(), flags=re.MULTILINE)
    assert {len(re.split(r"(?<!\\)\|", row)) for row in rows} == {5}
    assert "| `ship` | text | Name of the ship \\| in its harbour |" in rows


def test_the_rules_of_a_column_are_said() -> None:
    explained = {entry.name: entry.explained for entry in chapter(ships(), as_it_is).entries}
    assert explained["cargo"] == "What it carries (one of: grain, oil; may be empty)"
    assert explained["crew"] == "How many people (at least 0; may be empty)"
    assert explained["ship"] == "Name of the ship | in its harbour"


def test_a_table_says_what_a_record_is_and_where_it_leads() -> None:
    assert chapter(voyages(), as_it_is).remarks == (
        "One record for each: ship, year",
        "ship: see the table ships",
        "One file for each year",
    )


def test_everything_is_said_in_the_language() -> None:
    asked: list[str] = []

    def words(message: str) -> str:
        asked.append(message)
        return "".join(re.findall(r"%\(\w+\)s", message)) + "ў"

    text = markdown(harbour(), words).decode()
    assert set(asked) == set(messages(harbour().tables))
    assert not [column.meaning for column in COLUMNS if column.meaning in text]
    assert not [note for note in codebook.NOTES if note in text]


def test_the_terms_and_the_version_are_in_the_file() -> None:
    text = markdown(harbour(), as_it_is).decode()
    assert "- Version: 1.0.0+2024-03-01" in text
    assert "- Licence: Free to reuse: CC BY-SA 4.0, with our name." in text
    assert "Licence" not in markdown(harbour(licence=""), as_it_is).decode()


def test_no_word_of_a_site_is_markup() -> None:
    text = markdown(harbour(title="<b>*The* [harbour](x)</b>"), as_it_is).decode()
    assert text.startswith("# \\<b\\>\\*The\\* \\[harbour\\](x)\\</b\\>\n")

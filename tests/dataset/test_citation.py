"""Citations that the programs they are for can read, whatever stands in a title."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.dataset.citation import bibtex, csl_json, ris
from tests.dataset.tables import harbour

NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30).filter(str.strip)
TEX = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    **{f"\\{character}": character for character in "&%$#_"},
}


def one_line(text: str) -> str:
    return " ".join(text.split())


def read_bibtex(entry: str) -> dict[str, str]:
    """The fields of an entry; braces are counted as BibTeX counts them, and a value ends where they are even."""
    opening = re.match(r"@misc\{([a-z0-9.-]+),", entry)
    assert opening is not None
    fields, at = {"key": opening[1]}, opening.end()
    while found := re.compile(r"\s*(\w+) = ").match(entry, at):
        depth = 0
        for end in range(found.end(), len(entry)):
            depth += {"{": 1, "}": -1}.get(entry[end], 0)
            assert depth >= 0 or entry[end:] == "}\n"
            if depth == 0 and entry[end] in ",\n":
                break
        fields[found[1]], at = entry[found.end() : end], end + (entry[end] == ",")
    assert entry[at:].strip() == "}"
    return fields


def read_tex(value: str) -> str:
    assert value.startswith("{{")
    assert value.endswith("}}")
    return re.sub("|".join(map(re.escape, TEX)), lambda found: TEX[found[0]], value[2:-2])


@given(NAMES, NAMES)
def test_bibtex_says_the_publisher_and_the_title_whatever_they_are(publisher: str, title: str) -> None:
    fields = read_bibtex(bibtex(harbour(publisher=publisher, title=title)).decode())
    assert read_tex(fields["author"]) == one_line(publisher)
    assert read_tex(fields["title"]) == one_line(title)
    assert (fields["year"], fields["month"], fields["day"]) == ("{2024}", "mar", "{1}")


def test_bibtex_looks_as_it_always_did() -> None:
    assert bibtex(harbour()).decode() == (
        "@misc{harbour-example-org-2024-03-01,\n"
        "  author = {{Harbour \\& Sons}},\n"
        "  title = {{The harbour: open data}},\n"
        "  year = {2024},\n"
        "  month = mar,\n"
        "  day = {1},\n"
        "  note = {Data set, version 1.0.0+2024-03-01},\n"
        "  url = {https://harbour.example.org/en/data/}\n"
        "}\n"
    )


@given(NAMES, NAMES)
def test_ris_is_a_tag_and_a_value_on_every_line(publisher: str, title: str) -> None:
    lines = ris(harbour(publisher=publisher, title=title)).decode().split("\r\n")
    assert lines.pop() == ""
    fields = [re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line) for line in lines]
    values = {found[1]: found[2] for found in fields if found}
    assert len(values) == len(lines)
    assert (lines[0], lines[-1]) == ("TY  - DATA", "ER  - ")
    assert (values["AU"], values["TI"]) == (one_line(publisher), one_line(title))
    assert (values["ET"], values["DA"]) == ("1.0.0+2024-03-01", "2024/03/01/")


def test_csl_is_a_data_set_with_its_version_and_day() -> None:
    (item,) = json.loads(csl_json(harbour(title="The\nharbour")))
    assert item == {
        "id": "harbour-example-org-2024-03-01",
        "type": "dataset",
        "title": "The harbour",
        "author": [{"literal": "Harbour & Sons"}],
        "publisher": "Harbour & Sons",
        "issued": {"date-parts": [[2024, 3, 1]]},
        "version": "1.0.0+2024-03-01",
        "language": "en",
        "URL": "https://harbour.example.org/en/data/",
    }


@pytest.mark.parametrize("cite", [bibtex, ris, csl_json])
def test_data_without_a_day_are_cited_without_one(cite: object) -> None:
    assert callable(cite)
    citation = cite(harbour(newest=None, version="1.0.0")).decode()
    assert "2024" not in citation
    assert "year" not in citation


def test_an_address_cannot_end_its_field() -> None:
    entry = bibtex(harbour(address="https://example.org/a}b\\c d/")).decode()
    assert read_bibtex(entry)["url"] == "{https://example.org/a%7Db%5Cc%20d/}"


def test_the_day_has_no_zero_before_it_in_bibtex() -> None:
    assert "day = {9}" in bibtex(harbour(newest=date(2024, 12, 9))).decode()

"""The page of the open data: it leads to what is there, and what it says to type works."""

from __future__ import annotations

import gettext
import io
import json
import threading
from collections.abc import Iterator, Mapping
from functools import cache
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from barograph.base.site import SiteSettings
from barograph.release import render
from barograph.release.data_items import data_items
from barograph.release.data_page import data_page
from barograph.release.history import History
from barograph.release.language_pages import LanguagePages
from barograph.release.record import Record
from barograph.release.wording import Wording
from tests.release import records


def pages_of(record: Record, site: SiteSettings, language: str, words: gettext.NullTranslations) -> LanguagePages:
    return LanguagePages(
        History(record, site), Wording(site, language, words), render.environment(), "assets/style.css"
    )


@cache
def files() -> dict[str, bytes]:
    site = records.site()
    wordings = [Wording(site, code, records.no_translations(code)) for code in site.language_codes]
    record = records.record(55)
    return {item.path: item.make() for item in data_items(History(record, site), wordings)}


def sizes() -> dict[str, int]:
    return {path: len(content) for path, content in files().items()}


def page(
    ready: Mapping[str, int],
    record: Record | None = None,
    language: str = "en",
    words: gettext.NullTranslations | None = None,
    **changes: Any,
) -> BeautifulSoup:
    pages = pages_of(
        records.record(55) if record is None else record,
        records.site(**changes),
        language,
        words or records.no_translations(language),
    )
    name, content = data_page(pages, ready)
    assert name == f"{language}/data/index.html"
    return BeautifulSoup(content, "lxml")


def links(soup: BeautifulSoup) -> set[str]:
    return {str(link["href"]).removeprefix("../../") for link in soup.select("main a")}


def test_the_page_leads_to_every_file_that_is_there() -> None:
    own = {f"data/codebook-{code}.md" for code in ("be", "ru")}
    assert links(page(sizes())) == files().keys() - own


def test_the_page_leads_to_no_file_that_is_not_there() -> None:
    ready = {"data/assessments.csv": 12_345, "data/texts-2023.json": 3_400_000, "data/citation.ris": 5}
    soup = page(ready)
    assert links(soup) == ready.keys()
    assert [size.get_text() for size in soup.select(".size")] == ["12 kB", "3.4 MB", "1 kB"]


def test_while_nothing_is_there_the_page_says_so() -> None:
    soup = page({})
    assert links(soup) == set()
    assert "The files are being made" in soup.get_text()
    assert soup.select("pre") == []
    assert "The files are being made" not in page({"data/assessments.csv": 1}).get_text()


def test_the_preview_is_the_end_of_the_file() -> None:
    table = page(sizes()).select(".wide table")[0]
    rows = [[cell.get_text(strip=True) for cell in row.select("th, td")] for row in table.select("tr")]
    lines = [line.split(",") for line in files()["data/assessments.csv"].decode().splitlines()]
    assert rows == [lines[0], *lines[-10:]]
    assert table.caption is not None
    assert {str(cell["scope"]) for cell in table.select("th")} == {"col", "row"}


def test_texts_are_listed_by_year_the_newest_first() -> None:
    assert [year.get_text() for year in page(sizes()).select(".files b")] == ["2024", "2023"]


def test_the_codebook_on_the_page_is_the_one_in_the_file() -> None:
    soup = page(sizes())
    text = files()["data/codebook-en.md"].decode()
    names = [code.get_text() for code in soup.select(".columns th code")]
    assert names == [line.split("`")[1] for line in text.splitlines() if line.startswith("| `")]
    meanings = [cell.get_text() for cell in soup.select(".columns td")]
    assert [meaning for meaning in meanings if meaning not in text] == []


def test_the_page_says_how_to_cite_the_version() -> None:
    assert (
        "Arcadian Observatory, “Situation in Arcadia: open data”, version 1.0.0+2024-01-24 (January 24, 2024). "
        "https://example.org/en/data/"
    ) in page({}).get_text()
    empty = page({}, Record(()))
    assert "open data”, version 1.0.0. https://example.org/en/data/" in empty.get_text()
    assert empty.select(".wide") == []


def test_the_terms_stand_where_the_data_package_says() -> None:
    soup = page({}, licence={"en": "CC BY 4.0"})
    heading = soup.select_one("#licence")
    assert heading is not None
    assert heading.find_next("p").get_text() == "CC BY 4.0"  # type: ignore[union-attr]
    assert page({}).select_one("#licence") is None


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A web server with the files of the data on it."""

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(tmp_path))

        def log_message(self, *_: Any) -> None:
            """Nothing is written down."""

    for path, content in files().items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    with ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_three_lines_of_python_load_the_verdicts(address: str) -> None:
    lines = page(sizes(), address=address).select("pre")[0].get_text()
    assert len(lines.splitlines()) == 3
    names: dict[str, Any] = {}
    exec(lines, names)  # noqa: S102
    names["answer"].close()
    verdicts = names["verdicts"]
    assert len(verdicts) == 55 * 5
    assert verdicts[-1]["edition"] == "2024-01-15"
    assert {row["verdict"] for row in verdicts} == {"better", "unchanged", "worse"}
    same = json.loads(files()["data/assessments.json"])
    assert [int(row["number"]) for row in verdicts] == [row["number"] for row in same]


def test_the_lines_of_r_name_columns_that_are_there() -> None:
    lines = page(sizes()).select("pre")[1].get_text()
    names = next(io.StringIO(files()["data/assessments.csv"].decode())).strip().split(",")
    assert 'read.csv("https://example.org/data/assessments.csv"' in lines
    used = {name for name in names if f"${name}" in lines}
    assert used == {"start", "section", "verdict"}
    assert lines.count("$") == 4


def test_the_how_to_for_researchers_has_the_same_lines() -> None:
    how_to = (Path(__file__).parents[2] / "docs" / "how-to" / "researchers.md").read_text(encoding="utf-8")
    assert [code.get_text() for code in page(sizes()).select(".examples pre") if code.get_text() not in how_to] == []


def test_the_strip_can_be_shown_elsewhere_where_it_is_there() -> None:
    assert "<iframe" not in page({}).get_text()
    soup = page({"charts/en/strip.html": 1})
    assert "<iframe" in soup.get_text()
    assert links(soup) == {"charts/en/strip.html"}


def test_the_page_is_there_in_every_language() -> None:
    languages = page({}, language="be").select(".languages a")
    assert [str(link["href"]) for link in languages] == ["../../en/data/index.html", "../../ru/data/index.html"]


def test_every_word_of_the_page_can_be_translated() -> None:
    class Shouting(gettext.NullTranslations):
        def gettext(self, message: str) -> str:
            return f"Ў{message}" if "%" in message else message.upper()

    soup = page(sizes(), words=Shouting(), licence={"en": "CC"})
    for part in soup.select("main code, main tbody[lang], main .size, main b, main dd, main .download span"):
        part.decompose()
    main = soup.select_one("main")
    assert main is not None
    found = [words for words in main.stripped_strings if words != words.upper() and not words.startswith(("Ў", "(Ў"))]
    assert found == ["Python", "BibTeX", "Markdown"]

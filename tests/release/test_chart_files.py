"""Charts to take away: drawings that stand alone, pictures, figures, and a strip for frames."""

from __future__ import annotations

import base64
import csv
import gettext
import hashlib
import re
import struct
from dataclasses import replace
from io import StringIO
from itertools import chain
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from lxml import etree

from barograph.release import chart_files, drawn, figures
from barograph.release.chart_files import charts_of_home, charts_of_section, embedded_page
from barograph.release.embedded_strip import embed_code
from barograph.release.history import History
from barograph.release.record import Record
from barograph.release.render import environment
from barograph.release.shelf import Item
from barograph.release.wording import Wording
from tests.release import records
from tests.release.everything import chart_items


def items_of(record: Record, language: str = "en", **changes: object) -> dict[str, Item]:
    """The chart files of a record by their paths."""
    site = records.site(**changes)
    found = chart_items(History(record, site), Wording(site, language, gettext.NullTranslations()))
    return {item.path: item for item in found}


def rows_of(content: bytes) -> list[dict[str, str]]:
    """A CSV file's rows."""
    return list(csv.DictReader(StringIO(content.decode())))


def test_each_chart_of_the_pages_is_there_in_three_formats() -> None:
    items = items_of(records.record(60), "be")
    of_home = chain.from_iterable(charts_of_home("be").values())
    of_sections = chain.from_iterable(charts_of_section("be", key) for key in records.SECTIONS)

    assert set(items) == {*of_home, *of_sections, embedded_page("be")}
    assert "charts/be/trace-economy.svg" in items


def test_without_a_verdict_there_is_no_chart() -> None:
    assert items_of(Record(())) == {}


def test_a_section_that_was_never_judged_has_no_chart_of_its_own() -> None:
    sections = [*records.site().model_dump()["sections"], {"key": "army", "name": {"en": "Army"}, "retired": True}]
    items = items_of(records.record(3), sections=sections)

    assert "charts/en/trace-army.svg" not in items
    assert "Army" not in items["charts/en/trace.svg"].make().decode()


def test_a_language_whose_letters_the_fonts_lack_gets_drawings_but_no_pictures() -> None:
    suffixes = {path.rsplit(".", 1)[1] for path in items_of(records.record(3), title={"en": "ვითარება"})}

    assert suffixes == {"svg", "csv", "html"}


@pytest.mark.parametrize("name", ["trace", "strip", "trace-press"])
@pytest.mark.parametrize("record", [records.record(60), records.uneven_record()], ids=["full", "uneven"])
def test_a_drawing_is_well_formed_stands_alone_and_says_what_it_shows(name: str, record: Record) -> None:
    content = items_of(record, "ru")[f"charts/ru/{name}.svg"].make()
    root = etree.fromstring(content)
    svg = "{http://www.w3.org/2000/svg}"
    parts = {element.tag.removeprefix(svg) for element in root.iter()}

    assert parts <= {"svg", "title", "desc", "rect", "text", "path"}
    assert b"href" not in content
    assert b"url(" not in content
    assert root.findtext(f"{svg}title")
    assert "better: " in (root.findtext(f"{svg}desc") or "")
    assert root.xpath("//@style") == []


def test_a_drawing_names_the_site_and_where_it_is() -> None:
    assert (
        "Situation in Arcadia · https://example.org"
        in items_of(records.record(3))["charts/en/trace.svg"].make().decode()
    )


def test_a_long_name_of_a_section_is_not_cut() -> None:
    """Of two sections, “Relations of Arcadia…” would be the name of either."""
    names = [f"Relations of Arcadia with the {quarter}" for quarter in ("North", "East", "South", "West", "world")]
    sections = [{"key": key, "name": {"en": name}} for key, name in zip(records.SECTIONS, names, strict=True)]
    items = items_of(records.record(60), sections=sections)

    for chart in ("strip", "trace"):
        drawn = etree.fromstring(items[f"charts/en/{chart}.svg"].make())
        said = " ".join(str(line.text) for line in drawn.iter("{*}text")).replace("\N{NO-BREAK SPACE}", " ")
        assert [name for name in names if name not in said] == []
        assert "…" not in said


def test_words_of_the_settings_are_no_markup() -> None:
    content = items_of(records.record(3), title={"en": "Q&A <live>"})["charts/en/strip.svg"].make()

    assert etree.fromstring(content) is not None


def test_a_picture_is_1600_pixels_wide() -> None:
    content = items_of(records.record(20))["charts/en/strip.png"].make()

    assert struct.unpack(">I", content[16:20]) == (1600,)
    assert len(content) < 80_000


def test_the_figures_are_those_of_the_chart() -> None:
    record = records.record(60)
    history = History(record, records.site())
    wording = Wording(records.site(), "en", gettext.NullTranslations())
    newest = figures.newest_assessed(history)
    assert newest is not None
    drawn_rows = figures.trace(figures.judged_sections(history, records.site()), newest, wording).rows
    rows = rows_of(items_of(record)["charts/en/trace.csv"].make())
    last = {row["section"]: wording.signed(int(row["net_change"])) for row in rows}

    assert last == {row.key: row.net for row in drawn_rows}
    assert len(rows) == 52 * len(records.SECTIONS)
    assert set(rows[0]) == {*chart_files.COLUMNS, "net_change"}


def test_a_judgement_without_a_verdict_is_not_among_the_figures() -> None:
    rows = rows_of(items_of(records.uneven_record())["charts/en/strip.csv"].make())

    assert {row["verdict"] for row in rows} <= {"better", "unchanged", "worse"}
    assert "net_change" not in rows[0]


def test_no_cell_of_the_figures_is_a_formula() -> None:
    sections = [{**section, "name": {"en": "=1+1"}} for section in records.site().model_dump()["sections"]]

    assert (
        rows_of(items_of(records.record(2), sections=sections)["charts/en/strip.csv"].make())[0]["section_name"]
        == "'=1+1"
    )


def test_charts_are_made_again_when_a_verdict_changes_and_only_those_that_show_it() -> None:
    record = records.record(60)
    first = record.editions[0]
    turned = replace(first, assessments=(replace(first.assessments[0], verdict="better"), *first.assessments[1:]))
    before, after = items_of(record), items_of(Record((turned, *record.editions[1:])))
    changed = {path for path, item in before.items() if after[path].key != item.key}

    assert changed == set(charts_of_section("en", "economy"))


def test_the_same_chart_has_the_same_bytes() -> None:
    first, second = (items_of(records.record(4)) for _ in range(2))

    assert first == second
    for path in ("charts/en/trace.png", "charts/en/strip.html", "charts/en/trace-press.csv"):
        assert first[path].make() == second[path].make()


@pytest.mark.parametrize(
    ("path", "scaled"),
    [
        ("M0 10H20", "M5 30H45"),
        ("M1.5 .5h13v19h-13z", "M8 11h26v38h-26z"),
        ("l4.5 -8 4.5 8z", "l9 -16 9 16z"),
        ("M0 0Q10 5 0 10", "M5 10Q25 20 5 30"),
        ("h7v7h-7z", "h14v14h-14z"),
        ("", ""),
    ],
)
def test_paths_are_stretched_and_moved(path: str, scaled: str) -> None:
    assert drawn.scaled(path, 2, 2, x=5, y=10) == scaled


def strip_of(record: Record, language: str = "en") -> BeautifulSoup:
    """The page for frames."""
    return BeautifulSoup(items_of(record, language)[embedded_page(language)].make(), "lxml")


def test_the_strip_for_frames_allows_its_own_style_and_nothing_else() -> None:
    page = strip_of(records.record(60))
    style, policy = page.style, page.find("meta", {"http-equiv": "Content-Security-Policy"})
    assert style is not None
    assert policy is not None
    digest = base64.b64encode(hashlib.sha256(style.get_text().encode()).digest()).decode()

    assert str(policy["content"]).startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    assert page.find_all(["script", "img", "link", "iframe", "form"]) == []
    assert page.find_all(style=True) == []
    assert not re.search(r"url\(|@import", style.get_text())


def test_the_strip_leads_to_the_site_in_the_whole_window_wherever_it_is_mirrored() -> None:
    links = strip_of(records.record(60), "be").find_all("a")

    assert links
    for link in links:
        assert (link["target"], link["rel"]) == ("_top", ["noopener"])
        assert (
            urljoin("https://mirror.example/x/charts/be/strip.html", str(link["href"]))
            == "https://mirror.example/x/be/index.html"
        )


def test_the_strip_says_what_its_marks_mean() -> None:
    page = strip_of(records.record(60))

    assert [word.get_text() for word in page.select("footer .verdict")] == ["better", "unchanged", "worse"]
    assert len(page.select("svg.strip[role=img] desc")) == 2 * len(records.SECTIONS)


def test_the_code_for_other_sites_is_one_frame_of_the_site_and_no_script() -> None:
    site = records.site(title={"en": 'The "Times"'})
    wording = Wording(site, "en", gettext.NullTranslations())
    code = embed_code(History(records.record(3), site), wording, embedded_page("en"))
    frame = BeautifulSoup(code, "lxml").iframe
    assert frame is not None

    assert urlsplit(str(frame["src"])).geturl() == "https://example.org/charts/en/strip.html"
    assert frame["title"] == 'The "Times"'
    assert int(str(frame["height"])) > 60 * len(records.SECTIONS)


def test_a_page_links_the_files_it_was_given_and_no_others() -> None:
    words = {"_": str}
    macro = environment().get_template("chart_downloads.html").make_module(words).chart_downloads  # type: ignore[attr-defined]
    page = BeautifulSoup(macro(charts_of_home("en")["trace"], "../"), "lxml")

    assert [(link.get_text(), link["href"]) for link in page.find_all("a")] == [
        ("SVG", "../charts/en/trace.svg"),
        ("PNG", "../charts/en/trace.png"),
        ("data (CSV)", "../charts/en/trace.csv"),
    ]
    assert str(macro([], "../")).strip() == ""


def test_the_code_is_shown_as_text_to_copy() -> None:
    code = '<iframe src="https://example.org/charts/en/strip.html"></iframe>'
    html = (
        environment()
        .get_template("embed.html")
        .render(_=str, way_up="../../", embed_code=code, embedded="charts/en/strip.html")
    )
    page = BeautifulSoup(html, "lxml")

    assert page.iframe is None
    assert page.select_one("pre code").get_text() == code  # type: ignore[union-attr]

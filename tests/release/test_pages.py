"""Every page of a release: what it says, where it leads, and what it never does."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from posixpath import dirname, join, normpath
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from barograph.base.period import Period
from barograph.release import render
from barograph.release.history import History
from barograph.release.language_pages import LanguagePages
from barograph.release.record import Assessment, Edition, Record
from barograph.release.wording import Wording
from tests.release import records
from tests.release.everything import render_release

COMMENTARY = "en/economy/week-of-2024-08-12/index.html"
SIGNATURES = {"SHA256SUMS", "SHA256SUMS.minisig", "minisign.pub"}


def rendered(
    record: Record,
    gettext_for: Callable[[str], gettext.NullTranslations] = records.no_translations,
    **changes: Any,
) -> dict[str, bytes]:
    files = render_release(
        record,
        records.site(**changes),
        gettext_for=gettext_for,
        pictures=records.picture_bytes,
        environment=render.environment(),
    )
    return dict(files)


@cache
def uneven() -> dict[str, bytes]:
    return rendered(records.uneven_record())


def soup(name: str, files: dict[str, bytes] | None = None) -> BeautifulSoup:
    return BeautifulSoup((files or uneven())[name], "lxml")


def words(part: Tag | BeautifulSoup | None) -> str:
    assert part is not None
    return " ".join(part.get_text(" ").split())


def html_pages(files: dict[str, bytes]) -> dict[str, BeautifulSoup]:
    return {name: BeautifulSoup(contents, "lxml") for name, contents in files.items() if name.endswith(".html")}


def targets_of(page: BeautifulSoup) -> list[str]:
    found = [str(tag.get(name)) for name in ("href", "src") for tag in page.find_all(attrs={name: True})]
    for tag in page.find_all(srcset=True):
        found += [part.split()[0] for part in str(tag["srcset"]).split(",")]
    return [target for target in found if not target.startswith(("http", "mailto:", "#"))]


def test_every_link_leads_to_a_file_of_the_release() -> None:
    files = uneven()
    broken = []
    for name, page in html_pages(files).items():
        for target in targets_of(page):
            path = target.split("#")[0]
            at = normpath(path.lstrip("/") if path.startswith("/") else join(dirname(name), path))
            at = "" if at == "." else at
            file = join(at, "index.html") if path.endswith("/") or not at else at
            if file not in files and file not in SIGNATURES:
                broken.append((name, target))
    assert broken == []


def test_only_pages_that_may_stand_at_any_depth_link_from_the_root() -> None:
    from_root = {
        name for name, page in html_pages(uneven()).items() if any(found.startswith("/") for found in targets_of(page))
    }
    assert from_root == {"404.html", "en/404.html", "be/404.html", "ru/404.html"}


def test_a_site_below_a_path_keeps_its_path_where_pages_are_not_found() -> None:
    files = rendered(records.record(1), address="https://example.org/copy")

    assert 'href="/copy/en/index.html"' in files["404.html"].decode()
    assert 'href="/copy/assets/style-' in files["be/404.html"].decode()


def test_pages_of_all_kinds_are_there_in_every_language() -> None:
    kinds = ["", "editions/", "editions/2024-08-12/", "economy/", "economy/2024/", "about/"]

    assert {f"{code}/{kind}index.html" for code in records.LANGUAGES for kind in kinds} <= set(uneven())


def test_a_commentary_exists_in_its_languages_only() -> None:
    found = [code for code in records.LANGUAGES if f"{code}/health/week-of-2024-08-12/index.html" in uneven()]

    assert found == ["ru"]


def test_a_commentary_in_another_language_is_shown_as_such() -> None:
    edition = soup("en/editions/2024-08-12/index.html")
    link = edition.find("a", hreflang="ru", href="../../../ru/health/week-of-2024-08-12/index.html")

    assert link is not None
    assert words(link.parent).endswith("Only in: Russian")


def test_a_page_names_its_translations_and_only_those() -> None:
    page = soup(COMMENTARY)
    alternates = {str(tag["hreflang"]) for tag in page.select("link[rel=alternate][hreflang]")}

    assert alternates == {"en", "be"}
    assert words(page.select_one(".languages")) == "English Беларуская Русский (not available)"
    assert "Not available in: Russian" in words(page.select_one(".dates"))


def test_translations_point_at_each_other() -> None:
    pages = html_pages(uneven())
    for name, page in pages.items():
        for tag in page.select("link[rel=alternate][hreflang]:not([hreflang=x-default])"):
            other = str(tag["href"]).removeprefix("https://example.org/")
            if not name.endswith("404.html"):
                assert f"{other}index.html" in pages


def test_the_words_of_a_commentary_stand_on_its_page() -> None:
    page = soup(COMMENTARY)
    text = words(page.main)

    assert words(page.h1) == records.HEADLINES["en"][0]
    for part in (
        records.LEADS["en"],
        records.SUMMARIES["en"],
        records.REASONS["en"],
        "The situation got better",
        "What the tariff was",
        "Ivan Łučyna, the economic desk",
        "Customs bulletin № 12",
        "The harbour on the first morning after the quarrel. Drawing: the newsroom",
        "The number of ships was eleven, not twelve.",
        "Cite this",
        "Published on August 21, 2024",
        "Last changed on August 24, 2024",
    ):
        assert part in text


def test_a_picture_has_its_sizes_and_alternative_text() -> None:
    picture = soup(COMMENTARY).find("img")

    assert picture is not None
    assert picture["alt"] == "Three cranes above a grain ship"
    assert picture["srcset"] == "../../../pictures/harbour-480.png 480w, ../../../pictures/harbour-960.png 960w"
    assert (picture["width"], picture["height"]) == ("960", "600")
    assert uneven()["pictures/harbour-480.png"] == records.picture_bytes("harbour-480.png")


def test_pictures_in_bodies_are_part_of_the_release() -> None:
    edition = records.edition(0)
    text = records.text("en", 0, edition.period.start, body_html='<img src="/pictures/map-480.png" alt="">')
    record = Record((replace(edition, assessments=(Assessment("economy", "worse", {}, {"en": (text,)}),)),))

    assert "pictures/map-480.png" in rendered(record)


def test_a_commentary_leads_to_the_rest_of_its_edition_and_along_its_section() -> None:
    page = soup(COMMENTARY)
    rest = words(page.select_one(".rest"))
    links = [str(tag["href"]) for tag in page.select(".rest a")]

    assert "A second look at the harbour" in rest
    assert "../../../ru/health/week-of-2024-08-12/index.html" in links
    assert "../../../en/economy/week-of-2024-08-12/index.html" not in links
    assert [str(tag["rel"][0]) for tag in page.select(".steps a")] == ["prev", "next"]
    assert str(page.select(".steps a")[1]["href"]).endswith("/a-second-look/index.html")


def test_two_commentaries_of_one_section_both_stand_in_the_edition() -> None:
    text = words(soup("en/editions/2024-08-12/index.html").select_one(".commentaries"))

    assert records.HEADLINES["en"][0] in text
    assert "A second look at the harbour" in text


@pytest.mark.parametrize(
    ("verdicts", "standing"),
    [
        (["worse"], "First assessment of this section"),
        (["worse", "better"], "Before: worse, January 2 – 8, 2023"),
        (["worse", "better", "better"], "2 assessments in a row, since January 9, 2023"),
        (["better", None, "better"], "2 assessments in a row, since January 2, 2023"),
    ],
)
def test_a_verdict_says_how_long_it_has_stood(verdicts: list[str | None], standing: str) -> None:
    editions = [
        replace(records.edition(week), assessments=(Assessment("press", verdict),))
        for week, verdict in enumerate(verdicts)
    ]
    history = History(Record(tuple(editions)), records.site())
    wording = Wording(records.site(), "en", records.no_translations("en"))

    assert wording.standing(history.judgements["press"][-1]).replace("\u2009", " ") == standing


@pytest.mark.parametrize(
    ("nets", "finding"),
    [
        ({"press": 0, "health": 0}, "No section stands elsewhere than it stood a year ago"),
        ({"press": -2, "health": 1}, "Press went furthest: 2 net changes for the worse"),
        ({"press": -1, "health": 0}, "Press went furthest: 1 net change for the worse"),
        ({"press": 0, "health": 3}, "Public health went furthest: 3 net changes for the better"),
        ({"press": -2, "health": 2}, "Net changes in the last year: Press −2, Public health +2"),
        ({}, "No section stands elsewhere than it stood a year ago"),
    ],
)
def test_the_title_of_the_trace_says_what_it_shows(nets: dict[str, int], finding: str) -> None:
    assert Wording(records.site(), "en", records.no_translations("en")).movement(nets) == finding


def test_the_home_page_says_what_week_it_is_and_which_way_each_section_moved() -> None:
    page = soup("en/index.html")

    assert words(page.h1).replace("\u2009", " ") == "August 12 – 18, 2024"
    assert [words(tag) for tag in page.select(".bulletin .judged")] == ["better", "worse", "no verdict", "better"]
    assert "Not assessed in this edition: Environment" in words(page.main)


def test_the_home_page_leads_to_editions_that_can_be_read_before_bare_verdicts() -> None:
    listed = [str(tag["href"]) for tag in soup("en/index.html").select(".editions a")]

    assert "../en/editions/2024-08-05/index.html" in listed
    assert listed == sorted(listed, reverse=True)
    assert len(listed) == 6


def test_every_verdict_is_a_word_and_a_mark() -> None:
    for name, page in html_pages(uneven()).items():
        for mark in page.select("svg.mark"):
            word = mark.get("aria-label") or words(mark.find_parent(class_=["verdict", "sentence", "bulletin"]))
            assert word, name


@pytest.mark.parametrize("name", ["en/index.html", "be/index.html", "en/economy/index.html"])
def test_charts_have_names_and_a_table_behind(name: str) -> None:
    page = soup(name)
    drawings = page.select("svg[role=img]")

    assert drawings
    assert all(drawing.get("aria-label") or (drawing.find("title") and drawing.find("desc")) for drawing in drawings)
    assert all(figure.select("details table tbody tr") for figure in page.select("figure.trace"))


def test_the_table_behind_the_heat_strip_has_every_verdict_of_the_year() -> None:
    record = records.record(60)
    page = soup("en/index.html", rendered(record))

    assert len(page.select("figure.heat tbody tr")) == 52
    assert len(page.select("figure.heat tbody .verdict")) == 52 * 5


def test_no_page_can_load_or_run_anything_from_anybody() -> None:
    for name, page in html_pages(uneven()).items():
        if not page.select_one("meta[http-equiv=refresh]"):
            policy = page.select_one("meta[http-equiv=Content-Security-Policy]")
            assert policy is not None, name
            assert str(policy["content"]).startswith("default-src 'none'; style-src 'self';")
        assert page.select("script:not([type='application/ld+json'])") == [], name
        assert page.select("[style], style, iframe, form, object, embed") == [], name
        assert page.select_one("meta[name=referrer][content=no-referrer]"), name


def test_a_commentary_without_its_picture_weighs_little() -> None:
    sizes = [len(contents) for name, contents in rendered(records.record(60)).items() if "/week-of-" in name]

    assert max(sizes) < 50_000


def test_the_same_record_gives_the_same_bytes() -> None:
    assert rendered(records.uneven_record()) == uneven()


def test_what_an_author_writes_is_never_markup() -> None:
    edition = records.edition(0)
    text = records.text("en", 0, edition.period.start, headline='<b>Bold</b> & "quoted"', lead="<script>1</script>")
    assessment = Assessment("economy", "worse", {"en": "<i>why</i>"}, {"en": (text,)})
    files = rendered(Record((replace(edition, assessments=(assessment,)),)))

    for name, contents in files.items():
        if name.endswith(".json"):
            continue  # plain text by its specification
        assert b"<b>Bold" not in contents
        assert b"<script>1" not in contents
        assert b"<i>why" not in contents


def test_an_empty_record_is_a_site_all_the_same() -> None:
    page = soup("be/index.html", rendered(Record(())))

    assert "No edition has been published yet." in words(page.main)


def test_a_section_that_the_site_does_not_have_is_an_error() -> None:
    period = Period(date(2024, 1, 1), date(2024, 1, 7))
    record = Record((Edition(period.slug, period, period.end, (Assessment("weather", "worse"),)),))

    with pytest.raises(ValueError, match="edition 2024-01-01 judges section “weather”"):
        rendered(record)


def test_a_retired_section_keeps_its_past_and_leaves_the_head_of_the_page() -> None:
    sections = [section.model_dump() for section in records.site().sections]
    sections[0]["retired"] = True
    files = rendered(records.record(2), sections=sections)

    assert "en/economy/2023/index.html" in files
    assert "Economy" not in words(soup("en/index.html", files).select_one(".sections"))


def test_every_word_of_ours_can_be_translated() -> None:
    class Bracketed(gettext.NullTranslations):
        def gettext(self, message: str) -> str:
            return f"⟦{message}⟧"

        def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
            return f"⟦{msgid1 if n == 1 else msgid2}⟧"

    files = rendered(records.uneven_record(), lambda _language: Bracketed())
    for name in ("en/index.html", COMMENTARY, "en/economy/index.html", "en/editions/index.html"):
        page = soup(name, files)
        for heading in page.select(".foot h2, h2.part, .beyond h2, .cite h2, summary, thead th:first-child"):
            text = words(heading)
            assert text.startswith("⟦") or text.isdigit(), text


def test_a_draft_is_shown_at_another_address() -> None:
    record = records.record(1)
    history = History(record, records.site())
    wording = Wording(records.site(), "en", records.no_translations("en"))
    pages = LanguagePages(history, wording, render.environment(), "assets/style.css")

    _name, html = pages.commentary(history.places["en", "press"][0], way_up="/preview/")

    assert b'href="/preview/assets/style.css"' in html

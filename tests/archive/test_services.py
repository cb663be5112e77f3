"""Bringing pages into the record."""

from datetime import date
from pathlib import Path

import pytest

from barograph.archive.models import ImportedPage
from barograph.archive.services import ImportReport, import_pages
from barograph.editions.models import Assessment, Commentary, Edition, OldAddress
from tests.factories.editions import make_edition, prepare

pytestmark = pytest.mark.django_db

TEXT = """{period}
{section}

{headline}

The situation {verdict}
{headline}

Prices rose for the third month in a row, and the ministry said nothing about it until Friday evening.

Shops counted the prices themselves. Their list was longer than the one that the ministry had printed in spring.

• bread & butter;
• milk.

In summary, nothing is cheap.
"""
HTML = """<html lang="{language}"><head><link rel="canonical" href="{address}"></head><body><article>
<p>{period}<br>{section}</p><h1>{headline}</h1><p>{verdict}</p><p>{lead}</p><p>{more} <a href="https://example.org/x">*</a></p>
</article></body></html>"""
WORDS = {
    "en": (
        "May 3 – May 9, 2021", "Economy", "Prices rise", "The situation got worse",
        "Prices rose for the third month, and the ministry was silent about it.", "The shops have counted them.",
    ),
    "be": (
        "Май 3 – Май 9, 2021", "Эканоміка", "Цэны растуць", "Сітуацыя пагоршылася",
        "Цэны выраслі трэці месяц запар, і міністэрства пра гэта маўчала.",
        "Крамы іх палічылі самі, але ніхто не слухаў.",
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _site() -> None:
    prepare()


def write(folder: Path, name: str = "a.txt", **changes: str) -> Path:
    facts = {"period": "May 3 – May 9, 2021", "section": "Economy", "headline": "Prices rise", "verdict": "got worse"}
    file = folder / name
    file.write_text(TEXT.format(**(facts | changes)), encoding="utf-8")
    return file


def write_html(folder: Path, language: str, address: str, **changes: str) -> Path:
    names = ("period", "section", "headline", "verdict", "lead", "more")
    facts = dict(zip(names, WORDS[language], strict=True)) | changes
    file = folder / f"{language}{len(list(folder.iterdir()))}.html"
    file.write_text(HTML.format(language=language, address=address, **facts), encoding="utf-8")
    return file


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.skipped, report.kept


def test_a_page_becomes_an_edition_an_assessment_and_a_draft(tmp_path: Path) -> None:
    report = import_pages([write(tmp_path)])
    assert counts(report) == (1, 0, 0, 0)
    edition = Edition.objects.get()
    assert (edition.start, edition.end, edition.archived) == (date(2021, 5, 3), date(2021, 5, 9), True)
    assert [(found.section.key, found.verdict) for found in edition.assessments.all()] == [("economy", "worse")]
    commentary = Commentary.objects.get()
    assert (commentary.headline, commentary.language, commentary.live, commentary.is_ready) == (
        "Prices rise", "en", False, False,
    )  # fmt: skip
    newest = commentary.newest()
    assert newest.lead.startswith("Prices rose")
    assert newest.summary == "In summary, nothing is cheap."
    assert [block.block_type for block in newest.body] == ["paragraph", "list"]
    assert "bread &amp; butter;" in str(newest.body[1].value[0])
    assert not report.publishable_editions().exists()


def test_a_second_run_adds_nothing(tmp_path: Path) -> None:
    write(tmp_path)
    import_pages([tmp_path])
    revision = Commentary.objects.get().latest_revision_id
    assert counts(import_pages([tmp_path])) == (0, 0, 1, 0)
    assert Commentary.objects.get().latest_revision_id == revision


def test_the_same_bytes_under_another_name_are_the_same_page(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    write(tmp_path, "copy of a.txt")
    assert counts(import_pages([tmp_path])) == (1, 0, 1, 0)


def test_a_changed_page_that_nobody_edited_is_updated(tmp_path: Path) -> None:
    import_pages([write(tmp_path)])
    report = import_pages([write(tmp_path, headline="Prices rise further")])
    assert counts(report) == (0, 1, 0, 0)
    assert Commentary.objects.get().newest().headline == "Prices rise further"


def test_an_edit_is_never_overwritten(tmp_path: Path) -> None:
    import_pages([write(tmp_path)])
    commentary = Commentary.objects.get()
    commentary.headline = "An editor's words"
    commentary.save_revision()
    report = import_pages([write(tmp_path, headline="Prices rise further")])
    assert counts(report) == (0, 0, 0, 1)
    assert Commentary.objects.get().newest().headline == "An editor's words"
    assert ImportedPage.objects.get().warnings[0].startswith("changed-input: ")


def test_a_deleted_commentary_does_not_come_back(tmp_path: Path) -> None:
    import_pages([write(tmp_path)])
    Commentary.objects.all().delete()
    assert counts(import_pages([write(tmp_path)])) == (0, 0, 1, 0)
    assert counts(import_pages([write(tmp_path, headline="Prices rise further")])) == (0, 0, 0, 1)
    assert not Commentary.objects.exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"period": "December 29 – January 4, 2018"}, "period-unclear"),
        ({"period": "May 3 – May 9"}, "no-period"),
        ({"section": "Fishing"}, "unknown-section"),
    ],
)
def test_what_is_unclear_comes_in_unplaced_with_a_warning(tmp_path: Path, changes: dict[str, str], code: str) -> None:
    report = import_pages([write(tmp_path, **changes)], publish=True)
    assert report.codes[code] == 1
    commentary = Commentary.objects.get()
    assert commentary.assessment is None
    assert not commentary.is_ready
    assert [warning.partition(":")[0] for warning in ImportedPage.objects.get().warnings] == [code]
    assert not report.publishable_editions().exists()


def test_a_section_is_known_by_an_alias_too(tmp_path: Path) -> None:
    import_pages([write(tmp_path, section="Nature")])
    assert Assessment.objects.get().section.key == "environment"


def test_a_page_without_a_verdict_is_placed_without_one(tmp_path: Path) -> None:
    file = write(tmp_path)
    file.write_text(file.read_text(encoding="utf-8").replace("The situation got worse\n", ""), encoding="utf-8")
    import_pages([file])
    assert Assessment.objects.get().verdict == ""
    assert Commentary.objects.get().assessment is not None


def test_another_verdict_for_the_same_section_is_a_warning_and_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    write(tmp_path, "b.txt", headline="Prices fall", verdict="has gotten better")
    report = import_pages([tmp_path])
    assert Assessment.objects.get().verdict == "worse"
    assert report.codes == {"other-verdict": 1}
    assert list(Commentary.objects.order_by("pk").values_list("position", flat=True)) == [1, 2]


def test_pages_without_a_warning_are_ready_to_be_published(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    write(tmp_path, "b.txt", period="May 10 – May 16, 2021", section="Fishing")
    report = import_pages([tmp_path], publish=True)
    assert [str(edition.start) for edition in report.publishable_editions()] == ["2021-05-03"]
    assert [text.is_ready for text in Commentary.objects.order_by("pk")] == [True, False]


def test_drafts_of_an_earlier_run_can_be_published_by_a_later_one(tmp_path: Path) -> None:
    write(tmp_path)
    import_pages([tmp_path])
    report = import_pages([tmp_path], publish=True)
    assert counts(report) == (0, 0, 1, 0)
    assert report.publishable_editions().count() == 1


def test_a_page_may_join_an_edition_of_the_newsroom(tmp_path: Path) -> None:
    edition = make_edition(start=date(2021, 5, 3))
    report = import_pages([write(tmp_path)], publish=True)
    assert report.codes == {}
    commentary = Commentary.objects.get()
    assert commentary.assessment is not None
    assert commentary.assessment.edition == edition
    assert commentary.assessment.verdict == "worse"
    assert commentary.archived


def test_the_same_slug_in_the_same_section_and_period_is_a_translation(tmp_path: Path) -> None:
    write_html(tmp_path, "be", "https://example.org/be/economy/prices-rise/")
    write_html(tmp_path, "en", "https://example.org/en/economy/prices-rise/")
    import_pages([tmp_path])
    english = Commentary.objects.get(locale__language_code="en")
    belarusian = Commentary.objects.get(locale__language_code="be")
    assert english.translation_key == belarusian.translation_key
    assert (english.translated_from, belarusian.translated_from) == (None, english)
    assert english.slug == belarusian.slug == "prices-rise"
    assert english.position == belarusian.position == 1
    assert belarusian.renders_revision == english.latest_revision
    assert not OldAddress.objects.exists()


def test_texts_that_only_share_a_week_are_not_made_translations(tmp_path: Path) -> None:
    write_html(tmp_path, "en", "https://example.org/en/economy/prices-rise/")
    write_html(tmp_path, "be", "https://example.org/be/economy/ceny-rastuc/")
    import_pages([tmp_path])
    one, other = Commentary.objects.all()
    assert one.translation_key != other.translation_key


def test_an_old_address_of_another_kind_is_kept(tmp_path: Path) -> None:
    write_html(tmp_path, "en", "https://example.org/2021/05/prices-rise.html")
    write_html(
        tmp_path, "en", "https://example.org/en/nature/air/", section="Nature", headline="Bad air", more="It is thick."
    )
    import_pages([tmp_path])
    assert {(found.path, found.commentary.headline) for found in OldAddress.objects.all()} == {
        ("/2021/05/prices-rise.html", "Prices rise"),
        ("/en/nature/air/", "Bad air"),
    }
    assert Commentary.objects.get(headline="Bad air").slug == "air"


def test_links_stay_in_the_body(tmp_path: Path) -> None:
    write_html(tmp_path, "en", "https://example.org/en/economy/prices-rise/")
    import_pages([tmp_path])
    assert '<a href="https://example.org/x">*</a>' in str(Commentary.objects.get().newest().body[0].value.source)


def test_a_language_that_the_site_lacks_is_filed_with_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(
        "Ціни ростуть\n\nЦіни виросли третій місяць поспіль, і міністерство про це мовчало, але їх полічили.",
        encoding="utf-8",
    )
    report = import_pages([file])
    assert report.codes["foreign-language"] == 1
    assert Commentary.objects.get().language == "en"


def test_what_is_too_long_for_the_record_is_kept_whole_in_the_warning(tmp_path: Path) -> None:
    headline = "Prices rise " + "and rise again " * 20
    import_pages([write(tmp_path, headline=headline.strip())])
    assert len(Commentary.objects.get().headline) == 250
    assert headline.strip() in ImportedPage.objects.get().warnings[0]


def test_an_empty_file_is_remembered_and_makes_no_commentary(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("")
    report = import_pages([tmp_path])
    assert report.codes == {"empty": 1}
    assert ImportedPage.objects.get().commentary is None
    assert not Commentary.objects.exists()


def test_an_interrupted_run_is_taken_up(tmp_path: Path) -> None:
    for number in range(120):
        write(tmp_path, f"{number:03}.txt", headline=f"Prices rise {number} times")

    def interrupted(pages):  # type: ignore[no-untyped-def]
        for number, page in enumerate(pages):
            if number == 110:
                raise KeyboardInterrupt
            yield page

    with pytest.raises(KeyboardInterrupt):
        import_pages([tmp_path], progress=interrupted)
    assert ImportedPage.objects.count() == 100
    assert counts(import_pages([tmp_path])) == (20, 0, 100, 0)
    assert Commentary.objects.count() == 120


def test_hundreds_of_pages_come_in_at_once(tmp_path: Path) -> None:
    for number in range(300):
        write(
            tmp_path,
            f"{number:03}.txt",
            headline=f"Prices rise {number} times",
            period=f"May {1 + number % 20} – 30, 2021",
        )
    report = import_pages([tmp_path], publish=True)
    assert report.added == 300
    assert Edition.objects.count() == 20


def test_the_report_says_what_happened(tmp_path: Path) -> None:
    report = import_pages([write(tmp_path, section="Fishing")])
    assert str(report).splitlines()[0].startswith("1 added, 0 updated, 0 known already")
    assert "1 unknown-section" in str(report)
    assert report.as_json()["codes"] == {"unknown-section": 1}

"""A WordPress export in the record: translations, standing pages, what was not public."""

from pathlib import Path

import pytest

from barograph.archive.models import ImportedPage
from barograph.archive.services import import_pages
from barograph.editions.models import Commentary, OldAddress, StandingPage
from barograph.editions.staleness import is_stale
from tests.factories.editions import prepare

pytestmark = pytest.mark.django_db

NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
ENGLISH = (
    "<p>May 3 – May 9, 2021</p><p>The situation got worse</p>"
    "<p>Prices rose for the third month, and the ministry was silent about it.</p><p>The shops have counted them.</p>"
)
BELARUSIAN = (
    "<p>Май 3 – Май 9, 2021</p><p>Сітуацыя пагоршылася</p>"
    "<p>Цэны выраслі трэці месяц запар, і міністэрства пра гэта маўчала.</p><p>Крамы іх палічылі самі.</p>"
)
ABOUT = "<p>We are a group of people who watch prices.</p><h2>Why</h2><p>Because somebody has to.</p>"


@pytest.fixture(autouse=True)
def _site() -> None:
    prepare()


def item(
    number: int, title: str, content: str, *, language: str = "en", group: str = "", section: str = "Economy",
    status: str = "publish", kind: str = "post", link: str = "",
) -> str:  # fmt: skip
    terms = f'<category domain="language" nicename="{language}">x</category>'
    terms += f'<category domain="post_translations" nicename="{group}">x</category>' if group else ""
    terms += f'<category domain="category" nicename="x">{section}</category>' if section else ""
    return (
        f"<item><title>{title}</title><link>{link or f'https://old.example/{language}/{number}/'}</link>"
        f"<guid>https://old.example/?p={number}</guid><dc:creator>anna</dc:creator>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded><wp:post_id>{number}</wp:post_id>"
        f"<wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type>{terms}</item>"
    )


def write(folder: Path, *items: str) -> Path:
    file = folder / "export.xml"
    file.write_text(f"<rss {NAMESPACES}><channel>{''.join(items)}</channel></rss>", encoding="utf-8")
    return file


def test_posts_of_one_group_become_translations_of_each_other(tmp_path: Path) -> None:
    posts = [
        item(1, "Цэны растуць", BELARUSIAN, language="be", group="pll_1", section="Эканоміка"),
        item(2, "Prices rise", ENGLISH, group="pll_1"),
    ]
    report = import_pages([write(tmp_path, *posts)], publish=True)
    assert report.codes == {}
    english = Commentary.objects.get(headline="Prices rise")
    belarusian = Commentary.objects.get(headline="Цэны растуць")
    assert belarusian.translated_from == english
    assert belarusian.translation_key == english.translation_key
    assert english.assessment == belarusian.assessment
    assert {found.path for found in OldAddress.objects.all()} == {"/be/1/", "/en/2/"}
    assert english.authors == ""
    assert report.publishable_editions().count() == 1


def test_a_group_whose_texts_are_of_different_weeks_is_not_believed(tmp_path: Path) -> None:
    other_week = BELARUSIAN.replace("Май 3 – Май 9", "Май 10 – Май 16")
    posts = [
        item(1, "Prices rise", ENGLISH, group="pll_1"),
        item(2, "Цэны растуць", other_week, language="be", group="pll_1", section="Эканоміка"),
    ]
    report = import_pages([write(tmp_path, *posts)])
    assert report.codes == {"translation-unsure": 1}
    one, other = Commentary.objects.all()
    assert one.translation_key != other.translation_key


def test_a_group_with_two_texts_in_one_language_is_not_believed(tmp_path: Path) -> None:
    posts = [item(number, f"Prices rise {number}", f"{ENGLISH}<p>{number}</p>", group="pll_1") for number in (1, 2)]
    assert import_pages([write(tmp_path, *posts)]).codes == {"translation-unsure": 1}


def test_a_draft_of_the_export_is_not_made_ready(tmp_path: Path) -> None:
    report = import_pages([write(tmp_path, item(1, "Prices rise", ENGLISH, status="private"))], publish=True)
    assert report.codes == {"not-public": 1}
    assert not Commentary.objects.get().is_ready
    assert not report.publishable_editions().exists()


def test_a_page_of_the_export_becomes_a_standing_page(tmp_path: Path) -> None:
    about = item(3, "About us", ABOUT, kind="page", section="", link="https://old.example/en/about-us/")
    report = import_pages([write(tmp_path, about)], publish=True)
    assert report.codes == {}
    page = StandingPage.objects.get()
    assert (page.title, page.slug, page.language, page.is_ready) == ("About us", "about-us", "en", True)
    assert [block.block_type for block in page.newest().body] == ["paragraph", "heading", "paragraph"]
    assert import_pages([write(tmp_path, about)]).skipped == 1
    assert not Commentary.objects.exists()


@pytest.mark.parametrize("address", ["https://old.example/economy/", "https://old.example/editions/"])
def test_a_standing_page_cannot_take_an_address_that_is_taken(tmp_path: Path, address: str) -> None:
    report = import_pages([write(tmp_path, item(3, "About us", ABOUT, kind="page", section="", link=address))])
    assert report.codes == {"address-taken": 1}


def test_an_edited_standing_page_is_left_alone(tmp_path: Path) -> None:
    import_pages([write(tmp_path, item(3, "About us", ABOUT, kind="page", section=""))])
    page = StandingPage.objects.get()
    page.title = "Who we are"
    page.save_revision()
    report = import_pages([write(tmp_path, item(3, "About us all", ABOUT, kind="page", section=""))])
    assert report.kept == 1
    assert StandingPage.objects.get().newest().title == "Who we are"


def test_what_readers_see_stays_until_the_next_publication(tmp_path: Path) -> None:
    import_pages([write(tmp_path, item(1, "Prices rise", ENGLISH))], publish=True)
    commentary = Commentary.objects.get()
    commentary.ready_revision.publish(skip_permission_checks=True)
    report = import_pages([write(tmp_path, item(1, "Prices rise further", ENGLISH))], publish=True)
    assert report.updated == 1
    commentary.refresh_from_db()
    assert (commentary.headline, commentary.newest().headline) == ("Prices rise", "Prices rise further")
    assert commentary.is_ready
    assert report.publishable_editions().count() == 1


def test_an_updated_original_does_not_make_its_imported_translation_stale(tmp_path: Path) -> None:
    posts = [
        item(1, "Prices rise", ENGLISH, group="pll_1"),
        item(2, "Цэны растуць", BELARUSIAN, language="be", group="pll_1", section="Эканоміка"),
    ]
    import_pages([write(tmp_path, *posts)])
    posts[0] = item(1, "Prices rise further", ENGLISH, group="pll_1")
    assert import_pages([write(tmp_path, *posts)]).updated == 1
    assert not is_stale(Commentary.objects.get(locale__language_code="be"))


def test_the_facts_of_a_page_are_remembered(tmp_path: Path) -> None:
    import_pages([write(tmp_path, item(1, "Prices rise", ENGLISH, section="Fishing"))])
    row = ImportedPage.objects.get()
    assert row.source == "https://old.example/?p=1"
    assert row.facts["section"] == "Fishing"
    assert row.facts["period_start"] == "2021-05-03"
    assert "The situation got worse" in row.furniture

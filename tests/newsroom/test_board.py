"""The board: what it shows of a week, and what its buttons do."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from barograph.accounts.roles import Role
from barograph.archive.models import ImportedPage
from barograph.editions.models import Assessment, Commentary, Edition, Section
from barograph.editions.states import State
from barograph.newsroom.board import Board
from barograph.newsroom.periods import current_edition
from barograph.release.services import publish_edition
from tests.factories.editions import (
    assessment,
    change,
    judge,
    make_commentary,
    make_edition,
    make_ready_edition,
    make_translation,
    make_user,
)

pytestmark = pytest.mark.django_db

MONDAY = date(2024, 1, 22)


@pytest.fixture
def editor(client: Client) -> Client:
    """A browser in which somebody with every role is logged in."""
    client.force_login(make_user(*Role), backend=settings.AUTHENTICATION_BACKENDS[1])
    return client


def board_of(edition: Edition) -> Board:
    return Board(edition, make_user(*Role))


def words(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def test_the_home_of_the_newsroom_is_the_board_of_the_newest_unpublished_edition(editor: Client) -> None:
    make_edition(start=date(2024, 1, 15))
    make_edition(start=MONDAY)
    answer = editor.get(reverse("wagtailadmin_home"))
    assert answer.status_code == 200
    assert "January 22" in answer.content.decode()


def test_the_home_of_an_empty_newsroom_offers_to_open_an_edition(editor: Client) -> None:
    assert reverse("newsroom:open") in editor.get("/newsroom/").content.decode()


def test_when_everything_is_published_the_newest_edition_is_the_one_to_work_on() -> None:
    older, newer = make_edition(start=date(2024, 1, 15)), make_edition(start=MONDAY)
    Edition.objects.update(published_on=MONDAY)
    assert current_edition() == newer
    Edition.objects.filter(pk=older.pk).update(published_on=None)
    assert current_edition() == older


def test_an_archive_comes_after_what_the_newsroom_writes_itself() -> None:
    own = make_edition(start=date(2024, 1, 15))
    make_edition(start=MONDAY, archived=True)
    assert current_edition() == own


def test_a_cell_says_how_far_its_text_is() -> None:
    edition = make_edition()
    economy = make_commentary(edition, "economy", ready=True)
    make_translation(economy, "be", ready=True)
    change(economy, lead="Quite different: 8%.", ready=True)
    row = next(row for row in board_of(edition).rows if row.assessment.section.key == "economy")
    cells = {cell.language.code: cell for cell in row.lines[0].cells}
    assert {code: cell.state for code, cell in cells.items()} == {
        "en": State.READY,
        "be": State.STALE,
        "ru": State.MISSING,
    }
    assert [change.path for change in cells["be"].changes] == ["lead"]


def test_a_section_can_have_two_commentaries(editor: Client) -> None:
    edition = make_edition()
    make_commentary(edition, "economy", headline="One thing")
    make_commentary(edition, "economy", headline="Another thing", position=2)
    page = editor.get(reverse("newsroom:board", args=[edition.slug])).content.decode()
    assert page.index("One thing") < page.index("Another thing")


def test_the_board_asks_the_database_the_same_number_of_questions_however_full_it_is(
    editor: Client, django_assert_max_num_queries: Any
) -> None:
    edition = make_ready_edition()
    address = reverse("newsroom:board", args=[edition.slug])
    editor.get(address)
    with django_assert_max_num_queries(40):
        editor.get(address)


def test_writing_begins_on_the_board_in_the_cells_language(editor: Client) -> None:
    found = assessment(make_edition(), "economy")
    answer = editor.post(reverse("newsroom:begin", args=[found.pk]), {"language": "be"})
    text = Commentary.objects.get()
    assert (text.assessment, text.language, text.translated_from) == (found, "be", None)
    assert str(text.pk) in answer["Location"]
    assert editor.get(answer["Location"]).status_code == 200


def test_a_verdict_and_its_reasons_are_recorded_on_the_board(editor: Client) -> None:
    found = assessment(make_edition(), "economy")
    editor.post(
        reverse("newsroom:judge", args=[found.pk]),
        {"verdict": "worse", "reason-en": "Prices rose.", "shown-en": "", "reason-be": "", "shown-be": ""},
    )
    found.refresh_from_db()
    assert found.verdict == "worse"
    assert list(found.reasons.values_list("language", "text")) == [("en", "Prices rose.")]


def test_a_changed_reason_leaves_its_translations_stale_until_somebody_checks_them(editor: Client) -> None:
    found = judge(make_edition(), "economy")
    kept = {f"{kind}-{reason.language}": reason.text for reason in found.reasons.all() for kind in ("reason", "shown")}
    editor.post(reverse("newsroom:judge", args=[found.pk]), kept | {"reason-en": "Something else."})
    assert {line.language.code for line in board_of(found.edition).rows[0].reasons if line.is_stale} == {"be", "ru"}
    kept |= {"reason-en": "Something else.", "shown-en": "Something else.", "checked-be": "on"}
    editor.post(reverse("newsroom:judge", args=[found.pk]), kept)
    assert {line.language.code for line in board_of(found.edition).rows[0].reasons if line.is_stale} == {"ru"}


def test_reasons_that_somebody_changed_meanwhile_are_not_written_over(editor: Client) -> None:
    found = judge(make_edition(), "economy", languages=("en",))
    form = {"verdict": "better", "reason-en": "Mine.", "shown-en": "What I saw."}
    answer = editor.post(reverse("newsroom:judge", args=[found.pk]), form)
    assert "meanwhile" in words(answer)
    found.refresh_from_db()
    assert (found.verdict, found.reasons.get().text) == ("worse", "Prices rose by 5% and wages did not.")


def test_a_translator_writes_reasons_in_their_language_and_no_verdict(client: Client) -> None:
    client.force_login(make_user(Role.TRANSLATOR), backend=settings.AUTHENTICATION_BACKENDS[1])
    found = assessment(make_edition(), "economy")
    form = {"verdict": "worse", "reason-en": "Prices rose.", "reason-be": "Цэны выраслі."}
    client.post(reverse("newsroom:judge", args=[found.pk]), form)
    found.refresh_from_db()
    assert found.verdict == ""
    assert [reason.language for reason in found.reasons.all()] == ["be"]


def test_the_board_tells_who_did_what(editor: Client) -> None:
    found = assessment(make_edition(), "economy")
    editor.post(reverse("newsroom:judge", args=[found.pk]), {"verdict": "worse", "reason-en": "Prices rose."})
    page = editor.get(reverse("newsroom:board", args=[found.edition.slug])).content.decode()
    assert "Verdict recorded: Economy · worse" in page
    assert "Reason recorded: Economy · en · Prices rose." in page


def test_the_next_edition_is_opened_with_one_button(editor: Client) -> None:
    make_edition(start=MONDAY)
    editor.post(reverse("newsroom:open"))
    newest = Edition.objects.first()
    assert newest is not None
    assert newest.start == date(2024, 1, 29)
    assert newest.assessments.count() == Section.objects.filter(retired=False).count()


@pytest.mark.parametrize(
    ("start", "end", "words_of_refusal"),
    [
        ("2024-01-22", "2024-01-28", "already"),
        ("2024-02-08", "2024-02-01", "ends before"),
        ("yesterday", "today", "valid date"),
    ],
)
def test_an_edition_that_cannot_be_opened_is_refused_in_plain_words(
    start: str, end: str, words_of_refusal: str, editor: Client
) -> None:
    make_edition(start=MONDAY)
    answer = editor.post(reverse("newsroom:open"), {"start": start, "end": end})
    assert words_of_refusal in words(answer)
    assert Edition.objects.count() == 1


def test_a_section_is_left_out_and_taken_in_again(editor: Client) -> None:
    edition = make_edition()
    found = assessment(edition, "economy")
    editor.post(reverse("newsroom:remove_section", args=[found.pk]))
    assert not Assessment.objects.filter(pk=found.pk).exists()
    editor.post(reverse("newsroom:add_section", args=[edition.slug]), {"section": "economy"})
    assert edition.assessments.filter(section__key="economy").exists()


def test_a_section_with_a_commentary_is_not_left_out(editor: Client) -> None:
    text = make_commentary(make_edition(), "economy")
    answer = editor.post(reverse("newsroom:remove_section", args=[text.assessment.pk]))
    assert "Delete them or move them" in words(answer)
    assert Assessment.objects.filter(pk=text.assessment.pk).exists()


def test_what_hinders_publication_is_listed_with_a_link_to_mend_it(editor: Client) -> None:
    edition = make_edition()
    text = make_commentary(edition, "economy")
    page = editor.get(reverse("newsroom:board", args=[edition.slug])).content.decode()
    assert reverse("wagtailsnippets_editions_commentary:edit", args=[text.pk]) in page
    assert "#judge-health" in page
    assert "The button works when the list above is empty." in page


def test_an_edition_that_something_hinders_is_not_published(editor: Client) -> None:
    edition = make_edition()
    answer = editor.post(reverse("newsroom:publish", args=[edition.slug]))
    assert "something still hinders it" in words(answer)
    edition.refresh_from_db()
    assert not edition.is_published


def test_a_finding_is_overruled_with_a_reason_that_the_board_shows(editor: Client) -> None:
    edition = make_ready_edition()
    edition.assessments.get(section__key="economy").reasons.filter(language="be").delete()
    finding = hindrances(edition)[0]
    form = {"finding": finding.fingerprint, "reason": "It says the same."}
    editor.post(reverse("newsroom:overrule", args=[edition.slug]), form)
    page = editor.get(reverse("newsroom:board", args=[edition.slug])).content.decode()
    assert "It says the same." in page
    assert "Nothing hinders publication." in page


def hindrances(edition: Edition) -> list[Any]:
    from barograph.newsroom.publishing import Publishing

    return Publishing(edition, make_user(Role.PUBLISHER)).findings


def test_an_edition_is_published_with_one_button_and_its_steps_are_shown(editor: Client) -> None:
    edition = make_ready_edition()
    answer = editor.post(reverse("newsroom:publish", args=[edition.slug]))
    edition.refresh_from_db()
    assert edition.is_published
    page = editor.get(answer["Location"]).content.decode()
    assert "waiting" in page
    assert 'http-equiv="refresh"' in page
    assert f"/en/editions/{edition.slug}/" in page
    other = editor.get(reverse("newsroom:board", args=[edition.slug])).content.decode()
    assert 'http-equiv="refresh"' not in other
    assert "Look again" in other


def test_a_correction_needs_a_note_to_readers(editor: Client) -> None:
    edition = make_ready_edition()
    publish_edition(edition=edition)
    found = edition.assessments.first()
    assert found is not None
    found.verdict = "better"
    found.save()
    address = reverse("newsroom:publish", args=[edition.slug])
    assert "what you changed" in words(editor.post(address))
    editor.post(address, {"note-en": "The verdict was wrong.", "note-be": "Памылка.", "note-ru": "Ошибка."})
    assert edition.corrections.get().note["be"] == "Памылка."


def test_what_was_refused_is_said_where_the_page_begins_and_not_above_the_button(editor: Client) -> None:
    edition = make_ready_edition()
    publish_edition(edition=edition)
    board = reverse("newsroom:board", args=[edition.slug])
    form = {"note-en": "Nothing.", "note-be": "Нічога.", "note-ru": "Ничего.", "next": f"{board}#publication"}
    answer = editor.post(reverse("newsroom:publish", args=[edition.slug]), form)
    assert answer["Location"] == f"{board}#main"
    page = editor.get(board).content.decode()
    assert 'id="main"' in page
    assert "make the change first" in page


@pytest.mark.parametrize(("moment", "words_of_refusal"), [("2001-01-01T00:00", "passed"), ("soon", "day and a time")])
def test_a_publication_is_scheduled_for_a_moment_to_come_only(
    moment: str, words_of_refusal: str, editor: Client
) -> None:
    edition = make_edition()
    answer = editor.post(reverse("newsroom:schedule", args=[edition.slug]), {"at": moment})
    assert words_of_refusal in words(answer)


def test_a_publication_is_scheduled_and_called_off(editor: Client) -> None:
    edition = make_edition()
    address = reverse("newsroom:schedule", args=[edition.slug])
    editor.post(address, {"at": "2101-01-01T06:00"})
    edition.refresh_from_db()
    assert edition.publish_at is not None
    assert editor.get(reverse("newsroom:board", args=[edition.slug])).status_code == 200
    editor.post(address, {"cancel": "1"})
    edition.refresh_from_db()
    assert edition.publish_at is None


def test_all_editions_are_listed_by_year_and_state(editor: Client) -> None:
    make_edition(start=date(2022, 11, 28), archived=True)
    make_edition(start=MONDAY)
    everything = editor.get(reverse("newsroom:editions")).content.decode()
    assert "2022-11-28" in everything
    assert "2022-11-28" not in editor.get(reverse("newsroom:editions") + "?year=2024").content.decode()
    assert "2024-01-22" not in editor.get(reverse("newsroom:editions") + "?state=published").content.decode()


def test_an_unplaced_commentary_is_placed_with_its_translations(editor: Client) -> None:
    edition = make_edition()
    text = make_commentary(None)
    make_translation(text, "be")
    assert reverse("newsroom:place", args=[text.pk]) in editor.get(reverse("newsroom:unplaced")).content.decode()
    form = {"edition": edition.slug, "section": "press"}
    editor.post(reverse("newsroom:place", args=[text.pk]), form)
    placed = Commentary.objects.filter(assessment__edition=edition, assessment__section__key="press")
    assert placed.count() == 2
    assert {found.newest().assessment for found in placed} == {assessment(edition, "press")}


def test_what_an_import_found_unclear_stands_beside_what_is_to_be_placed(editor: Client) -> None:
    text = make_commentary(None)
    ImportedPage.objects.create(source="a.html", commentary=text, warnings=["no-period: The page names no period."])
    shown = editor.get(reverse("newsroom:unplaced"), headers={"accept-language": "be"}).content.decode()
    assert "На старонцы не названы перыяд." in shown
    assert "The page names no period." in shown


def test_the_reason_stands_in_the_language_of_the_screen_where_it_has_one() -> None:
    edition = make_edition()
    judge(edition, "economy", languages=("en", "be"))
    row = next(row for row in board_of(edition).rows if row.assessment.section.key == "economy")
    for language, code in (("be", "be"), ("en", "en"), ("ru", "en")):
        with override(language):
            assert row.reason is not None
            assert row.reason.language.code == code

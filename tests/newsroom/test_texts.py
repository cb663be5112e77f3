"""The editor of a text: what it shows of the original, and what saving, reviewing and declaring ready do."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from barograph.accounts.roles import Role
from barograph.editions.models import Commentary, StandingPage
from barograph.editions.states import State, state_of
from tests.factories.editions import change, make_commentary, make_edition, make_page, make_translation, make_user

pytestmark = pytest.mark.django_db

COMMENTARY = "wagtailsnippets_editions_commentary"


def logged_in(*roles: Role) -> Client:
    client = Client()
    client.force_login(make_user(*roles), backend=settings.AUTHENTICATION_BACKENDS[1])
    return client


@pytest.fixture
def editor() -> Client:
    return logged_in(Role.EDITOR)


def address(name: str, text: Commentary, *more: int) -> str:
    return reverse(f"{COMMENTARY}:{name}", args=[text.pk, *more])


def form_of(**fields: Any) -> dict[str, Any]:
    """What the editor sends: a body of one paragraph, and these fields."""
    values = {
        "headline": "Prices rise",
        "lead": "",
        "body": streamfield([("paragraph", rich_text("<p>Words.</p>"))]),
        "summary": "",
        "authors": "",
        "slug": "",
        "picture": "",
        "picture_alt": "",
        "picture_caption": "",
        "picture_credit": "",
        "sources": streamfield([]),
    }
    form: dict[str, Any] = nested_form_data(values | fields)
    return form


def words(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def test_saving_keeps_a_draft_that_nobody_outside_sees(editor: Client) -> None:
    text = make_commentary(make_edition())
    answer = editor.post(address("edit", text), form_of(headline="Prices fall"))
    assert answer.status_code == 302
    text.refresh_from_db()
    assert text.newest().headline == "Prices fall"
    assert not text.live
    assert state_of(text) is State.DRAFT


def test_nothing_in_the_editor_offers_to_publish(editor: Client) -> None:
    page = editor.get(address("edit", make_commentary(make_edition()))).content.decode()
    assert "action-publish" not in page
    assert "go_live_at" not in page
    assert "Save and mark as ready" in page
    assert "Save and send to review" in page


def test_save_and_mark_as_ready_does_both(editor: Client) -> None:
    text = make_commentary(make_edition())
    editor.post(address("edit", text), form_of(headline="Prices fall") | {"action-ready": "1"})
    text.refresh_from_db()
    assert text.newest().headline == "Prices fall"
    assert state_of(text) is State.READY


def test_a_text_without_a_headline_is_kept_but_not_ready(editor: Client) -> None:
    text = make_commentary(make_edition())
    editor.post(address("edit", text), form_of(headline=""))
    text.refresh_from_db()
    assert text.newest().headline == ""
    editor.post(address("edit", text), form_of(headline="") | {"action-ready": "1"})
    text.refresh_from_db()
    assert not text.is_ready


def test_an_analyst_may_not_mark_as_ready() -> None:
    text = make_commentary(make_edition())
    logged_in(Role.ANALYST).post(address("edit", text), form_of() | {"action-ready": "1"})
    text.refresh_from_db()
    assert not text.is_ready


def test_ready_is_said_of_the_version_that_was_on_the_screen(editor: Client) -> None:
    text = make_commentary(make_edition())
    seen = text.latest_revision_id
    change(text, lead="Somebody was quicker.")
    answer = editor.post(address("ready", text), {"revision": seen})
    assert "newer version" in words(answer)
    text.refresh_from_db()
    assert not text.is_ready


def test_a_change_after_ready_makes_a_draft_of_it_even_if_it_writes_over_the_revision(editor: Client) -> None:
    text = make_commentary(make_edition(), ready=True)
    form = form_of(lead="More.") | {"overwrite_revision_id": str(text.latest_revision_id)}
    editor.post(address("edit", text), form)
    text.refresh_from_db()
    assert state_of(text) is State.DRAFT


def test_ready_is_taken_back(editor: Client) -> None:
    text = make_commentary(make_edition(), ready=True)
    editor.post(address("ready", text), {"ready": "no"})
    text.refresh_from_db()
    assert state_of(text) is State.DRAFT


def test_a_review_ends_in_ready_and_not_in_public() -> None:
    text = make_commentary(make_edition())
    logged_in(Role.ANALYST).post(address("edit", text), form_of() | {"action-submit": "1"})
    text.refresh_from_db()
    assert state_of(text) is State.IN_REVIEW
    editor = logged_in(Role.EDITOR)
    page = editor.get(address("edit", text)).content.decode()
    assert "Approve: the text is ready" in page
    assert "and Publish" not in page
    state = text.current_workflow_state.current_task_state
    editor.post(reverse(f"{COMMENTARY}:workflow_action", args=[text.pk, "approve", state.pk]), {"comment": ""})
    text = Commentary.objects.get(pk=text.pk)
    assert state_of(text) is State.READY
    assert not text.live


def test_approving_in_the_editor_approves_what_the_editor_saves_with_it(editor: Client) -> None:
    text = make_commentary(make_edition())
    logged_in(Role.ANALYST).post(address("edit", text), form_of() | {"action-submit": "1"})
    page = editor.get(address("edit", text)).content.decode()
    assert page.count("Approve: the text is ready") == 1
    approval = {"action-workflow-action": "1", "workflow-action-name": "approve"}
    editor.post(address("edit", text), form_of(headline="Prices fall") | approval)
    text = Commentary.objects.get(pk=text.pk)
    assert text.newest().headline == "Prices fall"
    assert state_of(text) is State.READY


def test_an_analyst_does_not_approve_their_own_text() -> None:
    text = make_commentary(make_edition())
    analyst = logged_in(Role.ANALYST)
    analyst.post(address("edit", text), form_of() | {"action-submit": "1"})
    text.refresh_from_db()
    state = text.current_workflow_state.current_task_state
    analyst.post(reverse(f"{COMMENTARY}:workflow_action", args=[text.pk, "approve", state.pk]), {"comment": ""})
    assert not Commentary.objects.get(pk=text.pk).is_ready


def test_a_translation_stands_beside_its_original(editor: Client) -> None:
    text = make_commentary(make_edition(), lead="Five <of> them.")
    translation = make_translation(text, "be")
    page = editor.get(address("edit", translation)).content.decode()
    assert "Five &lt;of&gt; them." in page
    assert "Up to date with the original" in page


def test_what_changed_in_the_original_is_shown_word_by_word(editor: Client) -> None:
    text = make_commentary(make_edition(), lead="Prices rose by 5%.")
    translation = make_translation(text, "be")
    change(text, lead="Prices rose by 7%.")
    page = editor.get(address("edit", translation)).content.decode()
    assert "<del>5</del><ins>7</ins>" in page


def test_a_translator_says_that_the_translation_is_up_to_date_again() -> None:
    text = make_commentary(make_edition())
    translation = make_translation(text, "be")
    change(text, lead="Prices rose by 7%.")
    form = form_of() | {"renders_original": "yes", "shown_revision": str(text.latest_revision_id)}
    logged_in(Role.TRANSLATOR).post(address("edit", translation), form)
    translation = Commentary.objects.get(pk=translation.pk)
    assert state_of(translation) is State.DRAFT


def test_a_change_that_nobody_was_shown_stays_stale() -> None:
    text = make_commentary(make_edition())
    translation = make_translation(text, "be")
    change(text, lead="Prices rose by 7%.")
    shown = text.latest_revision_id
    change(text, lead="Prices rose by 9%.")
    form = form_of() | {"renders_original": "yes", "shown_revision": str(shown)}
    logged_in(Role.TRANSLATOR).post(address("edit", translation), form)
    assert state_of(Commentary.objects.get(pk=translation.pk)) is State.STALE


@pytest.mark.parametrize("shown", ["", "0", "999999", "abc"])
def test_a_revision_that_is_not_of_the_original_confirms_nothing(shown: str) -> None:
    text = make_commentary(make_edition())
    translation = make_translation(text, "be")
    change(text, lead="Prices rose by 7%.")
    form = form_of() | {"renders_original": "yes", "shown_revision": shown}
    assert logged_in(Role.TRANSLATOR).post(address("edit", translation), form).status_code == 302
    assert state_of(Commentary.objects.get(pk=translation.pk)) is State.STALE


def test_an_original_without_a_headline_is_not_translated_yet(editor: Client) -> None:
    text = make_commentary(make_edition())
    editor.post(address("edit", text), form_of(headline=""))
    answer = editor.post(address("translate", text), {"language": "be"})
    assert "not complete yet" in words(answer)


def test_new_structure_is_brought_in(editor: Client) -> None:
    text = make_commentary(make_edition())
    translation = make_translation(text, "be")
    body = text.newest().body
    change(text, body=[*body.get_prep_value(), {"type": "heading", "value": "One more", "id": "new"}])
    editor.post(address("structure", translation))
    translation.refresh_from_db()
    assert translation.newest().body[-1].value == "One more"


def test_a_po_file_goes_out_and_comes_back() -> None:
    translation = make_translation(make_commentary(make_edition()), "be")
    translator = logged_in(Role.TRANSLATOR)
    answer = translator.get(address("po", translation))
    assert answer["Content-Disposition"].endswith('-be.po"')
    content = answer.content.decode().replace("Цэны растуць, заробкі стаяць", "Цэны растуць")
    upload = SimpleUploadedFile("words.po", content.encode())
    translator.post(address("po", translation), {"file": upload})
    translation.refresh_from_db()
    assert translation.newest().headline == "Цэны растуць"


@pytest.mark.parametrize("content", [None, b"nonsense", b"\xff\xfe\x00"])
def test_what_is_no_po_file_is_refused_in_plain_words(content: bytes | None, editor: Client) -> None:
    translation = make_translation(make_commentary(make_edition()), "be")
    form = {"file": SimpleUploadedFile("words.po", content)} if content else {}
    answer = editor.post(address("po", translation), form)
    assert answer.status_code == 302
    assert words(answer)


def test_an_original_has_no_po_file(editor: Client) -> None:
    answer = editor.get(address("po", make_commentary(make_edition())))
    assert answer.status_code == 302


def test_a_commentary_is_begun_on_the_board_and_nowhere_else(editor: Client) -> None:
    make_edition()
    assert editor.get(reverse(f"{COMMENTARY}:add"))["Location"] == "/newsroom/"
    editor.post(reverse(f"{COMMENTARY}:add"), form_of())
    assert not Commentary.objects.exists()


def test_a_standing_page_is_made_and_translated(editor: Client) -> None:
    make_edition()
    form = nested_form_data(
        {
            "title": "About",
            "slug": "about",
            "position": "1",
            "body": streamfield([("paragraph", rich_text("<p>We.</p>"))]),
        }
    )
    editor.post(reverse("wagtailsnippets_editions_standingpage:add"), form)
    page = StandingPage.objects.get()
    assert page.language == "en"
    assert not page.live
    editor.post(reverse("wagtailsnippets_editions_standingpage:translate", args=[page.pk]), {"language": "ru"})
    assert StandingPage.objects.get(translated_from=page).language == "ru"


def test_lists_and_histories_of_texts_are_shown(editor: Client) -> None:
    text = make_commentary(make_edition())
    old = text.latest_revision_id
    change(text, lead="Different.")
    make_page()
    addresses = [
        reverse(f"{COMMENTARY}:list"),
        reverse(f"{COMMENTARY}:list") + "?q=prices",
        reverse("wagtailsnippets_editions_standingpage:list"),
        address("history", text),
        address("revisions_compare", text, old, text.latest_revision_id),
        address("revisions_revert", text, old),
    ]
    assert [editor.get(found).status_code for found in addresses] == [200] * len(addresses)


def test_a_draft_is_previewed_as_the_public_page(editor: Client) -> None:
    text = make_commentary(make_edition(), headline="Prices rise at night")
    answer = editor.get(address("revisions_view", text, text.latest_revision_id))
    assert answer.status_code == 200
    assert "Prices rise at night" in answer.content.decode()

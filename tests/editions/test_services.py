"""The verbs of the record: what each leaves behind, and what it refuses."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry, Workflow

from barograph.base.period import Period
from barograph.editions.models import Commentary, Edition, Reason, Section
from barograph.editions.services import (
    NotAllowed,
    free_slug,
    mark_ready,
    open_edition,
    record_reason,
    record_verdict,
    schedule_publication,
    start_translation,
    sync_settings,
)
from tests.factories.editions import (
    MONDAY,
    assessment,
    change,
    make_commentary,
    make_edition,
    make_page,
    make_translation,
    make_user,
    prepare,
)

pytestmark = pytest.mark.django_db

SECTIONS = ["economy", "health", "justice", "press", "environment"]


@pytest.fixture
def judged():
    return assessment(make_edition(), "economy")


def logged(instance, action):
    return list(ModelLogEntry.objects.for_instance(instance).filter(action=f"barograph.{action}"))


def test_settings_give_the_sections_their_order_and_a_lost_one_is_retired_not_deleted():
    prepare()
    Section.objects.create(key="railways", position=9)
    sync_settings()
    assert list(Section.objects.filter(retired=False).values_list("key", flat=True)) == SECTIONS
    assert Section.objects.get(key="railways").retired


def test_opening_an_edition_makes_an_empty_assessment_for_every_section_that_is_judged():
    prepare()
    Section.objects.filter(key="press").update(retired=True)
    user = make_user()
    edition = open_edition(period=Period(MONDAY, MONDAY + timedelta(days=6)), user=user)
    assert (edition.slug, edition.published_on) == ("2024-01-22", None)
    assert [(found.section.key, found.verdict) for found in edition.assessments.order_by("section__position")] == [
        (key, "") for key in SECTIONS if key != "press"
    ]
    (entry,) = logged(edition, "open_edition")
    assert entry.user == user


def test_the_next_edition_follows_the_newest_that_is_not_an_archive():
    make_edition(start=date(2030, 1, 7))
    make_edition(start=date(2031, 1, 6), archived=True)
    assert open_edition().period == Period(date(2030, 1, 14), date(2030, 1, 20))


def test_the_first_edition_holds_today():
    prepare()
    period = open_edition().period
    assert period.start <= timezone.localdate() <= period.end
    assert (period.days, period.start.weekday()) == (7, 0)


def test_an_archived_edition_begins_without_assessments():
    assert not make_edition(archived=True).assessments.exists()


def test_a_period_has_one_edition():
    make_edition()
    with pytest.raises(NotAllowed, match="already"):
        make_edition()
    assert Edition.objects.count() == 1


def test_a_verdict_is_recorded_changed_and_taken_back(judged):
    for verdict in ("better", "worse", ""):
        record_verdict(assessment=judged, verdict=verdict)
        judged.refresh_from_db()
        assert judged.verdict == verdict
    assert [(entry.data["before"], entry.data["after"]) for entry in logged(judged.edition, "record_verdict")][
        ::-1
    ] == [
        ("", "better"),
        ("better", "worse"),
        ("worse", ""),
    ]


def test_the_same_verdict_again_leaves_no_trace(judged):
    record_verdict(assessment=judged, verdict="better")
    record_verdict(assessment=judged, verdict="better")
    assert len(logged(judged.edition, "record_verdict")) == 1


def test_any_other_word_is_no_verdict(judged):
    with pytest.raises(ValueError, match="splendid"):
        record_verdict(assessment=judged, verdict="splendid")
    judged.refresh_from_db()
    assert judged.verdict == ""


def test_a_reason_is_one_line_that_notes_what_it_renders(judged):
    record_reason(assessment=judged, language="en", text="  Prices\n rose. ")
    record_reason(assessment=judged, language="be", text="Цэны выраслі.")
    reasons = {reason.language: (reason.text, reason.renders) for reason in judged.reasons.all()}
    assert reasons == {"en": ("Prices rose.", ""), "be": ("Цэны выраслі.", "Prices rose.")}


def test_saving_a_stale_reason_again_makes_it_current(judged):
    record_reason(assessment=judged, language="en", text="Prices rose.")
    record_reason(assessment=judged, language="be", text="Цэны.")
    record_reason(assessment=judged, language="en", text="Prices fell.")
    record_reason(assessment=judged, language="be", text="Цэны.")
    assert judged.reasons.get(language="be").renders == "Prices fell."


def test_an_empty_reason_is_taken_back(judged):
    record_reason(assessment=judged, language="en", text="Prices rose.")
    record_reason(assessment=judged, language="en", text=" ")
    assert not Reason.objects.exists()


def test_every_change_of_a_reason_is_logged_and_nothing_else(judged):
    for text in ("Prices rose.", "Prices rose.", "Prices fell.", "", ""):
        record_reason(assessment=judged, language="en", text=text)
    entries = logged(judged.edition, "record_reason")[::-1]
    assert [(entry.data["before"], entry.data["after"]) for entry in entries] == [
        ("", "Prices rose."),
        ("Prices rose.", "Prices fell."),
        ("Prices fell.", ""),
    ]


def test_a_reason_longer_than_its_line_is_refused(judged):
    record_reason(assessment=judged, language="en", text="x" * 300)
    with pytest.raises(NotAllowed, match="300"):
        record_reason(assessment=judged, language="en", text="x" * 301)
    assert judged.reasons.get().text == "x" * 300


def test_a_translation_begins_as_a_draft_with_the_originals_newest_words():
    original = make_commentary(ready=True)
    change(original, lead="Newest.")
    user = make_user()
    translation = start_translation(original=original, language="be", user=user)
    assert (translation.language, translation.live, translation.is_ready) == ("be", False, False)
    assert translation.newest().lead == "Newest."
    assert translation.translated_from == original
    assert translation.translation_key == original.translation_key
    assert translation.renders_revision == original.latest_revision
    (entry,) = logged(translation, "start_translation")
    assert (entry.user, entry.data) == (user, {"language": "be"})


def test_a_translation_of_a_public_text_inherits_neither_its_publication_nor_its_address_nor_its_lock():
    original = make_commentary(ready=True, slug="chosen")
    original.latest_revision.publish()
    Commentary.objects.update(locked=True)
    original.refresh_from_db()
    translation = start_translation(original=original, language="be")
    translation.refresh_from_db()
    assert (translation.live, translation.live_revision, translation.first_published_at) == (False, None, None)
    assert (translation.slug, translation.locked, translation.ready_revision) == ("", False, None)
    assert translation.newest().live_revision is None


def test_a_text_that_was_never_saved_as_a_draft_is_not_translated():
    original = make_commentary()
    original.latest_revision = None
    with pytest.raises(NotAllowed, match="Save"):
        start_translation(original=original, language="be")


def test_a_standing_page_is_translated_in_the_same_way():
    page = make_page()
    translation = start_translation(original=page, language="ru")
    assert (translation.language, translation.newest().title) == ("ru", "About")


def test_a_translation_is_not_translated_again():
    translation = make_translation(make_commentary(), "be")
    with pytest.raises(NotAllowed, match="original"):
        start_translation(original=translation, language="ru")


def test_there_is_one_translation_into_a_language():
    original = make_commentary()
    make_translation(original, "be")
    with pytest.raises(NotAllowed, match="already"):
        start_translation(original=original, language="be")
    assert Commentary.objects.count() == 2


def test_a_text_is_ready_until_its_next_draft():
    text = make_commentary()
    user = make_user()
    mark_ready(text=text, user=user)
    assert Commentary.objects.get().is_ready
    (entry,) = logged(text, "mark_ready")
    assert (entry.user, entry.revision) == (user, text.latest_revision)
    change(text, lead="Else.")
    assert not Commentary.objects.get().is_ready


def test_ready_can_be_taken_back():
    text = make_commentary(ready=True)
    mark_ready(text=text, ready=False)
    assert not Commentary.objects.get().is_ready
    assert len(logged(text, "unmark_ready")) == 1


def test_a_text_without_a_draft_cannot_be_ready():
    text = make_commentary()
    text.latest_revision = None
    with pytest.raises(NotAllowed, match="Save"):
        mark_ready(text=text)


def test_a_text_in_review_becomes_ready_by_its_review_only():
    text = make_commentary()
    state = Workflow.objects.get(name="Review").start(text, make_user())
    with pytest.raises(NotAllowed, match="review"):
        mark_ready(text=text)
    state.current_task_state.approve(user=make_user())
    assert Commentary.objects.get().is_ready


def test_publication_is_scheduled_and_called_off():
    edition = make_edition()
    edition.publish_note = "It failed."
    moment = timezone.now() + timedelta(hours=1)
    schedule_publication(edition=edition, at=moment)
    edition.refresh_from_db()
    assert (edition.publish_at, edition.publish_note) == (moment, "")
    assert list(Edition.objects.due(moment)) == [edition]
    schedule_publication(edition=edition, at=None)
    edition.refresh_from_db()
    assert edition.publish_at is None
    assert [entry.data["at"] for entry in logged(edition, "schedule_publication")] == [None, moment.isoformat()]


def test_publication_is_not_scheduled_for_the_past():
    edition = make_edition()
    with pytest.raises(NotAllowed, match="not passed"):
        schedule_publication(edition=edition, at=timezone.now() - timedelta(seconds=1))
    assert Edition.objects.get().publish_at is None


@pytest.mark.parametrize(
    ("headline", "language", "slug"),
    [
        ("Prices rise, wages stay", "en", "prices-rise-wages-stay"),
        ("Цэны растуць", "be", "tseny-rastuts"),
        ("Ещё раз", "ru", "eshche-raz"),
        ("Café — déjà vu", "en", "cafe-deja-vu"),
        ("x" * 250, "en", "x" * 100),
    ],
)
def test_an_address_is_made_of_the_headline(headline, language, slug):
    assert free_slug(commentary=make_commentary(headline=headline, language=language)) == slug


def test_a_headline_without_letters_gives_a_number():
    commentary = make_commentary(headline="…")
    assert free_slug(commentary=commentary) == str(commentary.pk)


def test_an_address_that_was_chosen_stays():
    assert free_slug(commentary=make_commentary(slug="chosen")) == "chosen"


@pytest.mark.parametrize(
    ("first", "wanted", "found"),
    [
        pytest.param("report", "report", "report-2", id="of another text"),
        pytest.param("report", "Report", "Report-2", id="of another text but for capital letters"),
        pytest.param("report", "2024", "2024-2", id="of the page of a year"),
        pytest.param("report", "in-2024", "in-2024", id="only in part that of a year"),
        pytest.param("x" * 120, "x" * 120, "x" * 115, id="too long to be followed by a number"),
    ],
)
def test_an_address_that_is_taken_gets_a_number(first, wanted, found):
    edition = make_edition()
    make_commentary(edition, "economy", slug=first)
    assert free_slug(commentary=make_commentary(edition, "economy", slug=wanted)) == found


def test_an_address_is_taken_in_one_language_of_one_section_only():
    edition = make_edition()
    for _count in range(2):
        text = make_commentary(edition, "economy")
        Commentary.objects.filter(pk=text.pk).update(slug=free_slug(commentary=text))
    assert set(Commentary.objects.values_list("slug", flat=True)) == {
        "prices-rise-wages-stay",
        "prices-rise-wages-stay-2",
    }
    assert free_slug(commentary=make_commentary(edition, "economy")) == "prices-rise-wages-stay-3"
    assert free_slug(commentary=make_commentary(edition, "press")) == "prices-rise-wages-stay"
    elsewhere = make_commentary(edition, "economy", language="be", headline="Prices rise, wages stay")
    assert free_slug(commentary=elsewhere) == "prices-rise-wages-stay"

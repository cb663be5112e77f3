"""Which pieces of an original changed since its translation was made, and what can be done about it."""

import pytest
from wagtail.models import ModelLogEntry

from barograph.editions.models import Commentary
from barograph.editions.segments import pieces, segments
from barograph.editions.services import NotAllowed, record_reason
from barograph.editions.staleness import (
    bring_in_structure,
    changes,
    confirm_translation,
    is_stale,
    is_stale_reason,
)
from tests.factories.editions import (
    assessment,
    change,
    make_commentary,
    make_edition,
    make_page,
    make_picture,
    make_translation,
    make_user,
)

pytestmark = pytest.mark.django_db

BODY = [("paragraph", "<p>One.</p>"), ("paragraph", "<p>Two.</p>"), ("list", ["<p>a</p>", "<p>b</p>"])]


@pytest.fixture
def original():
    return make_commentary(body=BODY)


@pytest.fixture
def translation(original):
    return make_translation(original, "be")


def blocks(text):
    return text.newest().body.get_prep_value()


def found(translation):
    translation = Commentary.objects.get(pk=translation.pk)
    return [(change.place, change.before, change.after) for change in changes(translation)]


def test_a_fresh_translation_is_not_stale(translation):
    assert not is_stale(translation)
    assert changes(translation) == []


def test_an_original_is_never_stale(original):
    change(original, lead="Else.")
    assert not is_stale(original)
    assert changes(original) == []


def test_changed_words_are_shown_before_and_after_with_their_place(original, translation):
    second = next(piece for piece in pieces(original.newest()) if piece.text == "<p>Two.</p>")
    item = next(piece for piece in pieces(original.newest()) if piece.text == "<p>b</p>")
    change(original, lead="Else.", words={second.path: "<p>2.</p>", item.path: "<p>c</p>"})
    translation.refresh_from_db()
    assert is_stale(translation)
    assert found(translation) == [
        ("lead", "In January prices rose by 5% within 7 days.", "Else."),
        ("paragraph 2", "<p>Two.</p>", "<p>2.</p>"),
        ("list item 2", "<p>b</p>", "<p>c</p>"),
    ]
    assert [change.field for change in changes(translation)] == ["lead", "body", "body"]


def test_a_new_paragraph_and_a_removed_one_are_changes(original, translation):
    first, _second, items = blocks(original)
    change(original, body=[first, {"type": "paragraph", "value": "<p>New.</p>"}, items])
    assert found(translation) == [("paragraph 2", "", "<p>New.</p>"), ("paragraph 2", "<p>Two.</p>", "")]
    new, gone = changes(Commentary.objects.get(pk=translation.pk))
    assert (new.is_new, new.is_gone, gone.is_new, gone.is_gone) == (True, False, False, True)


def test_paragraphs_that_only_changed_places_are_no_change(original, translation):
    first, second, items = blocks(original)
    change(original, body=[second, first, items])
    assert found(translation) == []


def test_a_change_that_was_taken_back_is_no_change(original, translation):
    change(original, lead="Else.")
    change(original, lead="In January prices rose by 5% within 7 days.")
    translation.refresh_from_db()
    assert not is_stale(translation)


def test_keys_that_the_editor_gives_to_paragraphs_are_no_change(original, translation):
    first, *others = blocks(original)
    change(original, body=[first | {"value": '<p data-block-key="a1b2c">One.</p>'}, *others])
    assert found(translation) == []


def test_places_stay_known_when_the_rendered_revision_is_gone(original, translation):
    rendered = translation.renders_revision
    change(original, lead="Else.", summary="")
    rendered.delete()
    assert found(translation) == [("lead", None, "Else."), ("summary", None, "")]


def test_a_standing_page_can_be_stale_too():
    page = make_page()
    translation = make_translation(page, "be")
    change(page, title="Who we are")
    translation.refresh_from_db()
    assert [change.place for change in changes(translation)] == ["title"]


def test_a_reason_is_stale_when_the_source_language_says_something_else():
    judged = assessment(make_edition(), "economy")
    record_reason(assessment=judged, language="en", text="Prices rose.")
    record_reason(assessment=judged, language="be", text="Цэны выраслі.")
    reasons = {reason.language: reason for reason in judged.reasons.all()}
    assert not is_stale_reason(reasons["be"], reasons["en"])
    record_reason(assessment=judged, language="en", text="Prices fell.")
    reasons = {reason.language: reason for reason in judged.reasons.all()}
    assert is_stale_reason(reasons["be"], reasons["en"])
    assert not is_stale_reason(reasons["en"], reasons["en"])
    assert not is_stale_reason(reasons["be"], None)


def test_confirming_a_translation_ends_its_staleness_and_is_logged(original, translation):
    change(original, lead="Else.")
    user = make_user()
    translation.refresh_from_db()
    confirm_translation(translation=translation, source_revision=original.latest_revision, user=user)
    translation.refresh_from_db()
    assert not is_stale(translation)
    entry = ModelLogEntry.objects.for_instance(translation).get(action="barograph.confirm_translation")
    assert (entry.user, entry.data) == (user, {"revision": original.latest_revision_id})


def test_an_older_revision_can_be_confirmed_and_leaves_the_rest_stale(original, translation):
    change(original, lead="Else.")
    middle = original.latest_revision
    change(original, summary="End.")
    translation.refresh_from_db()
    confirm_translation(translation=translation, source_revision=middle)
    assert [place for place, _before, _after in found(translation)] == ["summary"]


def test_a_revision_of_another_text_cannot_be_confirmed(translation):
    other = make_commentary()
    with pytest.raises(NotAllowed, match="not one of the text"):
        confirm_translation(translation=translation, source_revision=other.latest_revision)


@pytest.mark.parametrize(
    "verb",
    [
        bring_in_structure,
        lambda translation: confirm_translation(translation=translation, source_revision=translation.latest_revision),
    ],
)
def test_an_original_has_nothing_to_confirm_or_to_bring_in(original, verb):
    with pytest.raises(NotAllowed, match="not a translation"):
        verb(translation=original)


def test_bringing_in_the_structure_keeps_the_translators_words_in_the_originals_order(original, translation):
    first, _second, items = blocks(original)
    paths = list(segments(original))
    in_body = [path for path in paths if path.startswith("body.")]
    change(translation, words={in_body[0]: "<p>Адзін.</p>", in_body[1]: "<p>Два.</p>", in_body[3]: "<p>б</p>"})
    change(original, body=[items, {"type": "heading", "value": "New"}, first])
    before = translation.latest_revision_id
    bring_in_structure(translation=translation)
    assert translation.latest_revision_id != before
    assert [piece.text for piece in pieces(translation.newest()) if piece.path.startswith("body.")] == [
        "<p>a</p>",
        "<p>б</p>",
        "New",
        "<p>Адзін.</p>",
    ]
    assert translation.newest().headline == "Цэны растуць, заробкі стаяць"
    assert is_stale(Commentary.objects.get(pk=translation.pk))


def test_bringing_in_the_structure_brings_the_picture_unless_the_translation_has_its_own(original, translation):
    first, own = make_picture(), make_picture()
    change(original, picture=first, picture_alt="A square")
    bring_in_structure(translation=translation)
    assert (translation.newest().picture, translation.newest().picture_alt) == (first, "A square")
    change(translation, picture=own)
    change(original, body=[])
    bring_in_structure(translation=translation)
    assert translation.newest().picture == own


def test_bringing_in_the_structure_empties_and_fills_whole_fields_too(original, translation):
    change(original, summary="", picture_caption="A caption")
    change(translation, authors="Перакладчык")
    bring_in_structure(translation=translation)
    draft = translation.newest()
    assert (draft.summary, draft.picture_caption, draft.authors) == ("", "A caption", "Перакладчык")


def test_bringing_in_nothing_is_refused(translation):
    with pytest.raises(NotAllowed, match="already"):
        bring_in_structure(translation=translation)


def test_bringing_in_the_structure_makes_one_revision_and_one_log_entry(original, translation):
    change(original, summary="", lead="")
    count = translation.revisions.count()
    bring_in_structure(translation=translation)
    assert translation.revisions.count() == count + 1
    entries = ModelLogEntry.objects.for_instance(translation)
    assert entries.filter(action="barograph.bring_in_structure").count() == 1

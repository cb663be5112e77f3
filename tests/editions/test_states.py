"""The state of a text in one word, and how few questions to the database a board needs for it."""

import pytest
from wagtail.models import Workflow

from barograph.editions.models import Commentary
from barograph.editions.services import mark_ready
from barograph.editions.staleness import changes
from barograph.editions.states import State, state_of, with_state
from tests.factories.editions import change, make_commentary, make_ready_edition, make_translation, make_user

pytestmark = pytest.mark.django_db


def stale(**traits):
    original = make_commentary()
    translation = make_translation(original, "be", **traits)
    change(original, lead="Else.")
    return Commentary.objects.get(pk=translation.pk)


def in_review():
    text = make_commentary()
    Workflow.objects.get(name="Review").start(text, make_user())
    return text


@pytest.mark.parametrize(
    ("make", "state"),
    [
        (lambda: None, State.MISSING),
        (make_commentary, State.DRAFT),
        (lambda: make_commentary(ready=True), State.READY),
        (in_review, State.IN_REVIEW),
        (lambda: make_translation(make_commentary(), "be"), State.DRAFT),
        (lambda: make_translation(make_commentary(), "be", ready=True), State.READY),
        (stale, State.STALE),
        (lambda: stale(ready=True), State.STALE),
    ],
)
def test_a_text_has_one_state(make, state):
    text = make()
    assert state_of(text) is state
    if text is not None:
        assert state_of(with_state(Commentary.objects.filter(pk=text.pk)).get()) is state


def test_a_new_draft_of_a_ready_text_is_a_draft():
    text = make_commentary(ready=True)
    change(text, lead="Else.")
    assert state_of(text) is State.DRAFT


def test_what_was_taken_back_is_a_draft():
    text = make_commentary(ready=True)
    mark_ready(text=text, ready=False)
    assert state_of(text) is State.DRAFT


def test_every_state_has_words():
    assert [str(state.label) for state in State] == ["missing", "draft", "in review", "stale", "ready"]


def test_a_board_s_states_and_changes_take_two_queries_however_many_texts(django_assert_num_queries):
    edition = make_ready_edition()
    for text in Commentary.objects.in_edition(edition).originals():
        change(text, lead="Else.")
    with django_assert_num_queries(2):
        texts = list(with_state(Commentary.objects.in_edition(edition)))
        states = [state_of(text) for text in texts]
        places = {change.place for text in texts for change in changes(text)}
    assert len(texts) == 15
    assert states.count(State.STALE) == 10
    assert places == {"lead"}

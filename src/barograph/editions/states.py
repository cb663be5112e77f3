"""How far a text is on its way to readers, in one word."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from django.db.models import Prefetch, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import WorkflowState

from barograph.editions.models import TranslatedText
from barograph.editions.staleness import is_stale

Text = TypeVar("Text", bound=TranslatedText)


class State(StrEnum):
    """Where a text stands, or the place of one that nobody has begun."""

    MISSING = "missing"
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    STALE = "stale"
    READY = "ready"

    @property
    def label(self) -> Promise:
        """The state as the newsroom reads it."""
        return _LABELS[self]


_LABELS = {
    State.MISSING: _("missing"),
    State.DRAFT: _("draft"),
    State.IN_REVIEW: _("in review"),
    State.STALE: _("stale"),
    State.READY: _("ready"),
}


def state_of(text: TranslatedText | None) -> State:
    """The state of a text's newest revision.

    That a translation is stale is said before anything else about it, since it has to be mended whatever
    else happens. A text that came by ``with_state`` asks the database nothing.
    """
    if text is None:
        return State.MISSING
    if is_stale(text):
        return State.STALE
    if text.workflow_in_progress:
        return State.IN_REVIEW
    return State.READY if text.is_ready else State.DRAFT


def with_state(texts: QuerySet[Text]) -> QuerySet[Text]:
    """The texts with all that their states and changes are made of, in two queries however many they are."""
    reviews = WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS)
    return texts.select_related(
        "locale", "latest_revision", "renders_revision", "translated_from__latest_revision", "translated_from__locale"
    ).prefetch_related(Prefetch("_workflow_states", queryset=reviews, to_attr="_current_workflow_states"))

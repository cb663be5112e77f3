"""What a commentary and a standing page have in common: a text in one language, with drafts and translations."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    Revision,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)

from barograph.editions import preview


class TranslatedText(
    WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, PreviewableMixin, TranslatableMixin, models.Model
):
    """A text in one language.

    The row holds the text as it was last published, revisions hold the drafts. What is known *about* the
    text (whose translation it is, of which revision, which revision is ready) lies outside the revisions,
    so that going back to an old revision cannot bring back an old claim.
    """

    translated_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="renderings", editable=False
    )
    renders_revision = models.ForeignKey(
        Revision, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    renders = models.JSONField(default=dict, blank=True, editable=False)
    ready_revision = models.ForeignKey(
        Revision, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    translated_fields: tuple[str, ...] = ()
    """Names of the fields whose text a translator renders, in the order of the page."""

    _facts_about_text: tuple[str, ...] = ("translated_from_id", "renders_revision_id", "renders", "ready_revision_id")

    class Meta(TranslatableMixin.Meta):
        abstract = True

    @property
    def language(self) -> str:
        """Code of the language it is written in."""
        return str(self.locale.language_code)

    @property
    def is_ready(self) -> bool:
        """Whether somebody declared its newest revision fit for readers."""
        return self.latest_revision_id is not None and self.ready_revision_id == self.latest_revision_id

    def newest(self) -> Self:
        """The text as its newest revision has it, published or not."""
        value: Self = self.get_latest_revision_as_object()
        return value

    def with_content_json(self, content: dict[str, Any]) -> Self:
        """The text as a revision has it, with today's facts about it."""
        text: Self = super().with_content_json(content)
        for name in self._facts_about_text:
            setattr(text, name, getattr(self, name))
        return text

    def serve_preview(self, request: Any, mode_name: str) -> Any:
        """The real public page, made of the draft."""
        return preview.response(self)

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        """Wagtail's check asks for it; ``serve_preview`` does without."""
        return ""

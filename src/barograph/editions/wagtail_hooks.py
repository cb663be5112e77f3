"""How Wagtail shows the record."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.permissions import register_permission_policy
from wagtail.snippets.action_menu import ActionMenuItem, SubmitForModerationMenuItem
from wagtail.snippets.models import register_snippet

from barograph.editions.models import Commentary, Picture, StandingPage, TranslatedText
from barograph.editions.permissions import MARK_READY, PicturePolicy, TextPolicy
from barograph.editions.viewsets import CommentaryViewSet, StandingPageViewSet

register_permission_policy(Commentary, TextPolicy(Commentary))
register_permission_policy(StandingPage, TextPolicy(StandingPage))
# Exactly, because Wagtail registers one of its own for pictures after this.
register_permission_policy(Picture, PicturePolicy(Picture), exact_class=True)
register_snippet(CommentaryViewSet)
register_snippet(StandingPageViewSet)


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Name our verbs in Wagtail's log."""
    for name, label in (
        ("open_edition", _("Edition opened")),
        ("add_section", _("Section added")),
        ("remove_section", _("Section removed")),
        ("place_commentary", _("Commentary placed")),
        ("record_verdict", _("Verdict recorded")),
        ("record_reason", _("Reason recorded")),
        ("start_translation", _("Translation begun")),
        ("mark_ready", _("Marked as ready")),
        ("unmark_ready", _("“Ready” taken back")),
        ("bring_in_structure", _("Blocks of the original brought in")),
        ("confirm_translation", _("Translation confirmed")),
        ("import_translation", _("PO file brought in")),
        ("overrule", _("Finding overruled")),
        ("schedule_publication", _("Publication scheduled")),
    ):
        actions.register_action(f"barograph.{name}", label, label)


class ReadyMenuItem(ActionMenuItem):
    """Saves a text and declares it ready for readers."""

    name = "action-ready"
    label = _("Save and mark as ready")
    icon_name = "check"

    def is_shown(self, context: dict[str, Any]) -> bool:
        """For those who may say so, while no review is under way."""
        return (
            context["view"] == "edit"
            and not context.get("locked_for_user")
            and not context["instance"].workflow_in_progress
            and context["request"].user.has_perm(MARK_READY)
        )


class ReviewMenuItem(SubmitForModerationMenuItem):
    """Wagtail's “Submit for moderation” in our words."""

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        """Wagtail's, with our label."""
        context: dict[str, Any] = super().get_context_data(parent_context)
        context["label"] = _("Save and send to review")
        return context


@hooks.register("construct_snippet_action_menu")
def arrange_actions(items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:  # noqa: ARG001
    """Leave nothing in an editor's menu that would publish, and name things by what they do here."""
    if not issubclass(context["model"], TranslatedText):
        return
    items[:] = [item for item in items if item.name not in {"action-publish", "action-unpublish"}]
    for position, item in enumerate(items):
        if item.name == "action-submit":
            items[position] = ReviewMenuItem(order=item.order)
        elif item.name == "approve" and item.launch_modal:
            item.label = _("Approve with a comment")
        elif item.name == "approve":
            item.label = _("Approve: the text is ready")
    ready = ReadyMenuItem(order=10)
    if ready.is_shown(context):
        items.insert(1, ready)

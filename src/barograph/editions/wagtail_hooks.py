"""How Wagtail shows the record."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from barograph.editions.models import Commentary, StandingPage
from barograph.editions.permissions import TextPolicy
from barograph.editions.viewsets import CommentaryViewSet, StandingPageViewSet

register_permission_policy(Commentary, TextPolicy(Commentary))
register_permission_policy(StandingPage, TextPolicy(StandingPage))
register_snippet(CommentaryViewSet)
register_snippet(StandingPageViewSet)


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Name our verbs in Wagtail's log."""
    for name, label in (
        ("open_edition", _("Open edition")),
        ("record_verdict", _("Record verdict")),
        ("record_reason", _("Record reason")),
        ("start_translation", _("Start translation")),
        ("mark_ready", _("Mark as ready")),
        ("unmark_ready", _("Take back “ready”")),
        ("schedule_publication", _("Schedule publication")),
    ):
        actions.register_action(f"barograph.{name}", label, label)

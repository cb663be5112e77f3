"""How Wagtail's log names the verbs of this room."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Name our verbs in Wagtail's log."""
    for name, label in (("publish_edition", _("Publish edition")), ("retry_step", _("Retry step"))):
        actions.register_action(f"barograph.{name}", label, label)

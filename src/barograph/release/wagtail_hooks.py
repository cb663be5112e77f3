"""How Wagtail's log names the verbs of this room."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Name our verbs in Wagtail's log."""
    for name, label in (("publish_edition", _("Edition published")), ("retry_step", _("Step tried again"))):
        actions.register_action(f"barograph.{name}", label, label)

"""The roles of a newsroom and what each may do."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """A role is a group of that name. A person can have several."""

    ANALYST = "analyst"
    EDITOR = "editor"
    TRANSLATOR = "translator"
    PUBLISHER = "publisher"
    OPERATOR = "operator"


ROLE_NAMES = {
    Role.ANALYST: _("analyst"),
    Role.EDITOR: _("editor"),
    Role.TRANSLATOR: _("translator"),
    Role.PUBLISHER: _("publisher"),
    Role.OPERATOR: _("operator"),
}
"""The roles in words, in the language of who reads them."""

ENTER = ["wagtailadmin.access_admin"]
WRITE = [
    "editions.add_commentary",
    "editions.change_commentary",
    "editions.record_verdict",
    "editions.add_picture",
    "editions.change_picture",
    "editions.choose_picture",
]
EDIT = [
    *WRITE,
    "editions.delete_commentary",
    "editions.lock_commentary",
    "editions.unlock_commentary",
    "editions.add_standingpage",
    "editions.change_standingpage",
    "editions.lock_standingpage",
    "editions.unlock_standingpage",
    "editions.open_edition",
    "editions.mark_ready",
]

PERMISSIONS: dict[Role, list[str]] = {
    Role.ANALYST: [*ENTER, *WRITE],
    Role.EDITOR: [*ENTER, *EDIT],
    Role.TRANSLATOR: [*ENTER, "editions.change_commentary", "editions.change_standingpage", "editions.choose_picture"],
    Role.PUBLISHER: [*ENTER, *EDIT, "editions.publish_edition", "editions.send_newsletter"],
    Role.OPERATOR: [
        *ENTER,
        "accounts.add_user",
        "accounts.change_user",
        "accounts.delete_user",
        "editions.retry_step",
        "editions.send_newsletter",
    ],
}
"""Nobody has Wagtail's own publish permission: only ``release.services.publish_edition`` publishes."""

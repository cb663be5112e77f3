"""Who may do what to which text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy

from barograph.accounts.models import User
from barograph.editions.models import TranslatedText


class TextPolicy(ModelPermissionPolicy):
    """Django's permissions, narrowed: translators change their own languages only, and nobody publishes here."""

    def user_has_permission(self, user: User, action: str) -> bool:
        """Whether the user may do this to some text of this kind."""
        return action not in {"publish", "unpublish"} and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: User, actions: Sequence[str]) -> bool:
        """Whether the user may do one of these to some text of this kind."""
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: User, action: str, instance: Any) -> bool:
        """Whether the user may do this to this text."""
        return self.user_has_any_permission_for_instance(user, [action], instance)

    def user_has_any_permission_for_instance(self, user: User, actions: Sequence[str], instance: Any) -> bool:
        """Whether the user may do one of these to this text."""
        if isinstance(instance, TranslatedText) and not user.may_write_in(instance.language):
            return False
        return self.user_has_any_permission(user, actions)

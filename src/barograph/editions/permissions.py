"""Who may do what to which text and which picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from wagtail.models import Collection
from wagtail.permission_policies import ModelPermissionPolicy

from barograph.accounts.models import User
from barograph.editions.models import TranslatedText


class NewsroomRequest(HttpRequest):
    """A request of somebody who is logged in, as every view of the newsroom gets it."""

    user: User


MARK_READY = "editions.mark_ready"
READING = frozenset(
    {
        "history",
        "history_results",
        "revisions_compare",
        "revisions_view",
        "usage",
        "workflow_history",
        "workflow_history_detail",
        "workflow_history_results",
    }
)
"""Names of the screens on which a text is only looked at."""


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


class PicturePolicy(ModelPermissionPolicy):
    """Django's permissions for pictures, of which there is one collection for the whole newsroom."""

    def collections_user_has_permission_for(self, user: User, action: str) -> Any:
        """The collections in which the user may do this."""
        return self.collections_user_has_any_permission_for(user, [action])

    def collections_user_has_any_permission_for(self, user: User, actions: Sequence[str]) -> Any:
        """The collections in which the user may do one of these."""
        collections = Collection.objects.all()
        return collections if self.user_has_any_permission(user, actions) else collections.none()


def in_own_language(
    view: Callable[..., HttpResponse], name: str, model: type[TranslatedText]
) -> Callable[..., HttpResponse]:
    """A screen of one text, closed to who may not write in the text's language unless it only shows the text.

    Wagtail asks whether somebody may change *some* text; this asks about *the* text, on every one of its
    screens, so that a new one of Wagtail's is closed as well.
    """

    @wraps(view)
    def guarded(request: NewsroomRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "pk" in kwargs and name not in READING and request.user.is_authenticated:
            text = get_object_or_404(model.objects.select_related("locale"), pk=unquote(str(kwargs["pk"])))
            if not request.user.may_write_in(text.language):
                raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded

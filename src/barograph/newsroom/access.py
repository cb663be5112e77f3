"""Who may use a screen of ours. Every view says so; none is open to somebody who is not logged in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from wagtail.admin import messages
from wagtail.admin.auth import require_admin_access

from barograph.editions.permissions import NewsroomRequest
from barograph.editions.services import NotAllowed

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[NewsroomRequest, Arguments], HttpResponse]

ADD_COMMENTARY = "editions.add_commentary"
CHANGE_COMMENTARY = "editions.change_commentary"
OPEN_EDITION = "editions.open_edition"
RECORD_VERDICT = "editions.record_verdict"
PUBLISH_EDITION = "editions.publish_edition"
RETRY_STEP = "editions.retry_step"
SEND_NEWSLETTER = "editions.send_newsletter"
SEE_NEWSLETTER = (OPEN_EDITION, SEND_NEWSLETTER)
"""Those who have one of these see how the newsletter stands."""


def screen(view: View[Arguments]) -> View[Arguments]:
    """A screen for everybody in the newsroom."""
    guarded: View[Arguments] = require_admin_access(view)
    return guarded


def restricted(*permissions: str, refused_to: str = "") -> Callable[[View[Arguments]], View[Arguments]]:
    """A screen for those who have one of these permissions.

    When the rules of the record forbid what is asked, it says so where that was asked, or else on the screen
    whose name is ``refused_to``.
    """

    def decorate(view: View[Arguments]) -> View[Arguments]:
        @wraps(view)
        def guarded(request: NewsroomRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not any(request.user.has_perm(permission) for permission in permissions):
                raise PermissionDenied
            try:
                return view(request, *args, **kwargs)
            except NotAllowed as refusal:
                messages.error(request, str(refusal))
                return back(request, reverse(refused_to) if refused_to else "", at="#main")

        return screen(guarded)

    return decorate


def action(*permissions: str) -> Callable[[View[Arguments]], View[Arguments]]:
    """A button for those who have one of these permissions. It answers POST only."""

    def decorate(view: View[Arguments]) -> View[Arguments]:
        allowed = restricted(*permissions)(view)

        @wraps(view)
        def guarded(request: NewsroomRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method != "POST":
                return HttpResponse(status=405, headers={"Allow": "POST"})
            return allowed(request, *args, **kwargs)

        return screen(guarded)

    return decorate


def back(request: HttpRequest, fallback: str = "", *, at: str = "") -> HttpResponse:
    """Lead back to where a button was pressed, or to ``fallback``, or home; never to another host.

    ``at`` is a place on the page, such as ``#main``, whose beginning has the messages: a button may be far below.
    """
    wanted = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        wanted = fallback or reverse("wagtailadmin_home")
    return redirect(f"{wanted.partition('#')[0]}{at}" if at else wanted)

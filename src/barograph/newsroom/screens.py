"""What every screen of ours has in common."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from barograph.editions.permissions import MARK_READY, NewsroomRequest
from barograph.newsroom.access import ADD_COMMENTARY, OPEN_EDITION, RECORD_VERDICT
from barograph.newsroom.periods import next_period
from barograph.newsroom.words import screen_language


def show(request: NewsroomRequest, template: str, context: dict[str, Any], *crumbs: tuple[str, str]) -> HttpResponse:
    """A screen with its way home (``crumbs`` are addresses and labels) and what its reader may do."""
    user = request.user
    everywhere = {
        "crumbs": [{"url": reverse("wagtailadmin_home"), "label": _("Edition board")}]
        + [{"url": address, "label": label} for address, label in crumbs],
        "here": request.get_full_path(),
        "next_period_label": next_period().label(screen_language()),
        "may_open": user.has_perm(OPEN_EDITION),
        "may_judge": user.has_perm(RECORD_VERDICT),
        "may_begin": user.has_perm(ADD_COMMENTARY),
        "may_mark_ready": user.has_perm(MARK_READY),
    }
    return TemplateResponse(request, template, everywhere | context)

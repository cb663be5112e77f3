"""The buttons that make an edition public, or forbid and permit it."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from wagtail.admin import messages

from barograph.base.site import site
from barograph.editions.gate import open_findings
from barograph.editions.gate import overrule as overrule_finding
from barograph.editions.models import Edition
from barograph.editions.permissions import NewsroomRequest
from barograph.editions.services import NotAllowed, schedule_publication
from barograph.newsroom.access import PUBLISH_EDITION, RETRY_STEP, action
from barograph.newsroom.views.editions import board_url, watch_url
from barograph.release.models import Step
from barograph.release.services import Refused, publish_edition, retry_step


@action(PUBLISH_EDITION)
def publish(request: NewsroomRequest, slug: str) -> HttpResponse:
    """Publish an edition or a correction of it. The steps that follow are done by the server's clock."""
    edition = get_object_or_404(Edition, slug=slug)
    note = {
        language.code: " ".join(request.POST.get(f"note-{language.code}", "").split()) for language in site().languages
    }
    try:
        publish_edition(edition=edition, user=request.user, note={code: text for code, text in note.items() if text})
    except Refused:
        messages.error(request, _("The edition is not published: something still hinders it. Look at the list below."))
        return redirect(f"{board_url(edition)}#publication")
    messages.success(request, _("The edition is published. The new release is being built and signed."))
    return redirect(f"{watch_url(edition)}#publication")


@action(PUBLISH_EDITION)
def schedule(request: NewsroomRequest, slug: str) -> HttpResponse:
    """Have an edition published by itself at a moment, or no longer."""
    edition = get_object_or_404(Edition, slug=slug)
    moment = None if "cancel" in request.POST else _moment(request.POST.get("at", ""))
    schedule_publication(edition=edition, at=moment, user=request.user)
    words = (
        _("The edition will be published by itself.") if moment else _("The edition will not be published by itself.")
    )
    messages.success(request, words)
    return redirect(f"{board_url(edition)}#publication")


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise NotAllowed(_("Choose a day and a time."))
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


@action(PUBLISH_EDITION)
def overrule(request: NewsroomRequest, slug: str) -> HttpResponse:
    """Set one finding of the gate aside, for a written reason."""
    edition = get_object_or_404(Edition, slug=slug)
    wanted = request.POST.get("finding", "")
    finding = next((found for found in open_findings(edition) if found.fingerprint == wanted), None)
    if finding is None:
        raise NotAllowed(_("This finding is gone or has changed. Look again."))
    overrule_finding(edition=edition, finding=finding, reason=request.POST.get("reason", ""), user=request.user)
    messages.success(request, _("The finding is overruled. Your reason is kept."))
    return redirect(f"{board_url(edition)}#publication")


@action(PUBLISH_EDITION, RETRY_STEP)
def retry(request: NewsroomRequest, pk: int) -> HttpResponse:
    """Try a failed step of a publication again."""
    step = get_object_or_404(Step.objects.select_related("publication__edition"), pk=pk)
    retry_step(step=step, user=request.user)
    return redirect(f"{watch_url(step.publication.edition)}#publication")

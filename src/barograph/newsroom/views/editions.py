"""The screens of editions: the board, the list of all, and the buttons that change what an edition holds."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from wagtail.admin import messages

from barograph.base.period import Period
from barograph.base.site import VERDICTS, site
from barograph.editions.arranging import add_section, remove_section
from barograph.editions.models import Assessment, Commentary, Edition, Overrule, Section
from barograph.editions.permissions import NewsroomRequest
from barograph.editions.services import NotAllowed, open_edition, record_reason, record_verdict
from barograph.newsroom.access import CHANGE_COMMENTARY, OPEN_EDITION, RECORD_VERDICT, action, screen
from barograph.newsroom.board import Board
from barograph.newsroom.forms import PeriodForm
from barograph.newsroom.history import history
from barograph.newsroom.periods import current_edition
from barograph.newsroom.publishing import Publishing
from barograph.newsroom.screens import show
from barograph.newsroom.words import verdict_word

EDITIONS_ON_A_PAGE = 60


def board_url(edition: Edition) -> str:
    """Address of the board of an edition."""
    return reverse("newsroom:board", args=[edition.slug])


def watch_url(edition: Edition) -> str:
    """Address of the board while the steps of a publication are being done."""
    return f"{board_url(edition)}?watch=1"


@screen
def home(request: NewsroomRequest) -> HttpResponse:
    """The board of the edition to work on."""
    edition = current_edition()
    if edition is None:
        return show(request, "newsroom/empty.html", {})
    return _board(request, edition)


@screen
def board(request: NewsroomRequest, slug: str) -> HttpResponse:
    """The board of one edition."""
    return _board(request, get_object_or_404(Edition, slug=slug))


def _board(request: NewsroomRequest, edition: Edition) -> HttpResponse:
    publishing = Publishing(edition, request.user)
    context: dict[str, Any] = {
        "edition": edition,
        "board": Board(edition, request.user),
        "publishing": publishing,
        # Only who has just published is shown the page anew, so that nobody loses what they are writing.
        "is_watching": publishing.is_working and "watch" in request.GET,
        "watch_url": watch_url(edition),
        "earlier": Edition.objects.filter(start__lt=edition.start).order_by("-start").first(),
        "later": Edition.objects.filter(start__gt=edition.start).order_by("start").first(),
        "verdicts": [(verdict, verdict_word(verdict)) for verdict in VERDICTS],
        "overrules": Overrule.objects.filter(edition=edition).select_related("by"),
        "corrections": edition.corrections.all(),
        "history": history(edition),
        "unplaced": Commentary.objects.originals().unplaced().count(),
        "may_translate": request.user.has_perm(CHANGE_COMMENTARY),
        "time_zone": site().time_zone,
    }
    return show(request, "newsroom/board.html", context, (board_url(edition), str(edition)))


@screen
def edition_list(request: NewsroomRequest) -> HttpResponse:
    """All editions, newest first, or those of one year or state."""
    found = Edition.objects.all()
    years = [day.year for day in found.dates("start", "year", order="DESC")]
    year, state = request.GET.get("year", ""), request.GET.get("state", "")
    if year.isdigit():
        found = found.filter(start__year=int(year))
    if state == "published":
        found = found.published()
    elif state == "unpublished":
        found = found.unpublished()
    page = Paginator(found.prefetch_related("assessments__section"), EDITIONS_ON_A_PAGE).get_page(request.GET.get("p"))
    context = {
        "page": page,
        "years": years,
        "year": year,
        "state": state,
        "query": f"{urlencode({'year': year, 'state': state})}&",
        "form": PeriodForm(),
    }
    return show(request, "newsroom/editions.html", context, (reverse("newsroom:editions"), _("All editions")))


@action(OPEN_EDITION)
def open_next(request: NewsroomRequest) -> HttpResponse:
    """Open the next edition, or one of a period that was asked for."""
    period = None
    if request.POST.get("start"):
        form = PeriodForm(request.POST)
        if not form.is_valid():
            raise NotAllowed(" ".join(str(error) for errors in form.errors.values() for error in errors))
        period = Period(form.cleaned_data["start"], form.cleaned_data["end"])
    edition = open_edition(period=period, user=request.user)
    messages.success(request, _("The edition %(period)s is open.") % {"period": edition})
    return redirect(board_url(edition))


@action(RECORD_VERDICT, CHANGE_COMMENTARY)
def judge(request: NewsroomRequest, pk: int) -> HttpResponse:
    """Record the verdict of a section and its reasons; a translator the reasons of their languages."""
    assessment = get_object_or_404(Assessment.objects.select_related("edition", "section"), pk=pk)
    _refuse_old_view(request, assessment)
    verdict = request.POST.get("verdict", assessment.verdict)
    if verdict not in {"", *VERDICTS}:
        raise NotAllowed(_("Choose one of the verdicts."))
    if request.user.has_perm(RECORD_VERDICT):
        record_verdict(assessment=assessment, verdict=verdict, user=request.user)
    # The source language comes first, so that the others are noted to render its new line.
    for code in site().language_codes:
        text, shown = request.POST.get(f"reason-{code}"), request.POST.get(f"shown-{code}", "")
        is_meant = text != shown or f"checked-{code}" in request.POST
        if text is not None and is_meant and request.user.may_write_in(code):
            record_reason(assessment=assessment, language=code, text=text, user=request.user)
    messages.success(request, _("%(section)s: verdict and reasons are saved.") % {"section": assessment.section})
    return redirect(f"{board_url(assessment.edition)}#{assessment.section.key}")


def _refuse_old_view(request: NewsroomRequest, assessment: Assessment) -> None:
    """Refuse to save over what somebody else wrote while the form stood open."""
    now = {reason.language: reason.text for reason in assessment.reasons.all()}
    for code in site().language_codes:
        shown = request.POST.get(f"shown-{code}")
        if shown is not None and shown != now.get(code, ""):
            raise NotAllowed(
                _("Somebody changed the reasons meanwhile. Nothing of yours was saved; look at them again.")
            )


@action(OPEN_EDITION)
def add(request: NewsroomRequest, slug: str) -> HttpResponse:
    """Have one more section judged in an edition."""
    edition = get_object_or_404(Edition, slug=slug)
    section = get_object_or_404(Section, key=request.POST.get("section", ""))
    add_section(edition=edition, section=section, user=request.user)
    return redirect(f"{board_url(edition)}#{section.key}")


@action(OPEN_EDITION)
def remove(request: NewsroomRequest, pk: int) -> HttpResponse:
    """Leave a section out of an edition."""
    assessment = get_object_or_404(Assessment.objects.select_related("edition", "section"), pk=pk)
    remove_section(assessment=assessment, user=request.user)
    messages.success(request, _("%(section)s is not part of this edition any more.") % {"section": assessment.section})
    return redirect(board_url(assessment.edition))

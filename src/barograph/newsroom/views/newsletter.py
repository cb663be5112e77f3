"""The screens of the newsletter: how it stands, what a mail looks like, and the orders to its sender."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages

from barograph.base.site import Language, site
from barograph.editions.models import Commentary, Edition
from barograph.editions.permissions import NewsroomRequest
from barograph.newsroom.access import SEE_NEWSLETTER, SEND_NEWSLETTER, action, restricted, screen
from barograph.newsroom.mail_preview import MailPreview
from barograph.newsroom.newsletter import Newsletter
from barograph.newsroom.orders import (
    languages_in_release,
    order_retry,
    order_sending,
    order_test,
    refuse_sending,
    unreached_for,
)
from barograph.newsroom.reasons import explain, is_lasting
from barograph.newsroom.screens import show
from barograph.newsroom.views.editions import board_url
from barograph.release import services

FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)
"""A mail in its frame runs nothing and loads nothing."""


def newsletter_crumb() -> tuple[str, str]:
    """The way to the newsletter's screen."""
    return reverse("newsroom:newsletter"), _("Newsletter")


@restricted(*SEE_NEWSLETTER)
def overview(request: NewsroomRequest) -> HttpResponse:
    """How the newsletter stands, what waits, and what may be done."""
    newsletter = Newsletter(request.user)
    context = {
        "newsletter": newsletter,
        "languages": site().languages,
        "time_zone": site().time_zone,
        "previewed": newsletter.to_send or Edition.objects.filter(archived=False).first(),
    }
    return show(request, "newsroom/newsletter.html", context, newsletter_crumb())


@restricted(SEND_NEWSLETTER, refused_to="newsroom:newsletter")
def send(request: NewsroomRequest, slug: str) -> HttpResponse:
    """Ask once more, then have the edition sent to everybody."""
    edition = get_object_or_404(Edition, slug=slug)
    newsletter = Newsletter(request.user)
    if request.method == "POST":
        order_sending(edition=edition, newsletter=newsletter, user=request.user)
        messages.success(request, _("The sender will take it up as soon as it looks. You can see it here."))
        return redirect("newsroom:newsletter")
    refuse_sending(edition=edition, newsletter=newsletter)
    context = {"edition": edition, "newsletter": newsletter, "languages": languages_in_release(edition)}
    return show(request, "newsroom/newsletter_send.html", context, newsletter_crumb())


@restricted(SEND_NEWSLETTER, refused_to="newsroom:newsletter")
def retry(request: NewsroomRequest, slug: str) -> HttpResponse:
    """Ask once more, then have those tried again whom an edition did not reach for one reason."""
    edition = get_object_or_404(Edition, slug=slug)
    newsletter = Newsletter(request.user)
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        order_retry(edition=edition, reason=reason, newsletter=newsletter, user=request.user)
        messages.success(request, _("The sender will try them again as soon as it looks."))
        return redirect("newsroom:newsletter")
    reason = request.GET.get("reason", "")
    count = unreached_for(edition=edition, reason=reason, newsletter=newsletter)
    if not count:
        return redirect("newsroom:newsletter")
    context = {
        "edition": edition,
        "reason": reason,
        "explanation": explain(reason),
        "is_lasting": is_lasting(reason),
        "count": count,
    }
    return show(request, "newsroom/newsletter_retry.html", context, newsletter_crumb())


@screen
def preview(request: NewsroomRequest, slug: str, code: str) -> HttpResponse:
    """An edition's mail in one language, beside its plain part."""
    edition, language = _edition_and_language(slug, code)
    context: dict[str, Any] = {
        "edition": edition,
        "language": language,
        "languages": site().languages,
        "mail": _mail(request, edition, language) if _has_words(edition, language) else None,
        "query": request.GET.urlencode(),
        "may_send": request.user.has_perm(SEND_NEWSLETTER),
        "has_address": bool(request.user.email.strip()),
        "is_in_release": language in languages_in_release(edition),
        "page_url": f"/{code}/editions/{slug}/" if edition.is_published else "",
    }
    return show(request, "newsroom/newsletter_mail.html", context, (board_url(edition), str(edition)))


@screen
def frame(request: NewsroomRequest, slug: str, code: str) -> HttpResponse:
    """The HTML of the mail, for the frame on the screen above."""
    edition, language = _edition_and_language(slug, code)
    if not _has_words(edition, language):
        raise Http404
    return HttpResponse(_mail(request, edition, language).html, headers={"Content-Security-Policy": FRAME_POLICY})


@action(SEND_NEWSLETTER)
def test(request: NewsroomRequest, slug: str, code: str) -> HttpResponse:
    """Have the mail sent to whoever presses the button."""
    edition, language = _edition_and_language(slug, code)
    order_test(edition=edition, language=language, user=request.user)
    messages.success(request, _("A test is on its way to you as soon as the sender looks."))
    return redirect("newsroom:mail", slug, code)


def _edition_and_language(slug: str, code: str) -> tuple[Edition, Language]:
    language = next((found for found in site().languages if found.code == code), None)
    if language is None:
        raise Http404
    return get_object_or_404(Edition, slug=slug), language


def _has_words(edition: Edition, language: Language) -> bool:
    """Whether anything is written in the language: a release carries no mail that would be all verdicts."""
    return Commentary.objects.in_edition(edition).filter(locale__language_code=language.code).exists()


def _mail(request: NewsroomRequest, edition: Edition, language: Language) -> MailPreview:
    mail = services.draft_mail(edition, language.code)
    return MailPreview(mail, language, sections=request.GET.getlist("section"), mode=request.GET.get("mode", "open"))

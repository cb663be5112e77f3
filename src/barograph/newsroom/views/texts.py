"""Texts that are to be begun, or to be placed in an edition."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages

from barograph.archive.models import ImportedPage
from barograph.base.site import site
from barograph.editions.arranging import place_commentary, start_commentary
from barograph.editions.models import Assessment, Commentary, Edition, Section
from barograph.editions.permissions import NewsroomRequest
from barograph.editions.services import NotAllowed
from barograph.newsroom.access import ADD_COMMENTARY, OPEN_EDITION, action, screen
from barograph.newsroom.board import COMMENTARY_URLS
from barograph.newsroom.forms import PlaceForm
from barograph.newsroom.import_words import ShownWarning, shown_warning
from barograph.newsroom.screens import show

TEXTS_ON_A_PAGE = 30


@action(ADD_COMMENTARY)
def begin(request: NewsroomRequest, pk: int) -> HttpResponse:
    """Begin a commentary in a section, in a language, and open it."""
    assessment = get_object_or_404(Assessment, pk=pk)
    language = request.POST.get("language", "")
    if language not in site().language_codes or not request.user.may_write_in(language):
        raise PermissionDenied
    commentary = start_commentary(assessment=assessment, language=language, user=request.user)
    return redirect(reverse(f"{COMMENTARY_URLS}:edit", args=[commentary.pk]))


@screen
def unplaced(request: NewsroomRequest) -> HttpResponse:
    """Commentaries that an import could not place, with what it says about them."""
    found = Commentary.objects.originals().unplaced().select_related("locale", "latest_revision")
    page = Paginator(found.order_by("pk"), TEXTS_ON_A_PAGE).get_page(request.GET.get("p"))
    warnings = import_warnings([text.pk for text in page])
    editions = list(Edition.objects.all())
    context: dict[str, Any] = {
        "page": page,
        "texts": [(text, warnings.get(text.pk, [])) for text in page],
        "editions": editions,
        "sections": list(Section.objects.all()),
        "example": editions[0].slug if editions else "",
        "may_place": request.user.has_perm(OPEN_EDITION),
        "query": "",
    }
    return show(request, "newsroom/unplaced.html", context, (reverse("newsroom:unplaced"), _("To be placed")))


@action(OPEN_EDITION)
def place(request: NewsroomRequest, pk: int) -> HttpResponse:
    """Put a commentary with its translations into a section of an edition."""
    commentary = get_object_or_404(Commentary, pk=pk)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        raise NotAllowed(_("Choose an edition and a section."))
    assessment = place_commentary(commentary=commentary, user=request.user, **form.cleaned_data)
    messages.success(request, _("“%(text)s” is placed: %(place)s.") % {"text": commentary, "place": assessment})
    return redirect("newsroom:unplaced")


def import_warnings(keys: list[int]) -> dict[int | None, list[ShownWarning]]:
    """What the import found unclear, by commentary."""
    rows = ImportedPage.objects.filter(commentary__in=keys).values_list("commentary_id", "warnings")
    return {key: [shown_warning(warning) for warning in warnings] for key, warnings in rows}

"""What the newsroom can do with one text beside editing it: start it, declare it ready, exchange it with translators.

These views belong to Wagtail's screens for texts (``viewsets``), where ``in_own_language`` guards them.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View
from wagtail.admin import messages

from barograph.base.site import site
from barograph.editions.exchange import export_po, import_po
from barograph.editions.models import TranslatedText
from barograph.editions.permissions import MARK_READY, NewsroomRequest
from barograph.editions.services import NotAllowed, mark_ready, start_translation
from barograph.editions.staleness import bring_in_structure

LARGEST_PO = 2 * 1024 * 1024


class TextView(View):
    """A button on one text. It answers POST, and says so where it was pressed when the rules forbid it."""

    request: NewsroomRequest
    model: type[TranslatedText] = TranslatedText  # type: ignore[type-abstract] # Wagtail gives one that is not

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the text; turn a refusal into a message."""
        texts = self.model._default_manager.select_related("locale", "latest_revision", "translated_from")
        self.text: TranslatedText = get_object_or_404(texts, pk=kwargs["pk"])
        try:
            return super().dispatch(request, *args, **kwargs)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
            return self.back(self.edit_url(self.text))

    def edit_url(self, text: TranslatedText) -> str:
        """The editor of a text of this kind."""
        return reverse(self.model.snippet_viewset.get_url_name("edit"), args=[text.pk])

    def back(self, fallback: str) -> HttpResponse:
        """Lead back to where the button was pressed; never to another host."""
        wanted = self.request.POST.get("next", "")
        hosts = {self.request.get_host()}
        safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts, require_https=self.request.is_secure())
        return redirect(wanted if safe else fallback)


class ReadyView(TextView):
    """Declares the newest revision ready for readers, or takes that back."""

    def post(self, request: NewsroomRequest, pk: int) -> HttpResponse:
        """Mark or unmark, as the field ``ready`` says."""
        if not request.user.has_perm(MARK_READY):
            raise PermissionDenied
        ready = request.POST.get("ready") != "no"
        if ready and request.POST.get("revision") not in {None, str(self.text.latest_revision_id)}:
            raise NotAllowed(_("Somebody saved a newer version meanwhile. Read it before you mark it as ready."))
        mark_ready(text=self.text, ready=ready, user=request.user)
        words = _("“%(text)s” is ready.") if ready else _("“%(text)s” is a draft again.")
        messages.success(request, words % {"text": self.text.newest()})
        return self.back(self.edit_url(self.text))


class TranslateView(TextView):
    """Begins a translation and opens it. The guard asks about the original, so this asks about the translation."""

    def post(self, request: NewsroomRequest, pk: int) -> HttpResponse:
        """Begin the translation into the field ``language``."""
        language = request.POST.get("language", "")
        if language not in site().language_codes or not request.user.may_write_in(language):
            raise PermissionDenied
        try:
            translation = start_translation(original=self.text, language=language, user=request.user)
        except ValidationError as error:
            raise NotAllowed(
                _("The original is not complete yet: %(what)s") % {"what": " ".join(error.messages)}
            ) from error
        return redirect(self.edit_url(translation))


class StructureView(TextView):
    """Brings blocks that the original got or lost since into the translation."""

    def post(self, request: NewsroomRequest, pk: int) -> HttpResponse:
        """Bring them in."""
        bring_in_structure(translation=self.text, user=request.user)
        messages.success(request, _("The translation has the blocks of its original. What is new stands untranslated."))
        return redirect(self.edit_url(self.text))


class PoView(TextView):
    """The translation as a PO file, for those who work with a program of their own."""

    def get(self, request: NewsroomRequest, pk: int) -> HttpResponse:
        """Download it."""
        answer = HttpResponse(export_po(self.text), content_type="text/x-gettext-translation; charset=utf-8")
        name = f"{self.model.__name__.lower()}-{pk}-{self.text.language}.po"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def post(self, request: NewsroomRequest, pk: int) -> HttpResponse:
        """Take one back in."""
        upload = request.FILES.get("file")
        if upload is None:
            raise NotAllowed(_("Choose a PO file."))
        if upload.size is None or upload.size > LARGEST_PO:
            raise NotAllowed(_("The file is larger than two megabytes. It cannot be this text."))
        result = import_po(self.text, upload.read(), user=request.user)
        for note in result.notes:
            messages.info(request, note)
        return redirect(self.edit_url(self.text))

"""The newsroom's screens for texts: Wagtail's, with our rules."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, DateColumn, LocaleColumn, TitleColumn
from wagtail.admin.utils import get_latest_str
from wagtail.snippets.views.snippets import CreateView, EditView, IndexView, SnippetViewSet

from barograph.base.site import Language, site
from barograph.editions import panels
from barograph.editions.models import Commentary, StandingPage, TranslatedText
from barograph.editions.permissions import MARK_READY, in_own_language
from barograph.editions.services import mark_ready
from barograph.editions.staleness import confirm_translation
from barograph.editions.states import state_of, with_state
from barograph.editions.translating import Beside
from barograph.editions.views import PoView, ReadyView, StructureView, TranslateView


class TextIndexView(IndexView):
    """The list of texts: no bulk actions, and our own states in place of “live” and “draft”."""

    def get_base_queryset(self) -> Any:
        """Wagtail's, with all that the states are made of."""
        return with_state(super().get_base_queryset())

    @cached_property
    def columns(self) -> list[Column]:
        """Headline, language, state, last change."""
        return [
            TitleColumn("title", label=_("Text"), accessor=get_latest_str, get_url=self.get_edit_url),
            LocaleColumn(label=_("Language")),
            Column("state", label=_("State"), accessor=lambda text: state_of(text).label),
            DateColumn("changed", label=_("Last change"), accessor="latest_revision.created_at"),
        ]

    def get_edit_url(self, instance: TranslatedText) -> str | None:
        """The editor, for those who may write in the text's language."""
        url: str | None = super().get_edit_url(instance) if self.request.user.may_write_in(instance.language) else None
        return url


class CommentaryIndexView(TextIndexView):
    """The list of commentaries, which has no button for a new one: it is begun on the board."""

    add_url = None


class NoCommentaryHere(CreateView):
    """A commentary is begun on the board, where its section and edition are known."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead to the board."""
        messages.info(request, _("Begin a commentary on the board, in its section and language."))
        return redirect("wagtailadmin_home")

    post = get


class TextEditView(EditView):
    """The editor, with a translation's original beside it."""

    overwrite_revision = None
    """Wagtail's autosave would write over a revision that somebody has read and declared ready."""

    def get_available_actions(self) -> list[str]:
        """Wagtail's, and “ready” for those who may say so."""
        actions: list[str] = super().get_available_actions()
        if self.request.user.has_perm(MARK_READY) and not self.object.workflow_in_progress:
            actions.append("ready")
        return actions

    def save_instance(self) -> TranslatedText:
        """Save, and note that the translation renders its original as it was shown, when the translator says so."""
        text: TranslatedText = super().save_instance()
        shown = self.request.POST.get("shown_revision", "")
        original = text.translated_from
        if original is not None and "renders_original" in self.request.POST and shown.isdigit():
            revision = original.revisions.filter(pk=int(shown)).first()
            if revision is not None:
                confirm_translation(translation=text, source_revision=revision, user=self.request.user)
        return text

    def ready_action(self) -> None:
        """Declare what was just saved ready."""
        text = self.model._default_manager.get(pk=self.object.pk)
        mark_ready(text=text, user=self.request.user)

    def get_success_url(self) -> str:
        """Stay in the editor after “ready”, as after saving."""
        url: str = self.get_edit_url() if self.action == "ready" else super().get_success_url()
        return url

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Wagtail's, with the text's state, its languages, and what stands beside a translation."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        text = self.live_object
        context["text"] = text
        context["text_state"] = state_of(text)
        context["text_languages"] = self._languages(text)
        context["beside"] = Beside(text) if text.translated_from_id else None
        context["may_mark_ready"] = self.request.user.has_perm(MARK_READY)
        for name in ("ready", "structure", "po"):
            context[f"{name}_url"] = self._url(name, text)
        context["translate_url"] = self._url("translate", text.translated_from or text)
        return context

    def _url(self, name: str, text: TranslatedText) -> str:
        return reverse(self.model.snippet_viewset.get_url_name(name), args=[text.pk])

    def _languages(self, text: TranslatedText) -> list[dict[str, Any]]:
        """The text in every language of the site: its state, or the chance to translate it."""
        original = text.translated_from or text
        family = {other.language: other for other in with_state(original.get_translations(inclusive=True))}
        return [self._in_language(language, family.get(language.code), original) for language in site().languages]

    def _in_language(self, language: Language, text: TranslatedText | None, original: TranslatedText) -> dict[str, Any]:
        return {
            "language": language,
            "text": text,
            "url": self._url("edit", text) if text else "",
            "state": state_of(text),
            "is_original": text == original,
            "may_write": self.request.user.may_write_in(language.code),
        }


class TextViewSet(SnippetViewSet):
    """Screens for texts."""

    add_to_admin_menu = True
    list_per_page = 50
    copy_view_enabled = False
    index_view_class = TextIndexView
    edit_view_class = TextEditView
    edit_template_name = "newsroom/text_edit.html"

    def get_urlpatterns(self) -> list[URLPattern]:
        """Wagtail's screens and our buttons, all of them guarded."""
        ours = [
            path(f"{name}/<int:pk>/", self.construct_view(view), name=name)
            for name, view in (
                ("ready", ReadyView),
                ("translate", TranslateView),
                ("structure", StructureView),
                ("po", PoView),
            )
        ]
        patterns: list[URLPattern] = [*super().get_urlpatterns(), *ours]
        for pattern in patterns:
            if pattern.name != "translate":
                pattern.callback = in_own_language(pattern.callback, pattern.name or "", self.model)
        return patterns


class CommentaryViewSet(TextViewSet):
    """Screens for commentaries."""

    model = Commentary
    icon = "doc-full-inverse"
    menu_label = gettext_lazy("Commentaries")
    menu_order = 110
    edit_handler = panels.COMMENTARY
    search_fields = ["headline", "lead"]
    search_backend_name = None  # its words are few, and in languages that SQLite's index does not know
    index_view_class = CommentaryIndexView
    add_view_class = NoCommentaryHere
    list_filter = ["locale", "assessment__section"]


class StandingPageViewSet(TextViewSet):
    """Screens for standing pages."""

    model = StandingPage
    icon = "doc-empty"
    menu_label = gettext_lazy("Standing pages")
    menu_order = 130
    edit_handler = panels.STANDING_PAGE
    list_filter = ["locale"]

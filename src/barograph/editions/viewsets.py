"""The newsroom's screens for texts: Wagtail's, with our rules."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSet

from barograph.editions.models import Commentary, StandingPage


class CommentaryViewSet(SnippetViewSet):
    """Screens for commentaries."""

    model = Commentary
    icon = "doc-full-inverse"
    menu_label = _("Commentaries")
    add_to_admin_menu = True
    menu_order = 110
    list_per_page = 50


class StandingPageViewSet(SnippetViewSet):
    """Screens for standing pages."""

    model = StandingPage
    icon = "doc-empty"
    menu_label = _("Standing pages")
    add_to_admin_menu = True
    menu_order = 130

"""Our menu, our looks, and what of Wagtail nobody needs here."""

from __future__ import annotations

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import SearchArea
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.log_actions import LogActionRegistry

from barograph.base.site import VERDICTS, site
from barograph.newsroom.access import SEE_NEWSLETTER

NOT_NEEDED = frozenset({"explorer", "help", "documents", "reports", "settings", "snippets"})
"""Items of Wagtail's menu that lead to pages, which there are none of, or to what settings and commands do here."""


@hooks.register("register_admin_menu_item")
def board_item() -> MenuItem:
    """The edition board."""
    return MenuItem(_("Edition board"), reverse("wagtailadmin_home"), name="board", icon_name="table", order=10)


@hooks.register("register_admin_menu_item")
def editions_item() -> MenuItem:
    """All editions."""
    return MenuItem(_("All editions"), reverse("newsroom:editions"), name="editions", icon_name="date", order=140)


class NewsletterItem(MenuItem):
    """Leads to the newsletter; there for those who may see how it stands."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this user may."""
        return any(request.user.has_perm(permission) for permission in SEE_NEWSLETTER)


@hooks.register("register_admin_menu_item")
def newsletter_item() -> MenuItem:
    """How the newsletter stands."""
    address = reverse("newsroom:newsletter")
    return NewsletterItem(_("Newsletter"), address, name="newsletter", icon_name="mail", order=145)


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Name our verbs in Wagtail's log."""
    for name, label in (
        ("order_newsletter", _("Newsletter ordered")),
        ("order_retry", _("Another try for those not reached ordered")),
        ("order_test", _("Test of the newsletter ordered")),
    ):
        actions.register_action(f"barograph.{name}", label, label)


@hooks.register("construct_main_menu")
def leave_out(request: HttpRequest, items: list[MenuItem]) -> None:  # noqa: ARG001 (Wagtail's signature)
    """Leave out what nobody needs, and call pictures what they are called everywhere else here."""
    items[:] = [item for item in items if item.name not in NOT_NEEDED]
    for item in items:
        if item.name == "images":
            item.label, item.order = _("Pictures"), 120
    items.sort(key=lambda item: item.order)


@hooks.register("construct_search")
def search_in(request: HttpRequest, areas: list[SearchArea]) -> None:  # noqa: ARG001 (Wagtail's signature)
    """Search in what there is: not in Wagtail's pages."""
    areas[:] = [area for area in areas if area.name != "pages"]


@hooks.register("register_admin_search_area")
def commentaries_area() -> SearchArea:
    """Search in the headlines of commentaries first."""
    address = reverse("wagtailsnippets_editions_commentary:list")
    return SearchArea(_("Commentaries"), address, name="commentaries", icon_name="doc-full-inverse", order=10)


class NoDocuments(PagesAdminAPIViewSet):
    """Stands where Wagtail's scripts expect the addresses of documents, which we have none of.

    Nothing answers there: ``urls`` closes Wagtail's admin API.
    """

    name = "documents"


@hooks.register("construct_admin_api")
def no_documents(api: WagtailAPIRouter) -> None:
    """Let Wagtail's configuration of its scripts find an address for documents."""
    api.register_endpoint("documents", NoDocuments)


@hooks.register("insert_global_admin_css")
def looks() -> SafeString:
    """Our stylesheet, and the colours of the site's verdicts, which the public pages have too."""
    light = "".join(f"--{verdict}:{site().verdicts[verdict].light};" for verdict in VERDICTS)
    dark = "".join(f"--{verdict}:{site().verdicts[verdict].dark};" for verdict in VERDICTS)
    colours = f":root{{{light}}}.w-theme-dark{{{dark}}}@media (prefers-color-scheme:dark){{.w-theme-system{{{dark}}}}}"
    link = format_html('<link rel="stylesheet" href="{}">', static("barograph/newsroom/newsroom.css"))
    return mark_safe(f"{link}<style>{colours}</style>")

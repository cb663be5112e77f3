"""Addresses of our own screens. They go before Wagtail's, and close those of Wagtail's that nobody may use here."""

from __future__ import annotations

from typing import Any, NoReturn

from django.http import Http404, HttpRequest
from django.urls import path, re_path
from django.views.generic import RedirectView

from barograph.newsroom.access import screen
from barograph.newsroom.views import editions, language, newsletter, publishing, texts
from barograph.newsroom.views.account import AccountView

app_name = "newsroom"

CLOSED = (
    "admin/api",
    "api",
    "api-tokens",
    "bulk",
    "collections",
    "documents",
    "failwhale",
    "forms",
    "groups",
    "locales",
    "pages",
    "password_reset",
    "redirects",
    "reports",
    "sites",
    "test404",
)
"""Wagtail's screens that make no sense without a page tree, or would be a second way in."""


def closed(request: HttpRequest, **kwargs: Any) -> NoReturn:  # noqa: ARG001 (Django's signature)
    """What is not there."""
    raise Http404


urlpatterns = [
    path("", editions.home, name="home"),
    path("editions/", editions.edition_list, name="editions"),
    path("editions/open/", editions.open_next, name="open"),
    path("editions/<slug:slug>/", editions.board, name="board"),
    path("editions/<slug:slug>/publish/", publishing.publish, name="publish"),
    path("editions/<slug:slug>/schedule/", publishing.schedule, name="schedule"),
    path("editions/<slug:slug>/overrule/", publishing.overrule, name="overrule"),
    path("editions/<slug:slug>/sections/", editions.add, name="add_section"),
    path("assessments/<int:pk>/", editions.judge, name="judge"),
    path("assessments/<int:pk>/remove/", editions.remove, name="remove_section"),
    path("assessments/<int:pk>/begin/", texts.begin, name="begin"),
    path("steps/<int:pk>/retry/", publishing.retry, name="retry"),
    path("to-be-placed/", texts.unplaced, name="unplaced"),
    path("to-be-placed/<int:pk>/", texts.place, name="place"),
    path("newsletter/", newsletter.overview, name="newsletter"),
    path("newsletter/<slug:slug>/send/", newsletter.send, name="send_newsletter"),
    path("newsletter/<slug:slug>/retry/", newsletter.retry, name="retry_newsletter"),
    path("newsletter/<slug:slug>/<slug:code>/", newsletter.preview, name="mail"),
    path("newsletter/<slug:slug>/<slug:code>/frame/", newsletter.frame, name="mail_frame"),
    path("newsletter/<slug:slug>/<slug:code>/test/", newsletter.test, name="test_mail"),
    path("account/", screen(AccountView.as_view()), name="account"),
    path("language/", language.choose, name="language"),
    path("jsi18n/", language.words_for_scripts, name="words_for_scripts"),
    # A link in a text leads to an address; there are no pages of Wagtail's to choose from.
    path(
        "choose-page/", RedirectView.as_view(pattern_name="wagtailadmin_choose_page_external_link", query_string=True)
    ),
    re_path(rf"^(?:{'|'.join(CLOSED)})(?:/.*)?$", closed),
]

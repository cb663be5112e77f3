"""What a web server calls: the public site's files at ``/``, the newsroom below ``/newsroom/``, the newsletter's forms
below ``/newsletter/``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from barograph.config.public import PublicSite
from barograph.config.site_folder import load_site

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NEWSROOM = "/newsroom"
EDGE = "/newsletter"


def _newsroom() -> WSGIApplication:
    os.environ["DJANGO_SETTINGS_MODULE"] = "barograph.config.settings"
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
    from barograph.config.build_socket import start_listening
    from barograph.config.ticking import start_ticking

    start_ticking()
    start_listening(load_site())
    return application


def make_application(role: str) -> WSGIApplication:
    """The application for a role: ``all``, ``newsroom``, ``site`` or ``edge``. The last two know no database."""
    site = load_site()
    if role == "site":
        return PublicSite(site.releases)
    if role == "newsroom":
        return _newsroom()
    from barograph.edge.application import Edge

    edge = Edge(site)
    if role == "edge":
        return edge
    return _everything({NEWSROOM: _newsroom(), EDGE: edge}, PublicSite(site.releases))


def _everything(below: dict[str, WSGIApplication], public: WSGIApplication) -> WSGIApplication:
    """One application that gives every request to whom it is for."""

    def everything(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        first = "/".join(environ.get("PATH_INFO", "").split("/", 2)[:2])
        return below.get(first, public)(environ, start_response)

    return everything


application = make_application(os.environ.get("BAROGRAPH_SERVE_ROLE", "all"))

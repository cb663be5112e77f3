"""What a web server calls: the public site's files at ``/``, the newsroom below ``/newsroom/``."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from barograph.config.public import PublicSite
from barograph.config.site_folder import load_site

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NEWSROOM = "/newsroom/"


def _newsroom() -> WSGIApplication:
    os.environ["DJANGO_SETTINGS_MODULE"] = "barograph.config.settings"
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
    from barograph.config.ticking import start_ticking

    start_ticking()
    return application


def make_application(role: str) -> WSGIApplication:
    """The application for a role: ``all``, ``newsroom`` or ``site``. The last one knows no database."""
    public = PublicSite(load_site().releases)
    if role == "site":
        return public
    newsroom = _newsroom()
    if role == "newsroom":
        return newsroom

    def everything(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        inside = path.startswith(NEWSROOM) or path == NEWSROOM.rstrip("/")
        return (newsroom if inside else public)(environ, start_response)

    return everything


application = make_application(os.environ.get("BAROGRAPH_SERVE_ROLE", "all"))

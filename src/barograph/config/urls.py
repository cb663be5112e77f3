"""Addresses of the newsroom. The public site is plain files and has none here."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.urls import include, path
from django.views.static import serve
from wagtail.admin import urls as wagtailadmin_urls

from barograph.release.views import preview_file


@login_required
def uploaded_picture(request: HttpRequest, path: str) -> HttpResponseBase:
    """An uploaded picture, for who is logged in."""
    return serve(request, path, document_root=str(settings.MEDIA_ROOT))


urlpatterns = [
    path("newsroom/pictures/<path:path>", uploaded_picture),
    path("newsroom/preview/<path:path>", preview_file),
    path("newsroom/", include("barograph.newsroom.urls")),
    path("newsroom/", include(wagtailadmin_urls)),
]

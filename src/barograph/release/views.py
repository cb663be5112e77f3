"""What a preview needs beside the page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from barograph.base.media_types import media_type
from barograph.base.site import site
from barograph.editions.models import PictureRendition
from barograph.release import render
from barograph.release.pictures import sizes


@login_required
def preview_file(request: HttpRequest, path: str) -> HttpResponse:  # noqa: ARG001 (Django's signature)
    """Stylesheet, fonts and icons of a previewed page; its links lead to the public site."""
    if path.startswith("pictures/"):
        return _picture(path)
    if not path.startswith("assets/"):
        # One slash: two would lead to another host.
        return redirect("/" + path.lstrip("/\\"))
    for name, content in render.assets(render.stylesheet(site())):
        if name == path:
            return HttpResponse(
                content, content_type=media_type(path), headers={"Cache-Control": "private, max-age=3600"}
            )
    raise Http404


def _picture(path: str) -> HttpResponse:
    """A picture in one size, found by the hash and the width that its public name holds."""
    width = path.removesuffix(".webp").rpartition("-")[2]
    if width.isdecimal():
        for rendition in PictureRendition.objects.filter(width=int(width)).select_related("image"):
            if any(f"pictures/{size['name']}" == path for size in sizes(rendition.image)):
                with rendition.file.open("rb") as file:
                    return HttpResponse(file.read(), content_type="image/webp")
    raise Http404

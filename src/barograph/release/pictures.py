"""Pictures in the sizes that pages need."""

from __future__ import annotations

import hashlib
from typing import Any

from wagtail.images.models import Filter

from barograph.editions.models import Picture
from barograph.release.builder import PictureError

WIDTHS = (480, 960, 1600)
"""Widths in pixels: a phone, a column, a column on a fine screen."""


def sizes(picture: Picture) -> list[dict[str, Any]]:
    """The picture in each width up to its own: public name, width, height, and where the file is kept.

    The name holds a hash of the bytes, so that a page never shows a newer picture than it was made for.
    Raises PictureError.
    """
    widths = [width for width in WIDTHS if width < picture.width] or [picture.width]
    filters = [Filter(f"width-{width}|format-webp|webpquality-80") for width in widths]
    try:
        known = picture.find_existing_renditions(*filters)
        renditions = [known.get(filter_) or picture.get_rendition(filter_) for filter_ in filters]
    except OSError as error:
        raise PictureError(f"The picture “{picture.title}” cannot be read ({error}). Upload it again.") from error
    found = []
    for rendition in renditions:
        with rendition.file.open("rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()[:16]
        found.append(
            {
                "name": f"{digest}-{rendition.width}.webp",
                "width": rendition.width,
                "height": rendition.height,
                "file": rendition.file.name,
            }
        )
    return found

"""Pictures as offline copies carry them."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

QUALITY = 82
"""Of a JPEG, from 1 to 95: the loss is not to be seen at the size of a page."""

_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}


def media_type(content: bytes) -> str:
    """What kind of picture these bytes are. Raises PIL.UnidentifiedImageError for none."""
    with Image.open(BytesIO(content)) as image:
        return _TYPES.get(image.format or "", "application/octet-stream")


def for_every_reader(content: bytes) -> bytes:
    """The picture as PNG or JPEG: readers' programs older than EPUB 3.3 know no WebP. Says nothing but its pixels."""
    if media_type(content) in {"image/png", "image/jpeg"}:
        return content
    with Image.open(BytesIO(content)) as image:
        buffer = BytesIO()
        if image.has_transparency_data:
            image.convert("RGBA").save(buffer, "PNG", optimize=True)
        else:
            image.convert("RGB").save(buffer, "JPEG", quality=QUALITY, optimize=True)
        return buffer.getvalue()

"""Taking the metadata out of uploaded pictures: a photograph says where and by whom it was taken."""

from __future__ import annotations

from io import BytesIO

from django.core.files.base import ContentFile, File
from PIL import Image, ImageOps

KEPT_FORMATS = {"JPEG", "PNG", "WEBP", "GIF"}


def without_metadata(upload: File[bytes]) -> ContentFile[bytes]:
    """The picture again, under its name, made of nothing but its pixels and its colour profile.

    The orientation a camera noted is applied first, so that the picture stands upright. A format other
    than JPEG, PNG, WebP or GIF becomes PNG.
    """
    upload.seek(0)
    with Image.open(upload) as picture:
        form = picture.format if picture.format in KEPT_FORMATS else "PNG"
        upright = ImageOps.exif_transpose(picture)
        clean = Image.new(upright.mode, upright.size)
        if upright.mode == "P" and (palette := upright.getpalette()):
            clean.putpalette(palette)
        clean.paste(upright)
        buffer = BytesIO()
        options = {"quality": 90} if form in {"JPEG", "WEBP"} else {}
        if profile := picture.info.get("icc_profile"):
            options["icc_profile"] = profile
        if "transparency" in picture.info and form in {"PNG", "GIF"}:
            options["transparency"] = picture.info["transparency"]
        clean.save(buffer, form, **options)
    return ContentFile(buffer.getvalue(), name=upload.name)

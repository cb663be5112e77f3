"""Uploaded pictures lose what a camera wrote into them, and nothing a reader sees."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from barograph.base.site import SiteSettings
from barograph.editions.metadata import without_metadata
from barograph.editions.models import Picture

AUTHOR, GPS, ORIENTATION = 0x013B, 0x8825, 0x0112


def photograph(form: str, *, orientation: int = 1, mode: str = "RGB") -> ContentFile[bytes]:
    """A picture whose left half is red and right half blue, with an author, a place and an orientation."""
    picture = Image.new("RGB", (40, 20), "blue")
    picture.paste("red", (0, 0, 20, 20))
    exif = Image.Exif()
    exif[AUTHOR] = "A name that must not go out"
    exif[ORIENTATION] = orientation
    exif.get_ifd(GPS)[1] = "N"
    buffer = BytesIO()
    picture.convert(mode).save(buffer, form, exif=exif)
    return ContentFile(buffer.getvalue(), name=f"photo.{form.lower()}")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_author_and_place_are_gone(form: str) -> None:
    upload = photograph(form)
    assert b"must not go out" in upload.read()
    clean = without_metadata(upload).read()
    assert b"must not go out" not in clean
    with Image.open(BytesIO(clean)) as picture:
        assert dict(picture.getexif()) == {}
        assert picture.size == (40, 20)


def test_a_picture_taken_sideways_stands_upright() -> None:
    with Image.open(without_metadata(photograph("PNG", orientation=6))) as picture:
        assert picture.size == (20, 40)
        assert picture.getpixel((10, 2)) == (255, 0, 0)
        assert picture.getpixel((10, 38)) == (0, 0, 255)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "1"])
def test_the_pixels_stay_as_they_were_in_every_mode(mode: str) -> None:
    upload = photograph("PNG", mode=mode)
    with Image.open(BytesIO(upload.read())) as before, Image.open(without_metadata(upload)) as after:
        assert after.convert("RGBA").tobytes() == before.convert("RGBA").tobytes()


@pytest.mark.django_db
def test_a_picture_is_clean_before_it_is_stored(own_site: SiteSettings) -> None:
    picture = Picture(title="Photo", file=photograph("JPEG"), width=40, height=20)
    picture.save()
    stored = (own_site.private / "pictures" / picture.file.name).read_bytes()
    assert b"must not go out" not in stored
    assert picture.get_file_size() == len(stored)

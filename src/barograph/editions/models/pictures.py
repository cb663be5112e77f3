"""Pictures, without what a camera writes into them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from barograph.editions.metadata import without_metadata


class Picture(AbstractImage):
    """An uploaded picture. Its camera, place and author are removed before it is stored."""

    admin_form_fields = Image.admin_form_fields

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        permissions = [("choose_picture", "Can choose picture")]

    def save(self, *args: object, **kwargs: object) -> None:
        """Store the picture; a newly uploaded file is first stripped of its metadata."""
        upload: Any = getattr(self, "file")  # noqa: B009 (Wagtail's field has no type to read)
        if upload and not upload._committed:  # not in the store yet: this is how Django itself asks
            self.file = without_metadata(upload)
            self.file_size = None
            self.file_hash = ""
        super().save(*args, **kwargs)


class PictureRendition(AbstractRendition):
    """A picture in one size."""

    image = models.ForeignKey(Picture, models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_per_size")
        ]

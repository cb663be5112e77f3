"""Sections of public life."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from barograph.base.site import site


class Section(models.Model):
    """A section, as other rows point to it. Its names and order are the site's settings."""

    key = models.SlugField(_("key"), unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    retired = models.BooleanField(_("retired"), default=False)

    class Meta:
        ordering = ["position", "key"]
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def __str__(self) -> str:
        return self.name(get_language() or site().source_language)

    def name(self, language: str) -> str:
        """Its name in a language, or its key when the settings do not name it any more."""
        settings = site().section(self.key)
        return site().words(settings.name, language) if settings else self.key

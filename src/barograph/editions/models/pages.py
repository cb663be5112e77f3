"""Standing pages: about, methodology."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField

from barograph.base.blocks import BodyBlock
from barograph.base.site import RESERVED_ADDRESSES, site
from barograph.editions.models.texts import TranslatedText


class StandingPage(TranslatedText):
    """A page that belongs to no edition, in one language."""

    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(_("address"), max_length=80)
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    translated_fields = ("title", "body")

    class Meta(TranslatedText.Meta):
        ordering = ["position", "title"]
        verbose_name = _("standing page")
        verbose_name_plural = _("standing pages")

    def __str__(self) -> str:
        return self.title or gettext("No title yet")

    def clean(self) -> None:
        """Refuse an address that a section, another page in this language or Barograph itself has."""
        super().clean()
        others = StandingPage.objects.filter(locale_id=self.locale_id, slug__iexact=self.slug).exclude(pk=self.pk)
        known = self.slug.lower()
        if known in RESERVED_ADDRESSES or site().section(known) or others.exists():
            raise ValidationError({"slug": _("This address is taken. Choose another.")})

"""Commentaries: the text in one language that says why."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField

from barograph.base.blocks import BodyBlock, SourceBlock
from barograph.editions.models.assessments import Assessment
from barograph.editions.models.pictures import Picture
from barograph.editions.models.texts import TranslatedText
from barograph.editions.querysets import CommentaryQuerySet


class Commentary(TranslatedText):
    """The commentary on one assessment in one language."""

    assessment = models.ForeignKey(
        Assessment, models.PROTECT, null=True, blank=True, related_name="commentaries", verbose_name=_("assessment")
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=1, help_text=_("Its place when a section has more than one commentary in an edition.")
    )
    slug = models.SlugField(_("address"), max_length=120, blank=True, help_text=_("Made from the headline when empty."))
    headline = models.CharField(_("headline"), max_length=250)
    lead = models.TextField(_("lead"), blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)
    summary = models.TextField(_("summary"), blank=True)
    authors = models.TextField(
        _("authors"), blank=True, help_text=_("Names or roles, one on a line. Leave empty to name nobody.")
    )
    picture = models.ForeignKey(
        Picture, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )
    picture_alt = models.CharField(
        _("alternative text"), max_length=300, blank=True, help_text=_("What the picture shows, for who cannot see it.")
    )
    picture_caption = models.CharField(_("caption"), max_length=300, blank=True)
    picture_credit = models.CharField(_("credit"), max_length=200, blank=True)
    sources = StreamField([("source", SourceBlock())], verbose_name=_("sources"), blank=True)

    archived = models.BooleanField(_("archived"), default=False, editable=False)
    """It was public before it came here, in the languages it has; the gate asks nothing of it."""

    objects = CommentaryQuerySet.as_manager()

    translated_fields = (
        "headline",
        "lead",
        "body",
        "summary",
        "authors",
        "picture_alt",
        "picture_caption",
        "picture_credit",
        "sources",
    )

    _facts_about_text = (*TranslatedText._facts_about_text, "archived")  # noqa: SLF001 (its own base class)

    class Meta(TranslatedText.Meta):
        ordering = ["assessment", "position", "pk"]
        verbose_name = _("commentary")
        verbose_name_plural = _("commentaries")

    def __str__(self) -> str:
        return self.headline or gettext("No headline yet")

    @property
    def author_names(self) -> tuple[str, ...]:
        """Its authors as names or roles, or nobody."""
        return tuple(line.strip() for line in self.authors.splitlines() if line.strip())


class OldAddress(models.Model):
    """Where a commentary stood before it came here, so that old links still lead to it."""

    commentary = models.ForeignKey(Commentary, models.CASCADE, related_name="old_addresses")
    path = models.CharField(_("path"), max_length=500, unique=True, help_text=_("From the first slash on."))

    class Meta:
        ordering = ["path"]
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")

    def __str__(self) -> str:
        return self.path

"""What the import remembers of each page it read."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from barograph.editions.models import Commentary, StandingPage, TranslatedText


class ImportedPage(models.Model):
    """One page that was read, and the commentary or standing page it became.

    As long as ``revision`` is the newest of that text, nobody has edited what the import wrote.
    """

    source = models.CharField(
        _("source"), max_length=1000, unique=True, help_text=_("The file, or the export's own name for the page.")
    )
    digest = models.CharField(max_length=64, db_index=True)
    group = models.CharField(
        max_length=500, blank=True, db_index=True, help_text=_("Pages of one group are translations of each other.")
    )
    commentary = models.ForeignKey(
        Commentary, models.SET_NULL, null=True, related_name="imported_pages", verbose_name=_("commentary")
    )
    standing_page = models.ForeignKey(
        StandingPage, models.SET_NULL, null=True, related_name="imported_pages", verbose_name=_("standing page")
    )
    revision = models.ForeignKey(Revision, models.SET_NULL, null=True, related_name="+")
    became_text = models.BooleanField(
        default=False, help_text=_("Still true after the text is deleted, so that it is not brought in again.")
    )
    facts = models.JSONField(_("facts"), default=dict)
    furniture = models.JSONField(_("lines set aside"), default=list)
    warnings = models.JSONField(_("warnings"), default=list)
    imported_at = models.DateTimeField(_("imported at"), auto_now=True)

    class Meta:
        ordering = ["source"]
        verbose_name = _("imported page")
        verbose_name_plural = _("imported pages")

    def __str__(self) -> str:
        return self.source

    @property
    def text(self) -> TranslatedText | None:
        """What it became, if that is still there."""
        return self.commentary or self.standing_page

    @property
    def is_unedited(self) -> bool:
        """Whether the text still is what the import wrote."""
        return self.text is not None and self.text.latest_revision_id == self.revision_id

"""What the import remembers of each page it read."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from barograph.editions.models import Commentary


class ImportedPage(models.Model):
    """One page that was read, and the commentary it became.

    As long as ``revision`` is the commentary's newest, nobody has edited what the import wrote.
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
    revision = models.ForeignKey(Revision, models.SET_NULL, null=True, related_name="+")
    became_commentary = models.BooleanField(
        default=False, help_text=_("Still true after the commentary is deleted, so that it is not brought in again.")
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
    def is_unedited(self) -> bool:
        """Whether the commentary still is what the import wrote."""
        return self.commentary is not None and self.commentary.latest_revision_id == self.revision_id

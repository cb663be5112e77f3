"""Reporting periods."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from barograph.base.period import Period
from barograph.editions.querysets import EditionQuerySet


class Edition(models.Model):
    """One reporting period with its assessments."""

    slug = models.SlugField(_("address"), max_length=40, unique=True)
    start = models.DateField(_("first day"))
    end = models.DateField(_("last day"))
    archived = models.BooleanField(
        _("archived"), default=False, help_text=_("It was public before it came here, in the languages it has.")
    )
    publish_at = models.DateTimeField(_("publish at"), null=True, blank=True)
    publish_note = models.TextField(_("why the scheduled publication failed"), blank=True)
    published_on = models.DateField(_("first published on"), null=True, blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-start", "-end"]
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [
            models.UniqueConstraint(fields=["start", "end"], name="one_edition_per_period"),
            models.CheckConstraint(condition=models.Q(end__gte=models.F("start")), name="edition_ends_after_start"),
        ]
        permissions = [
            ("open_edition", "Can open an edition"),
            ("publish_edition", "Can publish an edition"),
            ("retry_step", "Can retry a step after publication"),
            ("send_newsletter", "Can have an edition sent to the subscribers"),
            ("mark_ready", "Can mark a text as ready"),
        ]

    def __str__(self) -> str:
        return self.period.label(get_language() or "en")

    @property
    def period(self) -> Period:
        """The days it covers."""
        return Period(self.start, self.end)

    @property
    def is_published(self) -> bool:
        """Whether the public has seen it."""
        return self.published_on is not None


class Correction(models.Model):
    """A note to readers, in each language, on what a later release of an edition changed."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="corrections")
    made_on = models.DateField(_("made on"))
    note = models.JSONField(_("note"), default=dict)

    class Meta:
        ordering = ["made_on", "pk"]
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")


class Overrule(models.Model):
    """A publisher's written reason to publish in spite of one finding of the gate. Kept for ever."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="overrules")
    finding = models.CharField(_("finding"), max_length=64)
    finding_text = models.TextField(_("what was found"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        ordering = ["made_at"]
        verbose_name = _("overrule")
        verbose_name_plural = _("overrules")
        constraints = [models.UniqueConstraint(fields=["edition", "finding"], name="one_overrule_per_finding")]

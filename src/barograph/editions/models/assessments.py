"""Judgements: facts, stated once for all languages."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from barograph.editions.models.editions import Edition
from barograph.editions.models.sections import Section


class Verdict(models.TextChoices):
    """Which way a section moved in a period."""

    BETTER = "better", _("better")
    UNCHANGED = "unchanged", _("unchanged")
    WORSE = "worse", _("worse")


class Assessment(models.Model):
    """The judgement of one section in one edition."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="assessments", verbose_name=_("edition"))
    section = models.ForeignKey(Section, models.PROTECT, related_name="assessments", verbose_name=_("section"))
    verdict = models.CharField(_("verdict"), max_length=9, choices=Verdict, blank=True)

    class Meta:
        ordering = ["edition", "section"]
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [models.UniqueConstraint(fields=["edition", "section"], name="one_assessment_per_section")]
        permissions = [("record_verdict", "Can record a verdict")]

    def __str__(self) -> str:
        return f"{self.section} · {self.edition}"


class Reason(models.Model):
    """Why a section got its verdict: one line in one language."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="reasons")
    language = models.CharField(_("language"), max_length=20)
    text = models.CharField(_("reason"), max_length=300)
    renders = models.CharField(
        _("renders"), max_length=300, blank=True, help_text=_("The line in the source language that it translates.")
    )

    class Meta:
        ordering = ["assessment", "language"]
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")
        constraints = [models.UniqueConstraint(fields=["assessment", "language"], name="one_reason_per_language")]

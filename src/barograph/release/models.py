"""What was made public, and the steps that followed.

A ``Publication`` freezes one edition as the public gets it. The newest one of each edition is what a
release is built from, so neither a draft nor a changed verdict can reach a reader by any other way than
``release.services.publish_edition``.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from barograph.editions.models import Edition
from barograph.release.querysets import PublicationQuerySet, StepQuerySet


class Publication(models.Model):
    """One edition as it was made public at one moment; the newest has the highest ``pk``."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="publications")
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    made_on = models.DateField(_("made on"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    is_current = models.BooleanField(_("current"), default=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        constraints = [
            models.UniqueConstraint(
                fields=["edition"], condition=models.Q(is_current=True), name="one_current_publication_per_edition"
            )
        ]

    def __str__(self) -> str:
        return f"{self.edition} · {self.pk}"


class PublishedAssessment(models.Model):
    """A judgement as it was made public."""

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="assessments")
    section = models.CharField(max_length=50)
    verdict = models.CharField(max_length=9, blank=True)
    reasons = models.JSONField(default=dict)
    digest = models.CharField(
        max_length=64, blank=True, help_text="hash of it and its texts, by which a build notices a change"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["publication", "section"], name="one_judgement_per_publication")]


class PublishedText(models.Model):
    """A commentary in one language as it was made public, its body already HTML."""

    assessment = models.ForeignKey(PublishedAssessment, models.CASCADE, related_name="texts")
    key = models.UUIDField()
    language = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField(default=1)
    slug = models.SlugField(max_length=120)
    headline = models.CharField(max_length=250)
    lead = models.TextField(blank=True)
    body_html = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    published_on = models.DateField()
    changed_on = models.DateField()
    extras = models.JSONField(default=dict, help_text="authors, sources, picture and its sizes, old addresses")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["assessment", "key", "language"], name="one_text_per_language")]


class PublishedPage(models.Model):
    """A standing page in one language as it is public."""

    key = models.UUIDField()
    language = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField(default=1)
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    body_html = models.TextField(blank=True)
    changed_on = models.DateField()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["key", "language"], name="one_page_per_language")]


class Step(models.Model):
    """One thing that follows a publication: done, or to be done, with what went wrong."""

    class Name(models.TextChoices):
        """The steps, in their order."""

        BUILD = "build", _("Build, sign and switch to the new release")
        UPLOAD = "upload", _("Copy the release to its targets")
        COMPLETE = "complete", _("Make offline copies, data and cards, and sign a release with them")
        UPLOAD_COMPLETE = "upload_complete", _("Copy the completed release to its targets")

    class Status(models.TextChoices):
        """Where a step stands."""

        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="steps")
    name = models.CharField(_("step"), max_length=20, choices=Name)
    target = models.CharField(_("target"), max_length=40, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    error = models.TextField(_("error"), blank=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("total"), default=0)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    seen_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    sent = models.CharField(
        max_length=64, blank=True, help_text="hash of the signature of the release that its target has"
    )

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            models.UniqueConstraint(fields=["publication", "name", "target"], name="each_step_once_per_target")
        ]

    @property
    def seconds(self) -> float | None:
        """How long the last try took, in seconds."""
        if self.started_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()

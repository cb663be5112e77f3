"""Questions about publications and steps, as adjectives."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q


class PublicationQuerySet(models.QuerySet[Any]):
    """Questions about publications."""

    def current(self) -> Self:
        """The newest of each edition: what a release is built from."""
        return self.filter(is_current=True)


class StepQuerySet(models.QuerySet[Any]):
    """Questions about steps."""

    def unfinished(self) -> Self:
        """Those still to be done or being done."""
        return self.filter(status__in=["waiting", "running"])

    def waiting(self) -> Self:
        """Those that nobody has begun."""
        return self.filter(status="waiting")

    def waiting_or_failed(self) -> Self:
        """Those that nobody does at the moment, and that are not done."""
        return self.filter(status__in=["waiting", "failed"])

    def unfinished_or_failed(self) -> Self:
        """Those that are not done."""
        return self.exclude(status="done")

    def ready(self) -> Self:
        """Those whose turn has come: all wait for the build, and the last copies for the end of the completion."""
        built = self._beside(name="build", status="done")
        completing = self._beside(name="complete", status__in=["waiting", "running"])
        return self.filter(Q(name="build") | Q(name__in=["upload", "complete"]) & built | built & ~completing)

    def _beside(self, **wanted: Any) -> Exists:
        """Whether the same publication has such a step."""
        rows = self.model._default_manager.filter(publication=OuterRef("publication"), **wanted)
        return Exists(rows)

    def abandoned(self, before: datetime) -> Self:
        """Those that run, and of which there was no sign of life since a moment: their process died."""
        return self.filter(status="running").filter(Q(seen_at__lt=before) | Q(seen_at=None, started_at__lt=before))

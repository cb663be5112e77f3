"""Questions about publications and steps, as adjectives."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.db import models


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

    def abandoned(self, before: datetime) -> Self:
        """Those that started before a moment and never ended: their process died."""
        return self.filter(status="running", started_at__lt=before)

"""Questions to the record, as adjectives."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.db import models


class EditionQuerySet(models.QuerySet[Any]):
    """Questions about editions."""

    def published(self) -> Self:
        """Those that the public has seen."""
        return self.filter(published_on__isnull=False)

    def unpublished(self) -> Self:
        """Those that nobody outside has seen."""
        return self.filter(published_on__isnull=True)

    def due(self, now: datetime) -> Self:
        """Those whose scheduled publication has come."""
        return self.filter(publish_at__lte=now)


class CommentaryQuerySet(models.QuerySet[Any]):
    """Questions about commentaries."""

    def in_edition(self, edition: models.Model) -> Self:
        """Those of one edition, with what a board or a page needs beside them."""
        return self.filter(assessment__edition=edition).select_related("locale", "assessment__section")

    def originals(self) -> Self:
        """Those that are not translations."""
        return self.filter(translated_from__isnull=True)

    def unplaced(self) -> Self:
        """Those without an edition or a section, as an import leaves them."""
        return self.filter(assessment__isnull=True)

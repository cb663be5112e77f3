"""What one run of the import did."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q, QuerySet

from barograph.archive.models import ImportedPage
from barograph.editions.models import Edition

MOST_NAMED = 1000
"""So many pages with warnings are named in a report; all are kept in the record."""


@dataclass(slots=True)
class ImportReport:
    """Pages that were ``added``, ``updated``, ``skipped`` (known and unchanged) or ``kept`` (left as edited).

    ``warned`` counts pages with warnings, ``codes`` the warnings by code, and ``warnings`` names the pages.
    """

    added: int = 0
    updated: int = 0
    skipped: int = 0
    kept: int = 0
    warned: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    warnings: dict[str, list[str]] = field(default_factory=dict)

    def warn(self, source: str, warnings: list[str]) -> None:
        """Note what was unclear on a page."""
        if not warnings:
            return
        self.warned += 1
        self.codes.update(warning.partition(":")[0] for warning in warnings)
        if len(self.warnings) < MOST_NAMED:
            self.warnings[source] = warnings

    def as_json(self) -> dict[str, Any]:
        """The report as ``barograph import --json`` prints it."""
        return {
            "added": self.added,
            "updated": self.updated,
            "skipped": self.skipped,
            "kept": self.kept,
            "warned": self.warned,
            "codes": dict(self.codes.most_common()),
            "warnings": self.warnings,
        }

    def __str__(self) -> str:
        done = f"{self.added:,} added, {self.updated:,} updated, {self.skipped:,} known already"
        left = f"{self.kept:,} left as they were edited; {self.warned:,} with warnings."
        return "\n".join([f"{done}, {left}", *(f"  {count:6,} {code}" for code, count in self.codes.most_common())])

    def publishable_editions(self) -> QuerySet[Edition]:
        """Editions with imported commentaries that are ready and that readers have not seen, oldest first."""
        waiting = ImportedPage.objects.filter(
            Q(commentary__live=False) | Q(commentary__has_unpublished_changes=True),
            commentary__ready_revision=F("revision"),
            commentary__assessment__isnull=False,
        )
        keys = waiting.values("commentary__assessment__edition")
        return Edition.objects.filter(pk__in=keys).order_by("start", "end")

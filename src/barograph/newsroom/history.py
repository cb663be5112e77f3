"""What was done to an edition, by whom and when, out of Wagtail's log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wagtail.models import ModelLogEntry

from barograph.base.site import site
from barograph.editions.models import Edition
from barograph.newsroom.words import screen_language, verdict_word

LONGEST = 100


@dataclass(frozen=True)
class Deed:
    """One line of the history."""

    at: datetime
    who: str
    what: str
    details: str


def history(edition: Edition) -> list[Deed]:
    """The newest deeds first, and not all of a long list."""
    entries = ModelLogEntry.objects.for_instance(edition).select_related("user").order_by("-timestamp", "-pk")
    return [
        Deed(entry.timestamp, str(entry.user_display_name), str(entry.message), _details(entry.data))
        for entry in entries[:LONGEST]
    ]


def _details(data: dict[str, Any]) -> str:
    """Section, language and what was written, as far as the entry knows them."""
    section = site().section(str(data.get("section", "")))
    words = [site().words(section.name, screen_language()) if section else ""]
    words += [str(data.get(name) or "") for name in ("language", "headline", "finding", "reason", "at")]
    after = str(data.get("after") or "")
    words.append(verdict_word(after) if after in {"better", "unchanged", "worse"} else after)
    return " · ".join(filter(None, words))

"""What the doctor finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a site: ``level`` is “wrong” or “note”, ``mend`` says what to do."""

    level: str
    what: str
    mend: str

"""What one saved page says, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Verdict = Literal["better", "unchanged", "worse"]
BlockKind = Literal["paragraph", "list", "heading"]


@dataclass(frozen=True, slots=True)
class PageWarning:
    """Something on a page that a person has to look at. ``code`` never changes, ``message`` is a sentence."""

    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a body. ``html`` and ``items_html`` keep links and emphasis where the input had any."""

    kind: BlockKind
    text: str = ""
    items: tuple[str, ...] = ()
    html: str = ""
    items_html: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The block as ``barograph import --dry-run --json`` prints it."""
        if self.kind == "list":
            return {"type": "list", "items": list(self.items)}
        return {"type": self.kind, "text": self.text}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a page came from: what an export or the markup says about it, beside its words.

    ``identity`` is the export's own name for it, ``digest`` the SHA-256 of what was read, ``login`` the account that
    wrote it (never shown: it is no by-line).

    ``links`` are those of the lead and the summary, which are plain text in the record.
    """

    address: str = ""
    identity: str = ""
    digest: str = ""
    login: str = ""
    translation_group: str = ""
    published_at: datetime | None = None
    changed_at: datetime | None = None
    status: str = ""
    kind: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()

    @property
    def was_public(self) -> bool:
        """Whether readers could see it where it comes from: a saved page, or what an export has as published."""
        return self.status in {"", "publish"}


@dataclass(frozen=True, slots=True)
class SavedPage:
    """One page of an archive, understood as far as it can be.

    What it does not state, or states in two ways, is ``None`` or empty and has a warning.
    ``furniture`` holds every line that is in no other field, as it was printed: navigation,
    repetitions, and the lines whose facts became ``period``, ``verdict`` and the like.
    """

    file: str
    language: str | None = None
    period_start: date | None = None
    period_end: date | None = None
    section: str | None = None
    verdict: Verdict | None = None
    headline: str = ""
    lead: str = ""
    body: tuple[Block, ...] = ()
    summary: str = ""
    caption: str = ""
    furniture: tuple[str, ...] = ()
    warnings: tuple[PageWarning, ...] = ()
    origin: Origin = field(default_factory=Origin)


@dataclass(slots=True)
class Given:
    """What is known of a page beside its lines: from markup, or from an export."""

    language: str = ""
    set_aside: list[str] = field(default_factory=list)
    warnings: list[PageWarning] = field(default_factory=list)
    origin: Origin = field(default_factory=Origin)


def direction_marks() -> PageWarning:
    """The warning about characters that make a reader see other words than are there."""
    return PageWarning("direction-marks", "The text held characters that reorder what is read; they were taken out.")


def as_json(page: SavedPage) -> dict[str, Any]:
    """One object of the list that ``barograph import --dry-run --json`` prints."""
    return {
        "file": page.file,
        "language": page.language,
        "period_start": page.period_start.isoformat() if page.period_start else None,
        "period_end": page.period_end.isoformat() if page.period_end else None,
        "section": page.section,
        "verdict": page.verdict,
        "headline": page.headline,
        "lead": page.lead,
        "body": [block.as_json() for block in page.body],
        "summary": page.summary,
        "caption": page.caption,
        "furniture": list(page.furniture),
        "warnings": [str(warning) for warning in page.warnings],
    }

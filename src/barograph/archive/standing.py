"""Pages of an export that belong to no week: they become standing pages."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from anyascii import anyascii
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from barograph.archive.values import Block, PageWarning, SavedPage
from barograph.archive.writing import raw_body
from barograph.editions.models import StandingPage

_FACTS = frozenset({"no-period", "no-section", "no-verdict", "no-lead", "two-sections"})
"""Warnings about what a standing page does not have."""


def is_standing(page: SavedPage) -> bool:
    """True for what an export calls a page, unless it states a period like a commentary."""
    return page.origin.kind == "page" and page.period_start is None


def without_facts(warnings: Sequence[PageWarning]) -> list[PageWarning]:
    """The warnings that concern a standing page."""
    return [warning for warning in warnings if warning.code not in _FACTS]


def write_standing_words(standing: StandingPage, page: SavedPage, warnings: list[PageWarning]) -> None:
    """Give a standing page a page's words and its address, unsaved. An address that is taken is a warning."""
    standing.title = page.headline[:200]
    if len(page.headline) > 200:
        warnings.append(PageWarning("too-long-headline", f"There is room for 200 letters: “{page.headline}”"))
    closing = [Block("paragraph", text=page.summary)] if page.summary else []
    opening = [Block("paragraph", text=page.lead)] if page.lead else []
    standing.body = raw_body([*opening, *page.body, *closing])
    parts = [part for part in urlsplit(page.origin.address).path.split("/") if part]
    standing.slug = slugify(anyascii(parts[-1] if parts else page.headline))[:80].strip("-")
    others = StandingPage.objects.filter(locale=standing.locale, slug=standing.slug).exclude(pk=standing.pk)
    try:
        standing.clean()
        taken = others.exists()
    except ValidationError:
        taken = True
    if taken or not standing.slug:
        warnings.append(PageWarning("address-taken", f"The address “{standing.slug}” cannot be used. Choose another."))

"""Which imported pages are the same commentary in another language: only where that is certain."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from barograph.archive.models import ImportedPage
from barograph.archive.values import PageWarning, SavedPage
from barograph.base.site import site
from barograph.editions.models import Commentary
from barograph.editions.segments import record_rendering


def group_of(page: SavedPage, section: str | None, slug: str) -> str:
    """A name that translations of one commentary have in common, or nothing.

    An export may name the group itself; else the same slug in the same section and period is proof enough.
    """
    if page.origin.translation_group:
        return f"export {urlsplit(page.origin.address).netloc} {page.origin.translation_group}"[:500]
    if slug and section and page.period_start and page.period_end:
        return f"slug {page.period_start} {page.period_end} {section} {slug}"
    return ""


def find_siblings(row: ImportedPage, commentary: Commentary, warnings: list[PageWarning]) -> list[Commentary]:
    """The commentaries that this one translates or is translated by; none where that is not certain."""
    if not row.group:
        return []
    rows = ImportedPage.objects.filter(group=row.group, commentary__isnull=False).exclude(pk=row.pk)
    siblings = [found.commentary for found in rows.select_related("commentary__locale") if found.commentary is not None]
    if any(sibling.assessment_id != commentary.assessment_id for sibling in siblings):
        message = "It belongs with a text in another language, but their periods or sections differ; it stands alone."
    elif any(sibling.locale_id == commentary.locale_id for sibling in siblings):
        message = "Another text in the same language says that it is this one; both stand alone."
    else:
        return siblings
    warnings.append(PageWarning("translation-unsure", message))
    return []


def join(commentary: Commentary, siblings: Sequence[Commentary]) -> None:
    """Note which text is the original: the one in the source language, or else the first that came in.

    A text that came in anew renders its original as that is now, and so do its own renderings that nobody edited.
    """
    if not siblings:
        _renew(commentary)
        return
    if commentary.language == site().source_language:
        original, renderings = commentary, list(siblings)
    else:
        original = next((sibling for sibling in siblings if sibling.translated_from_id is None), siblings[0])
        renderings = [commentary]
    for rendering in renderings:
        rendering.translated_from = original
        Commentary.objects.filter(pk=rendering.pk).update(translated_from=original)
        if original.latest_revision is not None:
            record_rendering(rendering, original.latest_revision)


def _renew(commentary: Commentary) -> None:
    original = commentary.translated_from
    if original is not None and original.latest_revision is not None:
        record_rendering(commentary, original.latest_revision)
    rows = ImportedPage.objects.filter(commentary__translated_from=commentary).select_related("commentary")
    for row in rows:
        if row.is_unedited and row.commentary is not None and commentary.latest_revision is not None:
            record_rendering(row.commentary, commentary.latest_revision)

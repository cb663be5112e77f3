"""Showing the mail of an edition before the edition is published: what its drafts would send."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from django.utils import timezone

from barograph.base.mail import EditionMail
from barograph.base.site import site
from barograph.editions.models import Assessment as AssessmentRow
from barograph.editions.models import Commentary
from barograph.editions.models import Edition as EditionRow
from barograph.release.drafts import draft_text, pages_of, public_record
from barograph.release.history import History
from barograph.release.mail import edition_mail
from barograph.release.record import Assessment, Edition, Text


def draft_mail(edition: EditionRow, language: str) -> EditionMail:
    """The mail of an edition in one language, made of its texts as their newest drafts have them.

    Verdicts are compared with what is public. Where readers have the edition already, it stands in its place.
    Raises ValueError for a language or a section that the site does not have.
    """
    if language not in site().language_codes:
        raise ValueError(f"“{language}” is none of the site's languages: {', '.join(site().language_codes)}")
    record = public_record()
    known = next((found for found in record.editions if found.slug == edition.slug), None)
    day = known.published_on if known else timezone.localdate()
    draft = Edition(
        edition.slug, edition.period, day, _assessments(edition), known.corrections if known else (), edition.archived
    )
    others = [found for found in record.editions if found is not known]
    editions = tuple(sorted([*others, draft], key=lambda found: found.period))
    return edition_mail(pages_of(History(replace(record, editions=editions), site()), language), draft)


def _assessments(edition: EditionRow) -> tuple[Assessment, ...]:
    """The assessments that have something to say, in the order of the sections."""
    texts: dict[int | None, dict[str, tuple[Text, ...]]] = defaultdict(dict)
    for row in Commentary.objects.in_edition(edition).order_by("position", "pk"):
        text, found = draft_text(row.newest()), texts[row.assessment_id]
        found[text.language] = (*found.get(text.language, ()), text)
    rows: list[AssessmentRow] = list(
        edition.assessments.select_related("section")
        .prefetch_related("reasons")
        .order_by("section__position", "section__key")
    )
    return tuple(
        Assessment(
            row.section.key,
            row.verdict or None,
            {reason.language: reason.text for reason in row.reasons.all()},
            texts[row.pk],
        )
        for row in rows
        if row.verdict or texts[row.pk]
    )

"""The verbs that arrange an edition: which sections it has, and what stands in them."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Locale

from barograph.accounts.models import User
from barograph.editions.models import Assessment, Commentary, Edition, Section
from barograph.editions.services import NotAllowed


@transaction.atomic
def add_section(*, edition: Edition, section: Section, user: User | None = None) -> Assessment:
    """Have a section judged in an edition. One that is judged there already stays as it is."""
    assessment, made = Assessment.objects.get_or_create(edition=edition, section=section)
    if made:
        log(edition, "barograph.add_section", user=user, data={"section": section.key})
    return assessment


@transaction.atomic
def remove_section(*, assessment: Assessment, user: User | None = None) -> None:
    """Leave a section out of an edition. Raises NotAllowed while something is written in it."""
    if assessment.commentaries.exists():
        raise NotAllowed(
            _("There are commentaries in “%(section)s”. Delete them or move them elsewhere first.")
            % {"section": assessment.section}
        )
    edition, key = assessment.edition, assessment.section.key
    assessment.delete()
    log(edition, "barograph.remove_section", user=user, data={"section": key})


@transaction.atomic
def place_commentary(
    *, commentary: Commentary, edition: Edition, section: Section, user: User | None = None
) -> Assessment:
    """Put a commentary with all its translations into a section of an edition, after those that are there."""
    assessment = add_section(edition=edition, section=section, user=user)
    position = next_position(assessment)
    for text in Commentary.objects.filter(translation_key=commentary.translation_key):
        draft = text.newest()
        draft.assessment, draft.position = assessment, position
        was_ready = text.is_ready
        Commentary.objects.filter(pk=text.pk).update(assessment=assessment, position=position)
        revision = draft.save_revision(user=user, clean=False)
        if was_ready:
            # Nothing that a reader reads has changed, so what was ready stays ready.
            Commentary.objects.filter(pk=text.pk).update(ready_revision=revision)
    log(edition, "barograph.place_commentary", user=user, data={"section": section.key, "headline": str(commentary)})
    return assessment


def next_position(assessment: Assessment) -> int:
    """The place of one more commentary in a section of an edition."""
    last = assessment.commentaries.aggregate(last=Max("position"))["last"]
    return int(last or 0) + 1


@transaction.atomic
def start_commentary(*, assessment: Assessment, language: str, user: User | None = None) -> Commentary:
    """Begin a commentary: an empty draft in a section of an edition, after those that are there."""
    commentary = Commentary(
        assessment=assessment,
        position=next_position(assessment),
        locale=Locale.objects.get(language_code=language),
        live=False,
        has_unpublished_changes=True,
    )
    commentary.save()
    commentary.save_revision(user=user, clean=False)  # it has no headline yet
    log(commentary, "wagtail.create", user=user)
    return commentary

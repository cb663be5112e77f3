"""The verbs of the record. Each is one transaction and leaves one log entry."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Locale

from barograph.accounts.models import User
from barograph.base.period import Period
from barograph.base.site import site
from barograph.editions.models import (
    Assessment,
    Commentary,
    Edition,
    Reason,
    Section,
    TranslatedText,
    Verdict,
)
from barograph.editions.segments import record_rendering

_YEAR = re.compile(r"\d{4}")
LONGEST_REASON = 300
"""Characters that a reason has room for."""


class NotAllowed(Exception):
    """What was asked is against the rules of the record; the message says why and what to do."""


@transaction.atomic
def sync_settings() -> None:
    """Bring languages and sections of the database in line with the site's settings. Nothing is deleted."""
    for language in site().languages:
        Locale.objects.get_or_create(language_code=language.code)
    keys = []
    for position, section in enumerate(site().sections):
        Section.objects.update_or_create(key=section.key, defaults={"position": position, "retired": section.retired})
        keys.append(section.key)
    Section.objects.exclude(key__in=keys).update(retired=True)


def next_period() -> Period:
    """The period of the next edition: the first after the newest one that has none yet."""
    newest = Edition.objects.filter(archived=False).order_by("end").last()
    period = Period(*site().cadence.period_after(newest.end if newest else None, timezone.localdate()))
    while Edition.objects.filter(start=period.start, end=period.end).exists():
        period = Period(*site().cadence.period_after(period.end, period.end))
    return period


@transaction.atomic
def open_edition(*, period: Period | None = None, archived: bool = False, user: User | None = None) -> Edition:
    """Open an edition, with an assessment for each section that is judged today.

    Without a period it is the next one. Raises NotAllowed when the period has an edition already.
    """
    period = period or next_period()
    if Edition.objects.filter(start=period.start, end=period.end).exists():
        raise NotAllowed(_("There is an edition for this period already."))
    edition = Edition.objects.create(start=period.start, end=period.end, slug=period.slug, archived=archived)
    if not archived:
        sections = Section.objects.filter(retired=False)
        Assessment.objects.bulk_create(Assessment(edition=edition, section=section) for section in sections)
    log(edition, "barograph.open_edition", user=user)
    return edition


@transaction.atomic
def record_verdict(*, assessment: Assessment, verdict: Verdict | str, user: User | None = None) -> None:
    """Record which way a section moved; an empty verdict takes it back. Raises ValueError for anything else."""
    value = Verdict(verdict).value if verdict else ""
    if assessment.verdict == value:
        return
    before, assessment.verdict = assessment.verdict, value
    assessment.save(update_fields=["verdict"])
    log(assessment.edition, "barograph.record_verdict", user=user, data=_judgement(assessment, before, value))


@transaction.atomic
def record_reason(*, assessment: Assessment, language: str, text: str, user: User | None = None) -> None:
    """Record in one language, in one line, why a section got its verdict; an empty text takes it back.

    In any language but the source language it is noted which line of the source it renders.
    Raises NotAllowed for a line that is too long.
    """
    text = " ".join(text.split())
    known = assessment.reasons.filter(language=language).first()
    data = _judgement(assessment, known.text if known else "", text) | {"language": language}
    if len(text) > LONGEST_REASON:
        raise NotAllowed(
            _("A reason is one line of at most %(limit)s characters. Shorten it.") % {"limit": LONGEST_REASON}
        )
    if not text:
        if known:
            known.delete()
            log(assessment.edition, "barograph.record_reason", user=user, data=data)
        return
    source = assessment.reasons.filter(language=site().source_language).first()
    renders = source.text if source and language != site().source_language else ""
    if known and (known.text, known.renders) == (text, renders):
        return
    Reason.objects.update_or_create(
        assessment=assessment, language=language, defaults={"text": text, "renders": renders}
    )
    log(assessment.edition, "barograph.record_reason", user=user, data=data)


def _judgement(assessment: Assessment, before: str, after: str) -> dict[str, Any]:
    return {"section": assessment.section.key, "before": before, "after": after}


_OF_ONE_TEXT = [
    "ready_revision",
    "latest_revision",
    "live_revision",
    "first_published_at",
    "last_published_at",
    "locked",
    "locked_at",
    "locked_by",
]
"""Fields that say something about one text, which a translation of it must not inherit."""


@transaction.atomic
def start_translation(*, original: TranslatedText, language: str, user: User | None = None) -> TranslatedText:
    """Begin a translation: a draft that holds the original's newest text, to be written over.

    Raises NotAllowed when there is one already or the text is itself a translation.
    """
    if original.translated_from_id is not None:
        raise NotAllowed(_("This text is a translation. Translate its original."))
    if original.get_translations().filter(locale__language_code=language).exists():
        raise NotAllowed(_("There is a translation into this language already."))
    if original.latest_revision is None:
        raise NotAllowed(_("Save the text first."))
    locale = Locale.objects.get(language_code=language)
    copy: TranslatedText = original.newest().copy_for_translation(locale, exclude_fields=_OF_ONE_TEXT)
    if isinstance(copy, Commentary):
        copy.slug = ""  # made of the translated headline
        copy.archived = False
    copy.translated_from = original
    copy.live = False
    copy.has_unpublished_changes = True
    copy.save()
    copy.save_revision(user=user)
    record_rendering(copy, original.latest_revision)
    log(copy, "barograph.start_translation", user=user, data={"language": language})
    return copy


@transaction.atomic
def mark_ready(*, text: TranslatedText, ready: bool = True, user: User | None = None) -> None:
    """Declare a text's newest revision fit for readers, or take that back.

    Raises NotAllowed when it has no revision, or while it is in review.
    """
    if text.latest_revision_id is None:
        raise NotAllowed(_("Save the text first."))
    if text.workflow_in_progress:
        raise NotAllowed(_("The text is in review. Finish or cancel the review first."))
    text.ready_revision_id = text.latest_revision_id if ready else None
    type(text).objects.filter(pk=text.pk).update(ready_revision=text.ready_revision_id)
    log(text, "barograph.mark_ready" if ready else "barograph.unmark_ready", user=user, revision=text.latest_revision)


@transaction.atomic
def schedule_publication(*, edition: Edition, at: datetime | None, user: User | None = None) -> None:
    """Publish an edition by itself at a moment, or no longer. The gate is asked at that moment."""
    if at is not None and at <= timezone.now():
        raise NotAllowed(_("Choose a time that has not passed."))
    edition.publish_at = at
    edition.publish_note = ""
    edition.save(update_fields=["publish_at", "publish_note"])
    log(edition, "barograph.schedule_publication", user=user, data={"at": at.isoformat() if at else None})


def free_slug(*, commentary: Commentary) -> str:
    """An address for a commentary that no other in its section and language has: its own, or made of its headline.

    Letters that an address cannot hold are written in Latin ones. Capital letters make no difference, for on some disks
    they make none, and a year is no address: there stands the page of what the section was judged in it.
    """
    from anyascii import anyascii

    wanted = commentary.slug[:115] or slugify(anyascii(commentary.headline))[:100].strip("-") or str(commentary.pk)
    others = Commentary.objects.filter(locale=commentary.locale).exclude(pk=commentary.pk)
    if commentary.assessment is not None:
        others = others.filter(assessment__section=commentary.assessment.section)
    taken = {slug.lower() for slug in others.filter(slug__istartswith=wanted).values_list("slug", flat=True)}
    if wanted.lower() not in taken and not _YEAR.fullmatch(wanted):
        return wanted
    return next(slug for number in range(2, 10_000) if (slug := f"{wanted}-{number}").lower() not in taken)

"""Making an edition public: the only way that anything becomes so."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from barograph.accounts.models import User
from barograph.base.site import site
from barograph.editions.gate import Contents, Finding, contents_of, open_findings, publishable_texts
from barograph.editions.models import (
    Assessment,
    Commentary,
    Correction,
    Edition,
    OldAddress,
    StandingPage,
    TranslatedText,
)
from barograph.editions.services import NotAllowed, free_slug
from barograph.editions.states import State, state_of
from barograph.release.body import body_html
from barograph.release.models import Publication, PublishedAssessment, PublishedPage, PublishedText, Step
from barograph.release.pictures import sizes
from barograph.release.waking import wake

_DIGESTED = (
    "key",
    "language",
    "position",
    "slug",
    "headline",
    "lead",
    "body_html",
    "summary",
    "published_on",
    "changed_on",
    "extras",
)

Frozen = list[tuple[PublishedAssessment, list[PublishedText]]]
"""What a publication holds: each assessment with its texts."""


class Refused(NotAllowed):
    """The gate does not let an edition out. ``findings`` say why."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(_("The edition cannot be published yet.") + " " + " ".join(f.message for f in findings))
        self.findings = findings


@transaction.atomic
def publish_edition(*, edition: Edition, user: User | None = None, note: dict[str, str] | None = None) -> Publication:
    """Make an edition public as it stands, or publish a correction of it.

    Freezes the verdicts, the reasons and the ready texts of the edition, and the standing pages that are
    ready, and writes down the steps that follow; ``release.steps.run_steps`` does them. Raises Refused while
    the gate finds something, and NotAllowed when what readers saw has changed and no note says so to them, or when a
    note says so and nothing has.
    """
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    contents = contents_of(edition)
    findings = open_findings(edition, contents)
    if findings:
        raise Refused(findings)
    before = edition.publications.current().first()
    day = timezone.localdate()
    if before is not None:
        before.is_current = False
        before.save(update_fields=["is_current"])
    edition.published_on = edition.published_on or (edition.end if edition.archived else day)
    publication = Publication.objects.create(edition=edition, made_on=day, by=user)
    seen = frozen_in(before) if before is not None else None
    frozen = _freeze_edition(publication, contents, seen, user)
    _publish_pages(day, user)
    if seen is not None:
        _record_correction(edition, note or {}, day, is_new=content(frozen) != content(seen))
    edition.publish_at = None
    edition.publish_note = ""
    edition.save(update_fields=["published_on", "publish_at", "publish_note"])
    _write_steps(publication)
    log(edition, "barograph.publish_edition", user=user, data={"publication": publication.pk})
    transaction.on_commit(wake)
    return publication


def _write_steps(publication: Publication) -> None:
    """What is to follow, in its order: the pages first and everywhere, then what takes longer."""
    targets = [target.name for target in site().release.targets]
    steps = [(Step.Name.BUILD, ""), *((Step.Name.UPLOAD, target) for target in targets), (Step.Name.COMPLETE, "")]
    steps += [(Step.Name.UPLOAD_COMPLETE, target) for target in targets]
    Step.objects.bulk_create(Step(publication=publication, name=name, target=target) for name, target in steps)


def _record_correction(edition: Edition, note: dict[str, str], day: date, *, is_new: bool) -> None:
    told = {code: text for code, text in note.items() if text}
    if not is_new:
        if told:
            raise NotAllowed(
                _(
                    "Nothing that readers see of this edition has changed. "
                    "Leave the note to readers out, or make the change first."
                )
            )
        return
    lacking = [language.name for language in site().languages if language.required and not note.get(language.code)]
    if lacking and not edition.archived:
        raise NotAllowed(
            _("Readers have seen this edition. Say what you changed, in: %(languages)s.")
            % {"languages": ", ".join(lacking)}
        )
    if told:
        Correction.objects.create(edition=edition, made_on=day, note=told)


def frozen_in(publication: Publication) -> Frozen:
    """What a publication froze, as it is stored."""
    return [(judged, list(judged.texts.all())) for judged in publication.assessments.prefetch_related("texts")]


def _freeze_edition(publication: Publication, contents: Contents, seen: Frozen | None, user: User | None) -> Frozen:
    """Freeze what the gate looked at. ``seen`` is what readers saw before; None when the edition is new to them."""
    known = {(row.key, row.language): row for _judged, rows in seen or [] for row in rows}
    looked_at = publishable_texts(contents)
    texts = _as_published(looked_at, user)
    for text in texts:
        _settle_address(text, known.get((text.translation_key, text.language)))
    prefetch_related_objects(texts, "old_addresses", "picture__renditions")
    of_assessment: defaultdict[int | None, list[Commentary]] = defaultdict(list)
    for there, text in zip(looked_at, texts, strict=True):
        of_assessment[there.assessment_id].append(text)

    # A text that is new to readers counts as published with its edition, if that is new too.
    new_on = publication.edition.published_on if seen is None else None
    frozen: Frozen = []
    for assessment in contents.assessments:
        if not (assessment.verdict or assessment.pk in of_assessment):
            continue
        judged = _frozen_assessment(publication, assessment)
        rows = [
            _frozen_text(judged, text, known.get((text.translation_key, text.language)), new_on or publication.made_on)
            for text in of_assessment[assessment.pk]
        ]
        judged.digest = digest_of(judged, rows)
        frozen.append((judged, rows))
    PublishedAssessment.objects.bulk_create(judged for judged, _rows in frozen)
    PublishedText.objects.bulk_create(row for _judged, rows in frozen for row in rows)
    return frozen


def digest_of(assessment: PublishedAssessment, texts: Iterable[PublishedText]) -> str:
    """A hash of a frozen assessment with its texts, in hexadecimal digits: another one where anything is different."""
    values = [assessment.section, assessment.verdict, assessment.reasons]
    values += [
        [str(value) if name in {"key", "published_on", "changed_on"} else value for name, value in _digested(text)]
        for text in sorted(texts, key=lambda text: (text.position, text.key, text.language))
    ]
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _digested(text: PublishedText) -> Iterator[tuple[str, Any]]:
    return ((name, getattr(text, name)) for name in _DIGESTED)


def _as_published(texts: list[Commentary], user: User | None) -> list[Commentary]:
    """The texts with what is ready of them as their rows' content. They are read again where that changed the row."""
    changed = [text.pk for text in texts if _publish_ready_revision(text, user)]
    fresh = Commentary.objects.select_related("locale", "assessment__section").in_bulk(changed)
    return [fresh.get(text.pk, text) for text in texts]


def _publish_ready_revision(text: TranslatedText, user: User | None) -> bool:
    """Make the ready revision the row's content, if it is not yet; whether that was done.

    Nobody but this room has Wagtail's permission.
    """
    is_there = text.live and text.live_revision_id == text.ready_revision_id
    revision = text.latest_revision if text.is_ready else text.ready_revision
    if revision is None or is_there:
        return False
    revision.publish(user=user, skip_permission_checks=True)
    return True


def _settle_address(text: Commentary, known: PublishedText | None) -> None:
    """See to it that a text has an address, and that the one readers know leads to it."""
    section = text.assessment.section.key if text.assessment else ""
    stays = known and known.assessment.section == section and text.slug in ("", known.slug)
    slug = known.slug if known and stays else free_slug(commentary=text)
    if text.slug != slug:
        text.slug = slug
        Commentary.objects.filter(pk=text.pk).update(slug=slug)
    if known and (known.slug, known.assessment.section) != (slug, section):
        path = f"/{known.language}/{known.assessment.section}/{known.slug}/"
        OldAddress.objects.update_or_create(path=path, defaults={"commentary": text})


def _frozen_assessment(publication: Publication, assessment: Assessment) -> PublishedAssessment:
    return PublishedAssessment(
        publication=publication,
        section=assessment.section.key,
        verdict=assessment.verdict,
        reasons={reason.language: reason.text for reason in assessment.reasons.all()},
    )


def _frozen_text(
    assessment: PublishedAssessment, text: Commentary, known: PublishedText | None, new_on: date
) -> PublishedText:
    row = PublishedText(
        assessment=assessment,
        key=text.translation_key,
        language=text.language,
        position=text.position,
        slug=text.slug,
        headline=text.headline,
        lead=text.lead,
        body_html=body_html(text.body),
        summary=text.summary,
        published_on=known.published_on if known else new_on,
        extras=text_extras(text),
    )
    if known:
        row.changed_on = known.changed_on if _words(known) == _words(row) else assessment.publication.made_on
    else:
        row.changed_on = row.published_on
    return row


def text_extras(text: Commentary) -> dict[str, Any]:
    """What a PublishedText stores together: authors, sources, old addresses, the picture in its sizes."""
    extras: dict[str, Any] = {
        "authors": list(text.author_names),
        "sources": [{"title": source.value["title"], "url": source.value.get("url") or ""} for source in text.sources],
        "old_addresses": sorted(address.path for address in text.old_addresses.all()),
    }
    if text.picture is not None:
        extras["picture"] = {
            "sizes": sizes(text.picture),
            "alt": text.picture_alt,
            "caption": text.picture_caption,
            "credit": text.picture_credit,
        }
    return extras


def _words(row: PublishedText) -> tuple[Any, ...]:
    """What a reader sees of a text, to tell whether it changed."""
    extras = {name: value for name, value in row.extras.items() if name != "old_addresses"}
    return row.headline, row.lead, row.body_html, row.summary, extras


def content(frozen: Frozen) -> list[Any]:
    """What readers see of a publication, to compare two of them."""
    return [
        (
            judged.section,
            judged.verdict,
            judged.reasons,
            [(row.key, row.language, row.position, _words(row)) for row in sorted(rows, key=lambda row: row.position)],
        )
        for judged, rows in frozen
    ]


def _publish_pages(day: date, user: User | None) -> None:
    """Publish every standing page whose newest revision is ready, and is not yet what readers see."""
    for page in StandingPage.objects.select_related("locale"):
        if (page.live and not page.has_unpublished_changes) or state_of(page) is not State.READY:
            continue
        _publish_ready_revision(page, user)
        page = StandingPage.objects.select_related("locale").get(pk=page.pk)  # noqa: PLW2901 (publishing changed the row)
        PublishedPage.objects.update_or_create(
            key=page.translation_key,
            language=page.language,
            defaults={
                "position": page.position,
                "slug": page.slug,
                "title": page.title,
                "body_html": body_html(page.body),
                "changed_on": day,
            },
        )

"""Making an edition public: the only way that anything becomes so."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from barograph.accounts.models import User
from barograph.base.site import site
from barograph.editions.gate import Finding, open_findings, publishable_texts
from barograph.editions.models import Commentary, Correction, Edition, OldAddress, StandingPage, TranslatedText
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
    the gate finds something, and NotAllowed when what readers saw has changed and no note says so to them.
    """
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    findings = open_findings(edition)
    if findings:
        raise Refused(findings)
    before = edition.publications.current().first()
    day = timezone.localdate()
    if before is not None:
        before.is_current = False
        before.save(update_fields=["is_current"])
    edition.published_on = edition.published_on or (edition.end if edition.archived else day)
    publication = Publication.objects.create(edition=edition, made_on=day, by=user)
    _freeze_edition(publication, before, user)
    _publish_pages(day, user)
    if before is not None and content(publication) != content(before):
        _record_correction(edition, note or {}, day)
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


def _record_correction(edition: Edition, note: dict[str, str], day: date) -> None:
    lacking = [language.name for language in site().languages if language.required and not note.get(language.code)]
    if lacking and not edition.archived:
        raise NotAllowed(
            _("Readers have seen this edition. Say what you changed, in: %(languages)s.")
            % {"languages": ", ".join(lacking)}
        )
    told = {code: text for code, text in note.items() if text}
    if told:
        Correction.objects.create(edition=edition, made_on=day, note=told)


def _freeze_edition(publication: Publication, before: Publication | None, user: User | None) -> None:
    texts: dict[int | None, list[Commentary]] = {}
    for text in publishable_texts(publication.edition):
        texts.setdefault(text.assessment_id, []).append(text)
    known = _known_texts(before)
    rows = publication.edition.assessments.select_related("section").prefetch_related("reasons")
    for assessment in rows.order_by("section__position", "section__key"):
        reasons = {reason.language: reason.text for reason in assessment.reasons.all()}
        if not (assessment.verdict or assessment.pk in texts):
            continue
        frozen = PublishedAssessment.objects.create(
            publication=publication, section=assessment.section.key, verdict=assessment.verdict, reasons=reasons
        )
        for text in texts.get(assessment.pk, []):
            _freeze_text(frozen, text, known.get((str(text.translation_key), text.language)), user)
        frozen.digest = digest_of(frozen)
        frozen.save(update_fields=["digest"])


def digest_of(assessment: PublishedAssessment) -> str:
    """A hash of a frozen assessment with its texts, in hexadecimal digits: another one where anything is different."""
    values = [assessment.section, assessment.verdict, assessment.reasons]
    values += [
        [str(value) if name in {"key", "published_on", "changed_on"} else value for name, value in row.items()]
        for row in assessment.texts.order_by("position", "key", "language").values(*_DIGESTED)
    ]
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _known_texts(publication: Publication | None) -> dict[tuple[str, str], PublishedText]:
    rows = PublishedText.objects.filter(assessment__publication=publication).select_related("assessment")
    return {(str(row.key), row.language): row for row in rows} if publication else {}


def _freeze_text(
    assessment: PublishedAssessment, text: Commentary, known: PublishedText | None, user: User | None
) -> None:
    _publish_ready_revision(text, user)
    text = Commentary.objects.select_related("locale", "assessment__section", "picture").get(pk=text.pk)
    if not text.slug:
        text.slug = known.slug if known else free_slug(commentary=text)
        Commentary.objects.filter(pk=text.pk).update(slug=text.slug)
    if known:
        _keep_old_address(text, known)
    day = assessment.publication.made_on
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
        published_on=known.published_on if known else _first_day(assessment.publication, day),
        extras=text_extras(text),
    )
    if known:
        row.changed_on = known.changed_on if _words(known) == _words(row) else day
    else:
        row.changed_on = row.published_on
    row.save()


def _publish_ready_revision(text: TranslatedText, user: User | None) -> None:
    """Make the ready revision the row's content, if it is not yet. Nobody but this room has Wagtail's permission."""
    is_there = text.live and text.live_revision_id == text.ready_revision_id
    if text.ready_revision is not None and not is_there:
        text.ready_revision.publish(user=user, skip_permission_checks=True)


def _first_day(publication: Publication, day: date) -> date:
    """When a text that is new to readers counts as published: with its edition, if that is new too."""
    return day if publication.edition.publications.count() > 1 else publication.edition.published_on or day


def _keep_old_address(text: Commentary, known: PublishedText) -> None:
    section = text.assessment.section.key if text.assessment else ""
    if (known.slug, known.assessment.section) != (text.slug, section):
        path = f"/{known.language}/{known.assessment.section}/{known.slug}/"
        OldAddress.objects.update_or_create(path=path, defaults={"commentary": text})


def text_extras(text: Commentary) -> dict[str, Any]:
    """What a PublishedText stores together: authors, sources, old addresses, the picture in its sizes."""
    extras: dict[str, Any] = {
        "authors": list(text.author_names),
        "sources": [{"title": source.value["title"], "url": source.value.get("url") or ""} for source in text.sources],
        "old_addresses": sorted(text.old_addresses.values_list("path", flat=True)),
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


def content(publication: Publication) -> list[Any]:
    """What readers see of a publication, to compare two of them."""
    return [
        (
            assessment.section,
            assessment.verdict,
            assessment.reasons,
            [(str(text.key), text.language, text.position, _words(text)) for text in assessment.texts.all()],
        )
        for assessment in publication.assessments.prefetch_related("texts")
    ]


def _publish_pages(day: date, user: User | None) -> None:
    """Publish every standing page whose newest revision is ready, and is not yet what readers see."""
    for page in StandingPage.objects.select_related("locale"):
        if state_of(page) is not State.READY or (page.live and not page.has_unpublished_changes):
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

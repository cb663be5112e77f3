"""Filling a site with a synthetic archive: rows in large groups, since no editor has to see them come about.

What is written is what publishing leaves behind: the newsroom's record, its texts with one ready revision each, and
the frozen rows that a release is built from. So the newsroom can correct any edition and publish further ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from itertools import groupby
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import Locale, Revision

from barograph.base.period import Period
from barograph.base.progress import Progress, silent
from barograph.base.site import site
from barograph.config.sample_site import raw_block
from barograph.editions.models import Assessment, Commentary, Edition, Reason, Section
from barograph.editions.segments import by_path, digests, revision_pieces
from barograph.release.body import body_html
from barograph.release.models import Publication, PublishedAssessment, PublishedText, Step
from barograph.release.publishing import digest_of
from barograph.sample.read import SampleCommentary, SampleEdition, SampleText
from barograph.sample.synthetic import Archive

Judged = list[tuple[SampleCommentary, Assessment]]
Texts = dict[int, list[Commentary]]
"""The commentaries of an assessment in all languages, the original first, by the assessment's number."""


def fill_with_archive(archive: Archive, progress: Progress = silent) -> int:
    """Write the editions of an archive that the site does not have yet; how many these were.

    A year is written whole or not at all, so an interrupted filling is taken up by calling it again.
    """
    known = set(Edition.objects.values_list("start", flat=True))
    missing = [number for number in range(archive.editions) if archive.first_day(number) not in known]
    years = groupby(progress(missing), key=lambda number: archive.first_day(number).year)
    for _year, numbers in years:
        _write_year([archive.edition(number) for number in numbers])
    return len(missing)


@transaction.atomic
def _write_year(samples: list[SampleEdition]) -> None:
    editions = Edition.objects.bulk_create(
        Edition(slug=Period(sample.start, sample.end).slug, start=sample.start, end=sample.end,
                published_on=sample.published)
        for sample in samples
    )  # fmt: skip
    judged = _write_judgements(zip(samples, editions, strict=True))
    texts = _write_texts(judged)
    _freeze(editions, judged, texts)


def _write_judgements(editions: Iterable[tuple[SampleEdition, Edition]]) -> Judged:
    """Verdicts and reasons."""
    sections = {section.key: section for section in Section.objects.all()}
    judged = [
        (commentary, Assessment(edition=edition, section=sections[commentary.section], verdict=commentary.verdict))
        for sample, edition in editions
        for commentary in sample.commentaries
    ]
    Assessment.objects.bulk_create(assessment for _sample, assessment in judged)
    source = site().source_language
    Reason.objects.bulk_create(
        Reason(assessment=assessment, language=language, text=words,
               renders="" if language == source else sample.reason[source])
        for sample, assessment in judged
        for language, words in sample.reason.items()
    )  # fmt: skip
    return judged


def _write_texts(judged: Judged) -> Texts:
    """The commentaries as the newsroom has them, each with one revision that is ready and public."""
    texts: Texts = {assessment.pk: [] for _sample, assessment in judged}
    source, *others = site().language_codes
    for language in (source, *others):
        locale = Locale.objects.get(language_code=language)
        made = Commentary.objects.bulk_create(
            _commentary(sample, assessment, locale, texts[assessment.pk][:1]) for sample, assessment in judged
        )
        for (_sample, assessment), text in zip(judged, made, strict=True):
            texts[assessment.pk].append(text)
    _write_revisions([text for several in texts.values() for text in several])
    return texts


def _commentary(sample: SampleCommentary, assessment: Assessment, locale: Locale, original: list[Commentary]) -> Any:
    """A commentary in one language; ``original`` is empty for the original itself."""
    words, moment = sample.texts[locale.language_code], _moment(assessment.edition.published_on)
    text = Commentary(
        translation_key=uuid5(NAMESPACE_URL, f"barograph-synthetic:{sample.file}"),
        locale=locale,
        translated_from=original[0] if original else None,
        assessment=assessment,
        first_published_at=moment,
        last_published_at=moment,
        slug=words.slug,
        headline=words.headline,
        lead=words.lead,
        summary=words.summary,
        authors="\n".join(words.authors),
        sources=json.dumps(_sources(words, sample.file)),
    )
    text.body = json.dumps([raw_block(block, f"{sample.file}/{at}") for at, block in enumerate(words.body)])
    return text


def _sources(words: SampleText, place: str) -> list[dict[str, Any]]:
    return [
        {"type": "source", "value": {"title": source.title, "url": source.url},
         "id": str(uuid5(NAMESPACE_URL, f"barograph-synthetic:{place}/{at}"))}
        for at, source in enumerate(words.sources)
    ]  # fmt: skip


def _write_revisions(texts: list[Commentary]) -> None:
    """One for each text, which is its newest, its ready and its public one; a translation renders its original's."""
    kind = ContentType.objects.get_for_model(Commentary)
    revisions = Revision.objects.bulk_create(
        Revision(content_type=kind, base_content_type=kind, object_id=str(text.pk), object_str=str(text),
                 created_at=text.first_published_at, content=text.serializable_data())
        for text in texts
    )  # fmt: skip
    of_text = {text.pk: revision for text, revision in zip(texts, revisions, strict=True)}
    for text in texts:
        own, rendered = of_text[text.pk], of_text.get(text.translated_from_id or 0)
        Commentary.objects.filter(pk=text.pk).update(
            latest_revision=own,
            live_revision=own,
            ready_revision=own,
            renders_revision=rendered,
            renders=digests(by_path(revision_pieces(rendered, text))) if rendered else {},
        )


def _freeze(editions: list[Edition], judged: Judged, texts: Texts) -> None:
    """What readers get, as ``publish_edition`` freezes it; the newest publication waits for a build."""
    publications = Publication.objects.bulk_create(
        Publication(edition=edition, made_on=edition.published_on or edition.end) for edition in editions
    )
    of_edition = {publication.edition_id: publication for publication in publications}
    frozen = PublishedAssessment.objects.bulk_create(
        PublishedAssessment(publication=of_edition[assessment.edition_id], section=sample.section,
                            verdict=sample.verdict, reasons=dict(sample.reason))
        for sample, assessment in judged
    )  # fmt: skip
    PublishedText.objects.bulk_create(
        _frozen_text(row, text, sample.texts[text.language])
        for row, (sample, assessment) in zip(frozen, judged, strict=True)
        for text in texts[assessment.pk]
    )
    for row in frozen:
        row.digest = digest_of(row, row.texts.all())
    PublishedAssessment.objects.bulk_update(frozen, ["digest"], batch_size=200)
    Step.objects.create(publication=publications[-1], name=Step.Name.BUILD)


def _frozen_text(row: PublishedAssessment, text: Commentary, words: SampleText) -> PublishedText:
    day = row.publication.made_on
    return PublishedText(
        assessment=row,
        key=text.translation_key,
        language=text.language,
        position=text.position,
        slug=text.slug,
        headline=text.headline,
        lead=text.lead,
        body_html=body_html(text.body),
        summary=text.summary,
        published_on=day,
        changed_on=day,
        extras={
            "authors": list(words.authors),
            "sources": [{"title": source.title, "url": source.url} for source in words.sources],
            "old_addresses": [],
        },
    )


def _moment(day: date | None) -> datetime | None:
    """Noon of the day a text came out: the same whenever the archive is written."""
    return datetime.combine(day, time(12), UTC) if day else None

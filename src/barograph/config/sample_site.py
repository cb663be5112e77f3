"""Filling a site with the sample that ships with Barograph."""

from __future__ import annotations

import json
from collections.abc import Iterable
from io import BytesIO
from itertools import groupby
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.core.files.images import ImageFile
from django.db import transaction
from wagtail.models import Locale

from barograph.base.period import Period
from barograph.base.progress import Progress, silent
from barograph.base.site import site
from barograph.editions.models import Assessment, Commentary, Edition, Picture, Section, StandingPage, TranslatedText
from barograph.editions.services import mark_ready, open_edition, record_reason, record_verdict, start_translation
from barograph.release.models import Publication
from barograph.release.services import publish_edition
from barograph.sample.read import (
    Sample,
    SampleBlock,
    SampleCommentary,
    SampleEdition,
    SamplePage,
    SamplePicture,
    SampleVerdict,
    load_sample,
    sample_file,
)


def fill_with_sample(progress: Progress = silent) -> Publication:
    """Write the sample into the record and publish it; what is there already is left alone.

    Each edition is written whole or not at all, so an interrupted filling is taken up by calling it again.
    Returns the newest publication, whose steps are still to be done.
    """
    sample = load_sample()
    for page in sample.pages:
        _write_page(page)
    for task in progress(_tasks(sample)):
        task()
    return Publication.objects.latest("pk")


def _tasks(sample: Sample) -> list[Any]:
    weeks = groupby(sample.history, key=lambda fact: Period(fact.start, fact.end))
    history = [lambda period=period, facts=list(facts): _write_history(period, facts) for period, facts in weeks]
    return [*history, *(lambda edition=edition: _write_edition(edition) for edition in sample.editions)]


@transaction.atomic
def _write_history(period: Period, facts: Iterable[SampleVerdict]) -> None:
    """One period of which only verdicts are known."""
    if Edition.objects.filter(start=period.start, end=period.end).exists():
        return
    edition = open_edition(period=period, archived=True)
    for fact in facts:
        record_verdict(assessment=_assessment(edition, fact.section), verdict=fact.verdict)
    publish_edition(edition=edition)


@transaction.atomic
def _write_edition(sample: SampleEdition) -> None:
    if Edition.objects.filter(start=sample.start, end=sample.end).exists():
        return
    edition = open_edition(period=Period(sample.start, sample.end))
    edition.published_on = sample.published
    edition.save(update_fields=["published_on"])
    positions: dict[str, int] = {}
    for commentary in sample.commentaries:
        positions[commentary.section] = positions.get(commentary.section, 0) + 1
        _write_commentary(edition, commentary, positions[commentary.section])
    edition.assessments.filter(verdict="", commentaries=None).delete()
    publish_edition(edition=edition)


def _assessment(edition: Edition, section: str) -> Assessment:
    return Assessment.objects.get_or_create(edition=edition, section=Section.objects.get(key=section))[0]


def _write_commentary(edition: Edition, sample: SampleCommentary, position: int) -> None:
    assessment = _assessment(edition, sample.section)
    record_verdict(assessment=assessment, verdict=sample.verdict)
    for language in site().language_codes:
        record_reason(assessment=assessment, language=language, text=sample.reason[language])
    picture = _picture(sample.picture) if sample.picture else None
    original: Commentary | None = None
    for language in site().language_codes:
        words = sample.texts[language]
        values: dict[str, Any] = {
            "slug": words.slug,
            "headline": words.headline,
            "lead": words.lead,
            "summary": words.summary,
            "authors": "\n".join(words.authors),
            "sources": [("source", {"title": source.title, "url": source.url}) for source in words.sources],
        }
        if sample.picture:
            values |= _picture_words(sample.picture, language)
        if original is None:
            fixed = {"assessment": assessment, "position": position, "picture": picture, "live": False}
            original = Commentary(locale=Locale.objects.get(language_code=language), **fixed, **values)
            text: TranslatedText = original
        else:
            text = start_translation(original=original, language=language)
        _write_text(text, values, words.body, sample.file)


def _picture_words(picture: SamplePicture, language: str) -> dict[str, str]:
    return {
        "picture_alt": picture.alt[language],
        "picture_caption": picture.caption[language],
        "picture_credit": picture.credit[language],
    }


def _picture(sample: SamplePicture) -> Picture:
    name = sample.file.rsplit("/", 1)[-1]
    known: Picture | None = Picture.objects.filter(title=name).first()
    if known is not None:
        return known
    picture = Picture(title=name, file=ImageFile(BytesIO(sample_file(sample.file)), name=name))
    picture.save()
    return picture


@transaction.atomic
def _write_page(sample: SamplePage) -> None:
    languages = site().language_codes
    if StandingPage.objects.filter(slug=sample.texts[languages[0]].slug).exists():
        return
    original: StandingPage | None = None
    for language in languages:
        words = sample.texts[language]
        values = {"title": words.title, "slug": words.slug}
        if original is None:
            original = StandingPage(locale=Locale.objects.get(language_code=language), live=False, **values)
            text: TranslatedText = original
        else:
            text = start_translation(original=original, language=language)
        _write_text(text, values, words.body, sample.key)


def _write_text(text: TranslatedText, values: dict[str, Any], blocks: Iterable[SampleBlock], source: str) -> None:
    """Give a text its words, as one revision that is ready."""
    for name, value in values.items():
        setattr(text, name, value)
    text.body = json.dumps([raw_block(block, f"{source}/{at}") for at, block in enumerate(blocks)])
    if text.pk is None:
        text.save()
    text.save_revision()
    mark_ready(text=text)


def raw_block(block: SampleBlock, place: str) -> dict[str, Any]:
    """A block as the database has it. Its id comes from its place, so that it is the same in every language."""
    value: Any = block.text if block.kind == "heading" else f"<p>{block.text}</p>"
    if block.kind == "list":
        items = enumerate(block.items)
        value = [{"type": "item", "value": f"<p>{item}</p>", "id": _id(f"{place}/{at}")} for at, item in items]
    if block.kind == "quote":
        value = {"text": block.text, "by": block.by}
    return {"type": block.kind, "value": value, "id": _id(place)}


def _id(place: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"barograph-sample:{place}"))

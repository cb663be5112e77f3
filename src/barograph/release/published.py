"""The record of everything public, read out of the database."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from barograph.base.site import site
from barograph.editions.models import Correction
from barograph.release.models import Publication, PublishedAssessment, PublishedPage, PublishedText
from barograph.release.record import Assessment, Edition, Page, Picture, PictureSize, Record, Source, Text
from barograph.release.record import Correction as PublicCorrection

_TEXT_COLUMNS = (
    "assessment_id",
    "key",
    "language",
    "slug",
    "headline",
    "lead",
    "body_html",
    "summary",
    "published_on",
    "changed_on",
    "extras",
)


def read_record() -> Record:
    """Everything public: the current publication of each edition, oldest first, and the standing pages.

    Five queries, whatever the size of the archive. What an edition says in a language that the site's
    settings no longer name is left out.
    """
    texts = _texts()
    assessments = _assessments(texts)
    corrections = _corrections()
    editions = tuple(
        Edition(
            slug=publication.edition.slug,
            period=publication.edition.period,
            published_on=publication.edition.published_on or publication.made_on,
            assessments=tuple(assessments[publication.pk]),
            corrections=tuple(corrections[publication.edition_id]),
            archived=publication.edition.archived,
        )
        for publication in Publication.objects.current()
        .select_related("edition")
        .order_by("edition__start", "edition__end")
    )
    return Record(editions=editions, pages=tuple(_pages()))


def picture_files() -> list[tuple[str, str]]:
    """Public name and kept file of every picture that a current publication shows."""
    extras = PublishedText.objects.filter(
        assessment__publication__is_current=True, extras__has_key="picture"
    ).values_list("extras", flat=True)
    return [(size["name"], size["file"]) for extra in extras for size in extra["picture"]["sizes"]]


def _texts() -> dict[int, list[Text]]:
    codes = set(site().language_codes)
    found: dict[int, list[Text]] = defaultdict(list)
    rows = PublishedText.objects.filter(assessment__publication__is_current=True).order_by("position", "pk")
    for assessment, *values in rows.values_list(*_TEXT_COLUMNS).iterator(chunk_size=2000):
        *plain, extras = values
        if plain[1] in codes:
            found[assessment].append(Text(str(plain[0]), *plain[1:], **read_extras(extras)))
    return found


def read_extras(extras: dict[str, Any]) -> dict[str, Any]:
    """The fields of a Text that are stored together."""
    picture = extras.get("picture")
    return {
        "authors": tuple(extras.get("authors", ())),
        "sources": tuple(Source(source["title"], source["url"]) for source in extras.get("sources", ())),
        "old_addresses": tuple(extras.get("old_addresses", ())),
        "picture": picture
        and Picture(
            sizes=tuple(PictureSize(size["name"], size["width"], size["height"]) for size in picture["sizes"]),
            alt=picture["alt"],
            caption=picture["caption"],
            credit=picture["credit"],
        ),
    }


def _assessments(texts: dict[int, list[Text]]) -> dict[int, list[Assessment]]:
    order = {section.key: position for position, section in enumerate(site().sections)}
    found: dict[int, list[Assessment]] = defaultdict(list)
    rows = PublishedAssessment.objects.filter(publication__is_current=True)
    for pk, publication, section, verdict, reasons in rows.values_list(
        "pk", "publication_id", "section", "verdict", "reasons"
    ):
        by_language: dict[str, tuple[Text, ...]] = {}
        for text in texts.get(pk, ()):
            by_language[text.language] = (*by_language.get(text.language, ()), text)
        found[publication].append(Assessment(section, verdict or None, reasons, by_language))
    for assessments in found.values():
        assessments.sort(key=lambda assessment: (order.get(assessment.section, len(order)), assessment.section))
    return found


def _corrections() -> dict[int, list[PublicCorrection]]:
    found: dict[int, list[PublicCorrection]] = defaultdict(list)
    for edition, made_on, note in Correction.objects.order_by("made_on", "pk").values_list(
        "edition_id", "made_on", "note"
    ):
        found[edition].append(PublicCorrection(made_on, note))
    return found


def _pages() -> list[Page]:
    codes = set(site().language_codes)
    return [
        Page(str(row.key), row.language, row.slug, row.title, row.body_html, row.changed_on)
        for row in PublishedPage.objects.all()
        if row.language in codes
    ]

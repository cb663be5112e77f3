"""Showing a draft as the public page it will be, among everything that is public already."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from django.utils import timezone

from barograph.base.catalogues import translations
from barograph.base.period import Period
from barograph.base.site import site
from barograph.editions.models import Assessment as AssessmentRow
from barograph.editions.models import Commentary, TranslatedText
from barograph.release import render
from barograph.release.body import body_html
from barograph.release.building import builder
from barograph.release.history import History
from barograph.release.language_pages import LanguagePages
from barograph.release.models import Publication
from barograph.release.published import read_record
from barograph.release.publishing import text_extras
from barograph.release.reading import read_extras
from barograph.release.record import Assessment, Edition, Page, Record, Text
from barograph.release.wording import Wording

WAY_UP = "/newsroom/preview/"
"""Where a preview finds stylesheet, fonts and pictures: ``release.views.preview_file`` gives them."""


def render_draft(text: TranslatedText) -> bytes:
    """The public page of a text as its draft has it; a commentary without edition is shown in a made-up one."""
    return _commentary(text) if isinstance(text, Commentary) else _standing_page(text)


def _commentary(text: Commentary) -> bytes:
    section = text.assessment.section.key if text.assessment else site().sections[0].key
    draft = draft_text(text)
    history = History(_record_with(text.assessment, section, draft), site())
    place = history.translations[draft.key][draft.language]
    return pages_of(history, text.language).commentary(place, way_up=WAY_UP)[1]


def _standing_page(row: TranslatedText) -> bytes:
    page = Page(
        str(row.translation_key), row.language, row.slug or "-", row.title, body_html(row.body), timezone.localdate()
    )
    history = History(public_record(), site())
    history.pages[page.key][page.language] = page
    return pages_of(history, row.language).standing_page(page, WAY_UP)[1]


def pages_of(history: History, language: str) -> LanguagePages:
    """What writes the pages of a language out of a record with a draft in it."""
    wording = Wording(site(), language, translations(site(), language))
    style = render.stylesheet_address(render.stylesheet(site()))
    return LanguagePages(history, wording, builder().environment, style)


def draft_text(row: Commentary) -> Text:
    """A commentary as it would be if it were published today."""
    day = timezone.localdate()
    return Text(
        key=str(row.translation_key),
        language=row.language,
        slug=row.slug or "-",
        headline=row.headline,
        lead=row.lead,
        body_html=body_html(row.body),
        summary=row.summary,
        published_on=day,
        changed_on=day,
        **read_extras(text_extras(row)),
    )


def _record_with(row: AssessmentRow | None, section: str, draft: Text) -> Record:
    """The public record with the draft's edition as it would be."""
    record = public_record()
    if row is None:
        period = Period(*site().cadence.period_after(None, timezone.localdate()))
        edition = Edition("-", period, timezone.localdate(), ())
        verdict, reasons = None, {}
    else:
        edition = next(
            (found for found in record.editions if found.slug == row.edition.slug),
            Edition(row.edition.slug, row.edition.period, timezone.localdate(), ()),
        )
        verdict = row.verdict or None
        reasons = {reason.language: reason.text for reason in row.reasons.all()}
    known = edition.assessment(section)
    others = [text for text in (known.texts.get(draft.language, ()) if known else ()) if text.key != draft.key]
    texts = {**(known.texts if known else {}), draft.language: (draft, *others)}
    judged = Assessment(section, verdict, reasons, texts)
    rest = [found for found in edition.assessments if found.section != section]
    edition = replace(edition, assessments=(*rest, judged))
    editions = [found for found in record.editions if found.slug != edition.slug]
    return replace(record, editions=tuple(sorted([*editions, edition], key=lambda found: found.period)))


def public_record() -> Record:
    """Everything public; read again only when something else was published."""
    newest = Publication.objects.order_by("pk").last()
    return _record_at(newest and (newest.pk, newest.made_at), str(site().folder))


@lru_cache(maxsize=1)
def _record_at(_publication: tuple[int, datetime] | None, _folder: str) -> Record:
    """The public record, kept until something else is published."""
    return read_record()

"""Brings saved pages into the record: editions, assessments, and commentaries and standing pages as drafts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TypeVar

from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import Locale
from wagtail.signal_handlers import disable_reference_index_auto_update

from barograph.accounts.models import User
from barograph.archive.models import ImportedPage
from barograph.archive.paths import read_paths
from barograph.archive.placing import Placing
from barograph.archive.report import ImportReport
from barograph.archive.standing import is_standing, without_facts, write_standing_words
from barograph.archive.translations import find_siblings, group_of, join
from barograph.archive.values import PageWarning, SavedPage, as_json
from barograph.archive.vocabulary import for_site
from barograph.archive.writing import path_of, slug_in, write_words
from barograph.base.progress import Progress, silent
from barograph.base.site import site
from barograph.editions.models import Commentary, OldAddress, StandingPage, TranslatedText
from barograph.editions.services import free_slug, mark_ready

__all__ = ["ImportReport", "import_pages"]

Text = TypeVar("Text", bound=TranslatedText)
BATCH = 50
"""Pages that are written in one transaction: so many at most are read again after an interruption."""


def import_pages(
    paths: Sequence[Path], *, user: User | None = None, publish: bool = False, progress: Progress = silent
) -> ImportReport:
    """Bring in the pages in files and folders; ``publish`` marks as ready what came in without a warning.

    What is known already and did not change is skipped, what somebody edited since is left alone, so a run that was
    interrupted is taken up by starting it again. Nothing is made public: ``report.publishable_editions()`` names
    what the release may publish. Raises FileNotFoundError for a path that is not there.
    """
    writer = _Writer(user=user, publish=publish)
    for batch in _batches(progress(read_paths(paths, for_site(site())))):
        with transaction.atomic(), disable_reference_index_auto_update():
            for page in batch:
                writer.take(page)
        writer.placing.forget()
    return writer.report


def _batches(pages: Iterable[SavedPage]) -> Iterator[list[SavedPage]]:
    stream = iter(pages)
    while batch := list(islice(stream, BATCH)):
        yield batch


class _Writer:
    """One run: takes page after page, and remembers what it did."""

    def __init__(self, *, user: User | None, publish: bool) -> None:
        self.user = user
        self.publish = publish
        self.report = ImportReport()
        self.placing = Placing(user=user)
        self.locales = {locale.language_code: locale for locale in Locale.objects.all()}

    def take(self, page: SavedPage) -> None:
        """Add, update, skip or leave alone one page."""
        source = (page.origin.identity or str(Path(page.file).resolve()))[-1000:]
        rows = ImportedPage.objects.select_related("commentary", "standing_page")
        known = rows.filter(source=source).first()
        if known is None and page.origin.digest:
            # The same bytes under another name are the same page.
            known = rows.filter(digest=page.origin.digest).first()
        if known is None:
            self._write(page, ImportedPage(source=source))
            self.report.added += 1
        elif known.digest == page.origin.digest:
            self.report.skipped += 1
            self._make_ready(known)
        elif known.became_text and not known.is_unedited:
            self._keep(page, known)
        else:
            self._write(page, known)
            self.report.updated += 1

    def _keep(self, page: SavedPage, known: ImportedPage) -> None:
        """Leave alone what a person edited or deleted, and say that the input is another now."""
        message = "The input changed after its text was edited here; the text was left as it is."
        warning = str(PageWarning("changed-input", message))
        known.digest = page.origin.digest
        known.warnings = [*(old for old in known.warnings if old != warning), warning]
        known.save()
        self.report.kept += 1
        self.report.warn(known.source, [warning])

    def _write(self, page: SavedPage, row: ImportedPage) -> None:
        """Write a page's facts and words into the record, and what was unclear into its row."""
        warnings = [*page.warnings, *_origin_warnings(page)]
        facts = as_json(page)
        row.facts = {name: facts[name] for name in ("language", "period_start", "period_end", "section", "verdict")}
        row.facts |= {"address": page.origin.address, "pictures": list(page.origin.attachments)}
        row.digest = page.origin.digest
        row.furniture = facts["furniture"]
        if is_standing(page):
            warnings = without_facts(warnings)
            row.standing_page = self._write_standing_page(page, row, warnings)
        elif page.headline or page.lead or page.body:
            row.commentary = self._write_commentary(page, row, warnings)
        if row.text is not None:
            row.became_text = True
            row.revision = row.text.latest_revision
        row.warnings = [str(warning) for warning in warnings]
        row.save()
        self.report.warn(row.source, row.warnings)
        self._make_ready(row)

    def _write_standing_page(self, page: SavedPage, row: ImportedPage, warnings: list[PageWarning]) -> StandingPage:
        standing = row.standing_page or StandingPage(live=False, has_unpublished_changes=True)
        standing.locale = self.locales[self._language(page, warnings)]
        write_standing_words(standing, page, warnings)
        return self._save(standing)

    def _write_commentary(self, page: SavedPage, row: ImportedPage, warnings: list[PageWarning]) -> Commentary:
        is_new = row.commentary is None
        commentary = row.commentary or Commentary(live=False, has_unpublished_changes=True)
        language = self._language(page, warnings)
        commentary.locale = self.locales[language]
        commentary.archived = page.origin.was_public
        warnings += write_words(commentary, page)
        self.placing.place(commentary, page, warnings)
        section = self.placing.section_key(page.section)
        slug = slug_in(page.origin.address, section, language)
        row.group = group_of(page, section, slug)
        siblings = find_siblings(row, commentary, warnings) if is_new else []
        if siblings:
            commentary.translation_key = siblings[0].translation_key
            commentary.position = siblings[0].position
        commentary.slug = slug if commentary.assessment else ""
        if commentary.slug:
            commentary.slug = free_slug(commentary=commentary)
        self._save(commentary)
        join(commentary, siblings)
        self._keep_address(commentary, page, section, warnings)
        return commentary

    def _save(self, text: Text) -> Text:
        """Save a text as a new revision. The row of one that readers know stays as they know it, but for its place."""
        is_new = text.pk is None
        if not text.live:
            text.save()
        elif isinstance(text, Commentary):
            place = {"assessment": text.assessment, "position": text.position}
            Commentary.objects.filter(pk=text.pk).update(**place)
        text.save_revision(user=self.user, clean=False)
        log(text, "wagtail.create" if is_new else "wagtail.edit", user=self.user)
        return text

    def _language(self, page: SavedPage, warnings: list[PageWarning]) -> str:
        """The page's language, or the source language for one that the site does not have."""
        if page.language in self.locales:
            return str(page.language)
        filed = site().source_language
        if page.language is not None:
            message = f"The text is in “{page.language}”, which this site does not have; it was filed under “{filed}”."
            warnings.append(PageWarning("foreign-language", message))
        return filed

    def _keep_address(
        self, commentary: Commentary, page: SavedPage, section: str | None, warnings: list[PageWarning]
    ) -> None:
        """Keep an old address that the commentary will not have anyway."""
        path = path_of(page.origin.address)
        if not path or path == f"/{commentary.locale.language_code}/{section}/{commentary.slug}/":
            return
        address, _ = OldAddress.objects.get_or_create(path=path[:500], defaults={"commentary": commentary})
        if address.commentary_id != commentary.pk:
            warnings.append(PageWarning("address-taken", f"“{path}” leads to another commentary already."))

    def _make_ready(self, row: ImportedPage) -> None:
        """Declare a text fit for readers that came in without a warning and has its place, if that was asked for."""
        if not self.publish or row.warnings or not row.is_unedited or row.text is None or row.text.is_ready:
            return
        if row.commentary is None or row.commentary.assessment_id is not None:
            mark_ready(text=row.text, user=self.user)


def _origin_warnings(page: SavedPage) -> list[PageWarning]:
    """What an export says that a person should see before readers do."""
    if page.origin.was_public:
        return []
    return [PageWarning("not-public", f"The export has it as “{page.origin.status}”: it was not public there.")]

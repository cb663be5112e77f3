"""A translation as a PO file, for translators who work with a program of their own.

One entry is one piece of the original: ``msgctxt`` is its path, ``msgid`` its words in the newest original,
``msgstr`` the translation's words. An entry whose original changed since is fuzzy and shows the earlier words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import polib
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.log_actions import log
from wagtail.models import Revision

from barograph.accounts.models import User
from barograph.base.prose import prose
from barograph.base.site import site
from barograph.editions.models import Commentary, StandingPage, TranslatedText
from barograph.editions.segments import (
    MARKUP_KINDS,
    Piece,
    by_path,
    newest_pieces,
    record_rendering,
    revision_pieces,
    segments,
    write_segments,
)
from barograph.editions.services import NotAllowed
from barograph.editions.staleness import changes, field_label, is_stale, original_of, place, structured_draft

TEXT_HEADER = "X-Barograph-Text"
REVISION_HEADER = "X-Barograph-Source-Revision"
COPIED_KINDS = frozenset({"authors", "picture_credit", "source.title", "source.url"})
"""Kinds of piece that often stand in a translation as they are: names of people and of works, addresses."""


class BadFile(NotAllowed):
    """A PO file cannot be taken in; the message says what is wrong with it and what to do."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did: pieces written into the new draft, pieces left out or still to be translated."""

    written: int
    untranslated: int
    skipped: int
    is_stale: bool
    revision: Revision | None

    @property
    def notes(self) -> list[str]:
        """The result in words, for whoever uploaded the file."""
        found = [
            ngettext("%(count)s piece was changed.", "%(count)s pieces were changed.", self.written)
            % {"count": self.written}
        ]
        if self.untranslated:
            found.append(
                ngettext(
                    "%(count)s piece is not translated yet.",
                    "%(count)s pieces are not translated yet.",
                    self.untranslated,
                )
                % {"count": self.untranslated}
            )
        if self.skipped:
            found.append(
                ngettext(
                    "%(count)s piece was left out, because the original has it no more.",
                    "%(count)s pieces were left out, because the original has them no more.",
                    self.skipped,
                )
                % {"count": self.skipped}
            )
        if self.is_stale:
            found.append(_("The original changed since the file was made, so the translation is still stale."))
        return found


def export_po(translation: TranslatedText) -> str:
    """The translation as the text of a PO file. Raises NotAllowed when the text is no translation."""
    original = original_of(translation)
    words = by_path(newest_pieces(translation))
    before = {change.path: change.before for change in changes(translation)}
    file = polib.POFile()
    file.metadata = _headers(translation, original)
    for piece in newest_pieces(original):
        file.append(_entry(piece, words.get(piece.path, ""), before, original))
    return str(file)


def _headers(translation: TranslatedText, original: TranslatedText) -> dict[str, str]:
    return {
        "Project-Id-Version": site().words(site().title, site().source_language),
        "Language": translation.language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "X-Source-Language": original.language,
        TEXT_HEADER: str(translation.translation_key),
        REVISION_HEADER: str(original.latest_revision_id or ""),
    }


def _entry(piece: Piece, words: str, before: Mapping[str, str | None], original: TranslatedText) -> polib.POEntry:
    label, where = field_label(piece, original), place(piece, original)
    entry = polib.POEntry(
        msgctxt=piece.path,
        msgid=piece.text,
        msgstr="" if words == piece.text and piece.kind not in COPIED_KINDS else words,
        comment=label if where == label else f"{label}, {where}",
    )
    if entry.msgstr and piece.path in before:
        entry.flags.append("fuzzy")
        entry.previous_msgid = before[piece.path] or None
    return entry


def find_translation(contents: str | bytes) -> TranslatedText:
    """The translation that a PO file says it belongs to. Raises BadFile when there is none."""
    headers = _parse(contents).metadata
    key, language = headers.get(TEXT_HEADER, ""), headers.get("Language", "").replace("_", "-").lower()
    try:
        wanted = {"translation_key": UUID(key), "locale__language_code": language}
    except ValueError:
        wanted = None
    for model in (Commentary, StandingPage):
        found = model.objects.filter(**wanted).first() if wanted else None
        if found is not None:
            return found
    raise BadFile(_("The file belongs to no translation of this site. Export the translation again."))


@transaction.atomic
def import_po(translation: TranslatedText, text: str | bytes, user: User | None = None) -> ImportResult:
    """Write the words of a PO file into one new draft of its translation, or nothing if they are all there.

    When the file has everything translated, the translation renders from now on the source revision that
    the file was made of. If the original has changed meanwhile, it stays stale for what changed since.
    Raises BadFile for a file that is no PO file, belongs to another text or was tampered with, and NotAllowed when
    the text is no translation, is in review, or is in a language that the user does not write in.
    """
    original = original_of(translation)
    if user is not None and not user.may_write_in(translation.language):
        raise NotAllowed(_("You do not translate into this language. Ask somebody who does."))
    if translation.workflow_in_progress:
        raise NotAllowed(_("The text is in review. Finish or cancel the review first."))
    file = _parse(text)
    source = _source_revision(file, translation, original)
    entries = _checked_entries(file, source, translation)
    now = by_path(newest_pieces(original))
    wanted = {path: entry.msgstr for path, entry in entries.items() if entry.msgstr and path in now}
    revision, written = _write(translation, _cleaned(wanted, newest_pieces(original)), user)
    pieces = by_path(revision_pieces(source, translation))
    finished = {path for path, entry in entries.items() if entry.msgstr and not entry.fuzzy}
    untranslated = len(pieces.keys() - finished)
    if not untranslated:
        record_rendering(translation, source)
    result = ImportResult(
        written=written,
        untranslated=untranslated,
        skipped=len(entries.keys() - now.keys()),
        is_stale=is_stale(translation),
        revision=revision,
    )
    log(translation, "barograph.import_translation", user=user, revision=revision, data={"pieces": written})
    return result


def _write(translation: TranslatedText, words: Mapping[str, str], user: User | None) -> tuple[Revision | None, int]:
    """A new draft with these words, unless it has them all already, and how many are new."""
    draft = translation.newest()
    present = segments(draft)
    if any(path not in present and "." in path for path in words):
        draft = structured_draft(translation)
    kinds = {piece.path: piece.kind for piece in newest_pieces(original_of(translation))}
    changed = {path: piece for path, piece in words.items() if _clean(present.get(path, ""), kinds[path]) != piece}
    if not changed:
        return None, 0
    write_segments(draft, changed)
    try:
        revision = draft.save_revision(user=user)
    except ValidationError as error:
        problems = " ".join(error.messages)
        raise BadFile(_("The file has words that do not fit: %(problems)s") % {"problems": problems}) from error
    translation.refresh_from_db()
    return revision, len(changed)


class _Contents(str):
    """The text of a file for polib, which would take a path for a file's name and break lines at U+2028."""

    __slots__ = ()

    def splitlines(self, keepends: bool = False) -> list[str]:
        """Lines as a PO file has them."""
        return self.split("\n")


def _parse(text: str | bytes) -> polib.POFile:
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff")
        contents = decoded.replace("\r\n", "\n")
        # A line break in front keeps polib from opening a file of that name.
        file = polib.pofile(_Contents("\n" + contents), check_for_duplicates=True, encoding="utf-8")
    except (OSError, ValueError, IndexError) as error:
        raise BadFile(
            _("This is not a valid PO file (%(problem)s). Export the translation again and work on that file.")
            % {"problem": str(error)[:200]}
        ) from error
    if not file.metadata:
        raise BadFile(_("The file has no PO header. Export the translation again and work on that file."))
    return file


def _source_revision(file: polib.POFile, translation: TranslatedText, original: TranslatedText) -> Revision:
    """The revision of the original that a file was made of, after a look at whether it is this text's file."""
    if file.metadata.get(TEXT_HEADER) != str(translation.translation_key):
        raise BadFile(_("The file belongs to another text. Choose the one that was exported here."))
    language = file.metadata.get("Language", "").replace("_", "-").lower()
    if language != translation.language:
        raise BadFile(
            _("The file is in “%(theirs)s”, but this translation is in “%(ours)s”. Choose the file of this language.")
            % {"theirs": language, "ours": translation.language}
        )
    number = file.metadata.get(REVISION_HEADER, "")
    own = Revision.objects.for_instance(original)
    source: Revision | None = own.filter(pk=number).first() if number.isdecimal() and len(number) < 19 else None
    if source is None:
        raise BadFile(
            _(
                "The file does not say which version of the original it translates, or that version is gone. "
                "Export the translation again and work on that file."
            )
        )
    return source


def _checked_entries(file: polib.POFile, source: Revision, translation: TranslatedText) -> dict[str, polib.POEntry]:
    """The entries by path, after a look at whether each is a piece of the original in the words it had."""
    known = by_path(revision_pieces(source, translation))
    entries: dict[str, polib.POEntry] = {}
    for entry in file:
        if entry.obsolete:
            continue
        path = entry.msgctxt or ""
        if path not in known or entry.msgid_plural:
            raise BadFile(
                _(
                    "Line %(line)s names a place that the original does not have (“%(path)s”). "
                    "Leave msgctxt as it was exported."
                )
                % {"line": entry.linenum, "path": path}
            )
        if entry.msgid != known[path]:
            raise BadFile(
                _("Line %(line)s does not have the original’s own words (“%(path)s”). Leave msgid as it was exported.")
                % {"line": entry.linenum, "path": path}
            )
        entries[path] = entry
    return entries


def _cleaned(words: Mapping[str, str], pieces: list[Piece]) -> dict[str, str]:
    """Words without anything a text may not hold. Raises BadFile for an address that is none."""
    kinds = {piece.path: piece.kind for piece in pieces}
    for path, piece in words.items():
        if kinds[path] == "source.url":
            try:
                URLValidator(schemes=["http", "https"])(piece)
            except ValidationError as error:
                raise BadFile(_("“%(address)s” is not a web address.") % {"address": piece}) from error
    return {path: _clean(piece, kinds[path]) for path, piece in words.items()}


def _clean(words: str, kind: str) -> str:
    """Words as a piece of this kind may hold them: paragraphs with emphasis and links, anything else as it is."""
    if kind not in MARKUP_KINDS:
        return words
    return prose(words)

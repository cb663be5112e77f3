"""What changed in an original since its translation was made."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log
from wagtail.models import Revision

from barograph.accounts.models import User
from barograph.editions.models import Commentary, Reason, TranslatedText
from barograph.editions.segments import (
    Piece,
    by_path,
    digests,
    newest_pieces,
    pieces,
    record_rendering,
    revision_pieces,
    segments,
    write_segments,
)
from barograph.editions.services import NotAllowed

_PLACES: dict[str, Promise] = {
    "paragraph": gettext_lazy("paragraph %(number)s"),
    "heading": gettext_lazy("heading %(number)s"),
    "list.item": gettext_lazy("list item %(number)s"),
    "quote.text": gettext_lazy("quotation %(number)s"),
    "quote.by": gettext_lazy("quotation %(number)s, whose words"),
    "source.title": gettext_lazy("source %(number)s"),
    "source.url": gettext_lazy("source %(number)s, its address"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One piece of an original that is not as its translation renders it.

    ``field`` and ``place`` say where it stands, such as “body” and “paragraph 3”. ``before`` is empty for
    a piece that is new, ``after`` for one that is gone; ``before`` is ``None`` when there is no record of
    the earlier words any more.
    """

    path: str
    field: str
    place: str
    before: str | None
    after: str

    @property
    def is_new(self) -> bool:
        """Whether the translation knows nothing of this piece."""
        return self.before == ""

    @property
    def is_gone(self) -> bool:
        """Whether the original has this piece no more."""
        return self.after == ""


def is_stale(text: TranslatedText) -> bool:
    """Whether a text is a translation whose original says something else by now. An original is never stale."""
    original = text.translated_from
    if original is None or (original.latest_revision_id and text.renders_revision_id == original.latest_revision_id):
        return False
    return bool(digests(by_path(newest_pieces(original))) != text.renders)


def is_stale_reason(reason: Reason, source: Reason | None) -> bool:
    """Whether a reason renders another line than the source language has by now."""
    return source is not None and reason.language != source.language and reason.renders != source.text


def changes(text: TranslatedText) -> list[Change]:
    """The pieces of the original that changed, came or went since the revision that this translation renders.

    In the order of the original's page, and after it what is gone. Empty for a text that is not stale.
    """
    original = text.translated_from
    if original is None:
        return []
    now = newest_pieces(original)
    rendered = revision_pieces(text.renders_revision, text) if text.renders_revision else []
    # Hashes in ``renders`` outlive the revision, which may have been deleted with its history.
    before: dict[str, str | None] = {**dict.fromkeys(text.renders), **by_path(rendered)}
    is_as_rendered = {path: text.renders.get(path) == digest for path, digest in digests(by_path(now)).items()}
    found = [
        Change(piece.path, field_label(piece, original), place(piece, original), before.get(piece.path, ""), piece.text)
        for piece in now
        if not is_as_rendered[piece.path]
    ]
    known = {piece.path: piece for piece in rendered}
    # PostgreSQL keeps the keys of JSON in no order of ours, so the page's order comes from the revision.
    for path in dict.fromkeys([*known, *sorted(text.renders)]):
        if path in text.renders and path not in is_as_rendered:
            piece = known.get(path) or Piece(path, path.partition(".")[0], 1, "")
            found.append(Change(path, field_label(piece, original), place(piece, original), before[path], ""))
    return found


def field_label(piece: Piece, text: TranslatedText) -> str:
    """The name of the field a piece stands in, such as “body”."""
    return _field_name(text, piece.path.partition(".")[0])


def place(piece: Piece, text: TranslatedText) -> str:
    """Where a piece stands, such as “headline” or “paragraph 3”."""
    words = _PLACES.get(piece.kind)
    return str(words) % {"number": piece.number} if words else field_label(piece, text)


def _field_name(text: TranslatedText, name: str) -> str:
    return str(type(text)._meta.get_field(name).verbose_name)  # type: ignore[union-attr] # noqa: SLF001 (Django documents it)


@transaction.atomic
def confirm_translation(*, translation: TranslatedText, source_revision: Revision, user: User | None = None) -> None:
    """Say that a translation renders this revision of its original, whatever the hashes say.

    Raises NotAllowed when the text is no translation or the revision is not one of its original.
    """
    original = original_of(translation)
    if source_revision.object_id != str(original.pk) or not isinstance(source_revision.content_object, type(original)):
        raise NotAllowed(_("This revision is not one of the text that is translated here. Open the board again."))
    record_rendering(translation, source_revision)
    log(translation, "barograph.confirm_translation", user=user, data={"revision": source_revision.pk})


@transaction.atomic
def bring_in_structure(*, translation: TranslatedText, user: User | None = None) -> None:
    """Give a translation the blocks that its original has now, in that order, as a new draft.

    The translation stays stale until somebody confirms it. Raises NotAllowed when the text is no translation
    or there is nothing to bring in.
    """
    draft, present = structured_draft(translation), translation.newest()
    if pieces(draft) == pieces(present) and _picture(draft) == _picture(present):
        raise NotAllowed(_("The translation has the blocks of its original already. Nothing was changed."))
    draft.save_revision(user=user)
    translation.refresh_from_db()
    log(translation, "barograph.bring_in_structure", user=user)


def structured_draft(translation: TranslatedText) -> TranslatedText:
    """The newest draft of a translation with the blocks of its original, unsaved.

    What both have keeps the translator's words, what is new comes in the original's words, to be written
    over, and what the original lost since it was translated goes. A picture comes in where the translation has none.
    Raises NotAllowed when the text is no translation.
    """
    original = original_of(translation).newest()
    draft = translation.newest()
    words = segments(draft)
    for name in translation.translated_fields:
        value = getattr(original, name)
        if hasattr(value, "raw_data"):
            setattr(draft, name, value.get_prep_value())
        elif not getattr(draft, name) or (not value and name in translation.renders):
            setattr(draft, name, value)
    write_segments(draft, {path: words[path] for path in segments(draft) if path in words})
    if isinstance(original, Commentary) and isinstance(draft, Commentary) and draft.picture_id is None:
        draft.picture = original.picture
    return draft


def _picture(text: TranslatedText) -> int | None:
    return text.picture_id if isinstance(text, Commentary) else None


def original_of(translation: TranslatedText) -> TranslatedText:
    """The text that a translation renders. Raises NotAllowed when it is none."""
    if translation.translated_from is None:
        raise NotAllowed(_("This text is not a translation, so there is no original to compare it with."))
    original: TranslatedText = translation.translated_from
    return original

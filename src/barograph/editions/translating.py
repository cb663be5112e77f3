"""What a translator sees beside the editor: the original piece by piece, and what changed in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from html import escape

import nh3
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Revision

from barograph.base.prose import prose
from barograph.editions.models import TranslatedText
from barograph.editions.segments import MARKUP_KINDS, revision_pieces
from barograph.editions.staleness import Change, changes, place

WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class SourcePiece:
    """One piece of the original."""

    path: str
    place: str
    html: SafeString


class Beside:
    """The original of a translation as its newest revision has it."""

    def __init__(self, translation: TranslatedText) -> None:
        self.translation = translation
        original = translation.translated_from
        if original is None or original.latest_revision is None:
            raise ValueError(f"{translation!r} is no translation of a text that was ever saved")
        self.original: TranslatedText = original
        self.revision: Revision = original.latest_revision

    @property
    def revision_key(self) -> int:
        """Which revision of the original is shown."""
        return int(self.revision.pk)

    @cached_property
    def pieces(self) -> list[SourcePiece]:
        """The original, in the order of the page."""
        return [
            SourcePiece(piece.path, place(piece, self.original), _markup(piece.text, piece.kind in MARKUP_KINDS))
            for piece in revision_pieces(self.revision, self.original)
        ]

    @cached_property
    def changes(self) -> list[tuple[Change, SafeString]]:
        """What changed in the original since it was translated, with the words that went and came."""
        return [
            (change, difference(plain(change.before or ""), plain(change.after)))
            for change in changes(self.translation)
        ]


def _markup(text: str, is_markup: bool) -> SafeString:
    """A piece as HTML that holds nothing but words, emphasis and links."""
    if not is_markup:
        return mark_safe("<br>".join(escape(line) for line in text.splitlines()))
    return mark_safe(prose(text))


def plain(text: str) -> str:
    """The words of a piece, without its markup."""
    return nh3.clean(re.sub(r"</p>\s*<p[^>]*>", "\n", text), tags=set()) if "<" in text else escape(text)


def difference(before: str, after: str) -> SafeString:
    """Two texts in one, with what went in ``<del>`` and what came in ``<ins>``. Both must be escaped already."""
    return mark_safe("".join(_marked(before, after)))


def _marked(before: str, after: str) -> Iterator[str]:
    old, new = WORDS.findall(before), WORDS.findall(after)
    for kind, start, end, new_start, new_end in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "".join(old[start:end])
            continue
        if start < end:
            yield f"<del>{''.join(old[start:end])}</del>"
        if new_start < new_end:
            yield f"<ins>{''.join(new[new_start:new_end])}</ins>"

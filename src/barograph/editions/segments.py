"""The pieces of a text that a translator renders, and which revision of them a translation renders."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wagtail.models import Revision

from barograph.base.prose import as_edited
from barograph.editions.models.texts import TranslatedText

MARKUP_KINDS = frozenset({"paragraph", "list.item"})
"""Kinds of piece that are HTML; all others are plain text."""

_EDITOR_KEY = re.compile(r' data-block-key="[^"]*"')


@dataclass(frozen=True, slots=True)
class Piece:
    """One translatable piece of a text.

    ``path`` is a field's name, followed in a field made of blocks by the block's id and the name within it:
    ``headline``, ``body.6f1c….``. Ids survive editing and translation, so a path stays with its piece.
    ``kind`` is the field's name or the block's type (``paragraph``, ``list.item``, ``quote.by``), and
    ``number`` counts the pieces of one kind from the top of the page.
    """

    path: str
    kind: str
    number: int
    text: str


def pieces(text: TranslatedText) -> list[Piece]:
    """The translatable pieces of a text in the order of the page, empty ones left out."""
    values = {name: getattr(text, name) for name in text.translated_fields}
    return _pieces({name: value.get_prep_value() if _is_stream(value) else value for name, value in values.items()})


def revision_pieces(revision: Revision, text: TranslatedText) -> list[Piece]:
    """The pieces of ``text`` as one of its revisions has them.

    They are read out of the revision's content, since making an object of it asks the database for every
    foreign key it has.
    """
    values = {}
    for name in text.translated_fields:
        value = revision.content.get(name) or ""
        values[name] = json.loads(value or "[]") if _is_stream(getattr(text, name)) else value
    return _pieces(values)


def newest_pieces(text: TranslatedText) -> list[Piece]:
    """The pieces of a text as its newest revision has them."""
    return revision_pieces(text.latest_revision, text) if text.latest_revision else pieces(text)


def segments(text: TranslatedText) -> dict[str, str]:
    """The translatable pieces of a text by their path, in the order of the page, empty ones left out."""
    return by_path(pieces(text))


def by_path(found: list[Piece]) -> dict[str, str]:
    """The words of pieces by their path."""
    return {piece.path: piece.text for piece in found}


def write_segments(text: TranslatedText, words: Mapping[str, str]) -> None:
    """Put words into their places in a text; nothing is saved. Raises KeyError for a path the text does not have."""
    words = dict(words)
    for name in text.translated_fields:
        value = getattr(text, name)
        if _is_stream(value):
            raw = [_with_words(block, f"{name}.{block['id']}", words) for block in value.get_prep_value()]
            setattr(text, name, raw)
        elif name in words:
            setattr(text, name, words.pop(name))
    if words:
        raise KeyError(next(iter(words)))


def digests(words: Mapping[str, str]) -> dict[str, str]:
    """A short hash of each piece: enough to see that it changed."""
    return {path: hashlib.sha256(piece.encode()).hexdigest()[:16] for path, piece in words.items()}


def record_rendering(translation: TranslatedText, source_revision: Revision) -> None:
    """Note that a translation renders this revision of its original."""
    translation.renders_revision = source_revision
    translation.renders = digests(by_path(revision_pieces(source_revision, translation)))
    type(translation).objects.filter(pk=translation.pk).update(
        renders_revision=source_revision, renders=translation.renders
    )


def _is_stream(value: Any) -> bool:
    return hasattr(value, "raw_data")


def _pieces(values: Mapping[str, Any]) -> list[Piece]:
    counts: Counter[str] = Counter()
    found = []
    for path, kind, words in _walk(values):
        if kind in MARKUP_KINDS:
            # The editor gives each paragraph a key, also where nobody changed a word.
            words = as_edited(_EDITOR_KEY.sub("", words))  # noqa: PLW2901
        if words:
            counts[kind] += 1
            found.append(Piece(path, kind, counts[kind], words))
    return found


def _walk(values: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Path, kind and words of everything that is text."""
    for name, value in values.items():
        if not isinstance(value, list):
            yield name, name, str(value)
            continue
        for block in value:
            yield from _walk_block(f"{name}.{block['id']}", block["type"], block["value"])


def _walk_block(path: str, kind: str, value: Any) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, str):
        yield path, kind, value
    elif isinstance(value, list):
        for item in value:
            yield from _walk_block(f"{path}.{item['id']}", f"{kind}.{item['type']}", item["value"])
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _walk_block(f"{path}.{name}", f"{kind}.{name}", inner)


def _with_words(block: dict[str, Any], path: str, words: dict[str, str]) -> dict[str, Any]:
    """A block with its words replaced; what was used is taken out of ``words``."""
    return block | {"value": _replaced(block["value"], path, words)}


def _replaced(value: Any, path: str, words: dict[str, str]) -> Any:
    if isinstance(value, str):
        return words.pop(path, value)
    if isinstance(value, list):
        return [_with_words(item, f"{path}.{item['id']}", words) for item in value]
    if isinstance(value, dict):
        return {name: _replaced(inner, f"{path}.{name}", words) for name, inner in value.items()}
    return value

"""The pieces of a text that a translator renders, and which revision of them a translation renders."""

from __future__ import annotations

import hashlib
from typing import Any

from wagtail.models import Revision

from barograph.editions.models.texts import TranslatedText


def segments(text: TranslatedText) -> dict[str, str]:
    """The translatable pieces of a text by their path, in the order of the page, empty ones left out.

    A path is a field's name, followed in a field made of blocks by the block's id and the name within it:
    ``headline``, ``body.6f1c….``. Ids survive editing and translation, so a path stays with its piece.
    """
    found: dict[str, str] = {}
    for name in text.translated_fields:
        value = getattr(text, name)
        if hasattr(value, "raw_data"):
            for block in value.get_prep_value():
                _collect(found, f"{name}.{block['id']}", block["value"])
        elif value:
            found[name] = str(value)
    return found


def _collect(found: dict[str, str], path: str, value: Any) -> None:
    if isinstance(value, str):
        if value:
            found[path] = value
    elif isinstance(value, list):
        for item in value:
            _collect(found, f"{path}.{item['id']}", item["value"])
    elif isinstance(value, dict):
        for name, inner in value.items():
            _collect(found, f"{path}.{name}", inner)


def digests(pieces: dict[str, str]) -> dict[str, str]:
    """A short hash of each piece: enough to see that it changed."""
    return {path: hashlib.sha256(piece.encode()).hexdigest()[:16] for path, piece in pieces.items()}


def record_rendering(translation: TranslatedText, source_revision: Revision) -> None:
    """Note that a translation renders this revision of its original."""
    source = source_revision.as_object()
    translation.renders_revision = source_revision
    translation.renders = digests(segments(source))
    type(translation).objects.filter(pk=translation.pk).update(
        renders_revision=source_revision, renders=translation.renders
    )

"""Writes a page's words into a commentary."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from barograph.archive.values import Block, PageWarning, SavedPage
from barograph.base.site import site
from barograph.editions.models import Commentary

HEADING_LENGTH = 200
"""A longer heading is a paragraph: the record has no room for it."""


def write_words(commentary: Commentary, page: SavedPage) -> list[PageWarning]:
    """Give a commentary a page's words, unsaved. Returns warnings about what the record has no room for."""
    warnings: list[PageWarning] = []
    commentary.headline = _fitting(page.headline, "headline", warnings)
    commentary.lead = page.lead
    commentary.summary = page.summary
    commentary.picture_caption = _fitting(page.caption, "picture_caption", warnings)
    commentary.authors = "\n".join(page.origin.authors)
    commentary.body = raw_body(page.body)
    sources = (link for link in page.origin.links if urlsplit(link[1]).scheme in {"http", "https"})
    commentary.sources = json.dumps([_raw_source(*link, f"source/{at}") for at, link in enumerate(sources)])
    return warnings


def raw_body(blocks: Iterable[Block]) -> str:
    """Blocks as the database has them."""
    return json.dumps([_raw(block, f"body/{at}") for at, block in enumerate(blocks)])


def slug_in(address: str, section: str | None, language: str) -> str:
    """The last part of an old address that is built as ours are, or nothing."""
    parts = [part for part in urlsplit(address).path.split("/") if part]
    if len(parts) != 3 or urlsplit(address).query or section is None:
        return ""
    known = site().section(section)
    names = {section, *known.aliases} if known else {section}
    is_slug = parts[2].isascii() and parts[2].replace("-", "").replace("_", "").isalnum() and len(parts[2]) <= 120
    return parts[2] if parts[0] == language and parts[1] in names and is_slug else ""


def path_of(address: str) -> str:
    """An old address from its first slash on; nothing for a home page."""
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return "" if path in {"", "/"} else path


def _fitting(text: str, name: str, warnings: list[PageWarning]) -> str:
    most = getattr(Commentary._meta.get_field(name), "max_length", None) or len(text)  # noqa: SLF001 (Django's own way)
    if len(text) <= most:
        return text
    message = f"It has {len(text)} letters, and there is room for {most}: “{text}”"
    warnings.append(PageWarning("too-long-" + name.removeprefix("picture_"), message))
    return text[: most - 1] + "…"


def _raw(block: Block, place: str) -> dict[str, Any]:
    """A block as the database has it; its id comes from its place, so that translations have the same."""
    if block.kind == "list":
        texts = block.items_html or [escape(item, quote=False) for item in block.items]
        return _raw_value("list", _raw_items(texts, place), place)
    if block.kind == "heading" and len(block.text) <= HEADING_LENGTH:
        return _raw_value("heading", block.text, place)
    return _raw_value("paragraph", f"<p>{block.html or escape(block.text, quote=False)}</p>", place)


def _raw_items(texts: Iterable[str], place: str) -> list[dict[str, Any]]:
    return [_raw_value("item", f"<p>{text}</p>", f"{place}/{at}") for at, text in enumerate(texts)]


def _raw_source(title: str, url: str, place: str) -> dict[str, Any]:
    return _raw_value("source", {"title": (title or url)[:300], "url": url}, place)


def _raw_value(kind: str, value: Any, place: str) -> dict[str, Any]:
    return {"type": kind, "value": value, "id": str(uuid5(NAMESPACE_URL, f"barograph-archive:{place}"))}

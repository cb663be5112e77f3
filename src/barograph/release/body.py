"""The HTML of a body. It is made once, when a text is published, and stored with it."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from barograph.base.prose import prose


def body_html(body: Any) -> str:
    """The HTML of a body field: paragraphs, headings of the second level, lists and quotations, nothing else."""
    return "\n".join(filter(None, (_MAKERS[block["type"]](block["value"]) for block in body.get_prep_value())))


def _paragraph(value: str) -> str:
    html = prose(value).strip()
    return html if not html or html.startswith("<p>") else f"<p>{html}</p>"


def _heading(value: str) -> str:
    return f"<h2>{escape(value)}</h2>" if value.strip() else ""


def _list(value: list[dict[str, Any]]) -> str:
    items = (prose(item["value"]).strip().removeprefix("<p>").removesuffix("</p>") for item in value)
    lines = "".join(f"<li>{item}</li>" for item in items if item)
    return f"<ul>{lines}</ul>" if lines else ""


def _quote(value: dict[str, str]) -> str:
    words = "".join(f"<p>{escape(line)}</p>" for line in value.get("text", "").splitlines() if line.strip())
    by = value.get("by", "")
    return f"<blockquote>{words}{f'<footer>{escape(by)}</footer>' if by else ''}</blockquote>" if words else ""


_MAKERS: dict[str, Callable[[Any], str]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "list": _list,
    "quote": _quote,
}

"""The prose of a page: lead, blocks of the body, summary."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

from barograph.archive.lines import Line
from barograph.archive.text import word_count
from barograph.archive.values import Block
from barograph.archive.vocabulary import Vocabulary

_ENDS_SENTENCE = re.compile(r"[.!?…:;,\]»”\")]$")
_NARROWEST, _WIDEST = 60, 100
"""If no line of a page is longer, its lines may be broken at the width of the longest."""
_WRAPPED_FROM = 50
"""A line must be this long before the next one, if it opens with a small letter, can be its continuation."""


@dataclass(slots=True)
class Prose:
    """The parts of a page's prose; ``set_aside`` are lines that only labelled a part."""

    lead: str = ""
    body: tuple[Block, ...] = ()
    summary: str = ""
    set_aside: list[str] = field(default_factory=list)
    html: tuple[str, str] = ("", "")


def read_prose(lines: Sequence[Line], words: Vocabulary) -> Prose:
    """Lead, body and summary out of the lines that are left when head and tail are taken away."""
    blocks = _blocks(_unwrapped(lines))
    prose = Prose()
    lead_at = _lead_at(blocks)
    if lead_at is not None:
        lead = blocks.pop(lead_at)
        prose.lead = lead.text
    else:
        lead = Block("paragraph")
    summary = _take_summary(blocks, prose, words)
    prose.body = tuple(blocks)
    prose.summary = summary.text
    prose.html = (lead.html, summary.html)
    return prose


def _lead_at(blocks: Sequence[Block]) -> int | None:
    """Where the first paragraph stands, if nothing but headings stands above it."""
    for at, block in enumerate(blocks):
        if block.kind == "paragraph":
            return at
        if block.kind == "list":
            return None
    return None


def _take_summary(blocks: list[Block], prose: Prose, words: Vocabulary) -> Block:
    if not blocks or blocks[-1].kind != "paragraph":
        return Block("paragraph")
    last = blocks[-1]
    if words.sums_up(last.text) and not last.text.endswith(":"):
        return blocks.pop()
    above = blocks[-2] if len(blocks) > 1 else None
    if above and above.kind in {"heading", "paragraph"} and words.heads_summary(above.text):
        blocks.pop()
        prose.set_aside.append(blocks.pop().text)
        return last
    return Block("paragraph")


def _unwrapped(lines: Sequence[Line]) -> list[Line]:
    """Lines joined again that were broken at a fixed width."""
    joined: list[Line] = []
    width = _width(lines)
    for at, line in enumerate(lines):
        above = joined[-1] if joined else None
        full = at > 0 and _is_full(lines[at - 1], line, width)
        if above and above.block == line.block and (_continues(above, line) or (full and _may_continue(above, line))):
            text, raw = f"{above.text} {line.text}", f"{above.raw} {line.raw}"
            joined[-1] = Line(text, raw, above.block, above.kind, _html_of(above) + " " + _html_of(line), above.mark)
        else:
            joined.append(line)
    return joined


def _width(lines: Sequence[Line]) -> int:
    """The width at which the lines of a text are broken; 0 when they are not."""
    width = max((len(line.raw) for line in lines), default=0)
    broken = sum(1 for above, line in pairwise(lines) if above.block == line.block and _is_full(above, line, width))
    return width if _NARROWEST <= width <= _WIDEST and broken >= 3 else 0


def _is_full(above: Line, line: Line, width: int) -> bool:
    """True when the first word of a line had no room on the line above."""
    return 0 < width <= len(above.raw) + len(line.raw.split()[0])


def _may_continue(above: Line, line: Line) -> bool:
    return above.kind in {"text", "item"} and line.kind == "text"


def _continues(above: Line, line: Line) -> bool:
    """True for a line in small letters below a long one that ends no sentence."""
    return (
        _may_continue(above, line)
        and len(above.text) >= _WRAPPED_FROM
        and not _ENDS_SENTENCE.search(above.text.rstrip(",") if line.text[0].islower() else above.text)
        and line.text[0].islower()
    )


def _blocks(lines: Sequence[Line]) -> list[Block]:
    blocks: list[Block] = []
    items: list[Line] = []
    for at, line in enumerate(lines):
        if line.kind == "item":
            items.append(line)
            continue
        _close_list(blocks, items)
        below = lines[at + 1] if at + 1 < len(lines) else None
        kind = "heading" if _is_heading(line, blocks, below) else "paragraph"
        blocks.append(Block(kind, text=line.text, html=line.html))  # type: ignore[arg-type]
    _close_list(blocks, items)
    return blocks


def _close_list(blocks: list[Block], items: list[Line]) -> None:
    """One list out of the items so far. A lone dash that no colon announces opens a sentence, not a list."""
    if not items:
        return
    announced = bool(blocks) and blocks[-1].text.endswith(":")
    if len(items) == 1 and items[0].mark in set("–—−-*·") and not announced:
        blocks.append(Block("paragraph", text=items[0].raw, html=items[0].html))
    else:
        html = tuple(_html_of(item) for item in items) if any(item.html for item in items) else ()
        blocks.append(Block("list", items=tuple(item.text for item in items), items_html=html))
    items.clear()


def _is_heading(line: Line, above: Sequence[Block], below: Line | None) -> bool:
    """A heading by its markup, or a short line without a full stop, alone between two paragraphs of a text."""
    if line.kind in {"heading", "title"}:
        return True
    return (
        line.kind == "text"
        and bool(above)
        and above[-1].kind != "heading"
        and below is not None
        and below.kind != "heading"
        and below.block != line.block
        and word_count(below.text) > 2 * word_count(line.text)
        and word_count(line.text) <= 8
        and not line.html
        and line.text[0].isupper()
        and not _ENDS_SENTENCE.search(line.text)
    )


def _html_of(line: Line) -> str:
    return line.html or escape(line.text, quote=False)

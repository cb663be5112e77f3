"""A page as lines: what text extraction gives, and what HTML is turned into."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from barograph.archive.text import tidy

LineKind = Literal["text", "title", "heading", "item", "caption"]

_BULLET = re.compile(r"(?P<mark>[•‣▪●◦∙■□⁃]|[·*–—−-](?=\s))\s*(?=\S)")


@dataclass(frozen=True, slots=True)
class Line:
    """One line with words in it. Lines of the same ``block`` have no blank line between them.

    ``raw`` is the line as printed, ``text`` the same without a bullet. ``html`` keeps links and emphasis.
    """

    text: str
    raw: str
    block: int
    kind: LineKind = "text"
    html: str = ""
    mark: str = ""


def read_lines(text: str) -> list[Line]:
    """The lines of a plain text, blank ones left out."""
    lines: list[Line] = []
    block = 0
    after_blank = False
    for printed in text.split("\n"):
        raw = tidy(printed)
        if not raw:
            after_blank = True
            continue
        block += after_blank
        after_blank = False
        bullet = _BULLET.match(raw)
        if bullet:
            lines.append(Line(raw[bullet.end() :], raw, block, kind="item", mark=bullet["mark"]))
        else:
            lines.append(Line(raw, raw, block))
    return lines


def printed(lines: Sequence[Line]) -> list[str]:
    """The lines as they stood on the page."""
    return [line.raw for line in lines]

"""Finds a picture's caption between the head of a page and its lead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from barograph.archive.languages import is_placeholder, script_of
from barograph.archive.lines import Line
from barograph.archive.text import word_count
from barograph.archive.values import PageWarning
from barograph.archive.vocabulary import Vocabulary

LONGEST = 60
_NUMBERED = re.compile(r"\d{1,2}\s*[–—-]\s")
_FULL_STOP = re.compile(r"[.!?…][»”\")]?$")


def split_caption(
    lines: Sequence[Line], words: Vocabulary, *, headline: str, head_block: int | None
) -> tuple[list[Line], list[Line], list[PageWarning]]:
    """The caption's lines, the prose below it, and a warning when only its place tells it from a lead.

    ``head_block`` is the block of the head's last line: a caption mostly stands right below it, without a blank line.
    """
    caption: list[Line] = []
    unsure = False
    for at, line in enumerate(lines):
        near = line.block == head_block or (bool(caption) and line.block == caption[-1].block)
        if line.kind == "caption" or _says_so(line, words, near=near) or _is_foreign(lines, at, headline):
            caption.append(line)
        elif near and _stands_apart(lines, at):
            caption.append(line)
            unsure = unsure or bool(_FULL_STOP.search(line.text))
        else:
            break
    if unsure and any(_says_so(line, words, near=True) for line in caption):
        unsure = False
    warnings = []
    if unsure:
        start = " ".join(caption[0].text.split()[:8])
        message = f"“{start} …” was taken for a picture’s caption for its place alone; it may be the lead."
        warnings.append(PageWarning("caption-unsure", message))
    return caption, list(lines[len(caption) :]), warnings


def _says_so(line: Line, words: Vocabulary, *, near: bool) -> bool:
    """True when the words of the line make it a caption; further from the head they have to be plainer."""
    length = word_count(line.text)
    if line.kind == "item" or length > LONGEST:
        return False
    if words.credits_picture(line.text):
        return near or length <= 30
    if words.speaks_of_picture(line.text):
        return near or length <= 12
    return near and bool(_NUMBERED.match(line.text))


def _is_foreign(lines: Sequence[Line], at: int, headline: str) -> bool:
    """True for a line in another script than the headline, while the prose below is in the headline's."""
    line, below = lines[at], " ".join(line.text for line in lines[at + 1 :])
    if is_placeholder(line.text) or word_count(line.text) > LONGEST:
        return False
    script = script_of(headline)
    return script_of(line.text) not in {None, script} and script_of(below) == script


def _stands_apart(lines: Sequence[Line], at: int) -> bool:
    """True for a short line that closes the head's block on a page whose paragraphs have blank lines between."""
    line, below = lines[at], lines[at + 1 :]
    if not below or line.kind != "text" or is_placeholder(line.text) or word_count(line.text) > LONGEST * 2 // 3:
        return False
    if below[0].block == line.block:
        return False
    alone = sum(1 for one, two in pairwise(below) if one.block != two.block)
    return alone * 2 >= len(below) - 1

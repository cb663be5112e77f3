"""A body as plain text, for the open data: paragraphs with an empty line between them, and nothing of the layout."""

from __future__ import annotations

import re
from html import unescape

_ATTRIBUTES = r"""(?:[^<>"']|"[^"]*"|'[^']*')*"""
_LINE_BREAK = re.compile(rf"<(?:br|/?li)\b{_ATTRIBUTES}>")
_BLOCK = re.compile(
    rf"</?(?:p|h[1-6]|ul|ol|blockquote|footer|figure|figcaption|table|tr|div|section|pre|hr)\b{_ATTRIBUTES}>"
)
_TAG = re.compile(rf"</?[a-zA-Z]{_ATTRIBUTES}>|<!--.*?-->", re.DOTALL)
_BLANKS = re.compile(r"[^\S\n\u00a0\u202f]+")
_ROUND_A_BREAK = re.compile(r" ?\n ?")
_EMPTY_LINES = re.compile(r"\n{3,}")


def plain(html: str) -> str:
    """The words of a cleaned body: a line for each item of a list, an empty line between paragraphs.

    Non-breaking spaces stay, because they are part of how the text is written.
    """
    text = html.replace("\r", " ").replace("\n", " ")
    text = _BLOCK.sub("\n\n", _LINE_BREAK.sub("\n", text))
    text = _ROUND_A_BREAK.sub("\n", _BLANKS.sub(" ", unescape(_TAG.sub("", text))))
    return _EMPTY_LINES.sub("\n\n", text).strip()


def word_count(*texts: str) -> int:
    """How many words there are, counted as what stands between blanks and has a letter or a digit in it."""
    return sum(any(map(str.isalnum, word)) for text in texts for word in text.split())

"""Words set in our own fonts, for what is drawn as a picture: how wide they are, and where their lines end.

A picture is drawn with no other fonts than these, so that it is the same on every machine. They know Latin and
Cyrillic letters; what a site says in another script cannot be drawn.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from barograph.release.render import STATIC

FONTS = STATIC / "drawing_fonts"
ELLIPSIS = "…"
_ALSO, _NOT = "ҐґȘșȚț", "ĬĭıĲĳŦŧ"
"""Letters that the fonts know outside the ranges of Latin and Cyrillic, and those that they lack inside."""
_UNKNOWN = 0.6
"""About the width of a letter that the fonts do not know."""
_SPARE = {"\u2011": "-", "\u202f": "\u00a0", "\u2007": "\u00a0", "\u00ad": ""}
"""What stands in for characters that need no glyph of their own."""


@dataclass(frozen=True, slots=True)
class Face:
    """One of the fonts: its file, and what names it in a drawing."""

    file: str
    attributes: str

    def width(self, words: str, size: float) -> float:
        """How wide words are at a size, in the same unit; kerning, which makes most of them narrower, left out."""
        advances = _advances(self.file)
        return sum(advances.get(ord(letter), _UNKNOWN) for letter in words) * size


READING = Face("reading.ttf", "font-family=\"'Source Serif 4', Georgia, serif\"")
LABEL = Face("label.ttf", "font-family=\"'Source Sans 3', 'Segoe UI', Roboto, sans-serif\"")
BOLD = Face("label-bold.ttf", f'{LABEL.attributes} font-weight="600"')
FACES = (READING, LABEL, BOLD)


@dataclass(frozen=True, slots=True)
class Setting:
    """Words broken into lines at a size."""

    lines: tuple[str, ...]
    size: float


@cache
def _advances(file: str) -> dict[int, float]:
    """How far each character of a font moves on, in parts of the size."""
    from fontTools.ttLib import TTFont  # takes a tenth of a second, which only those who draw should pay

    with TTFont(FONTS / file, lazy=True) as font:
        scale, widths = font["head"].unitsPerEm, font["hmtx"]
        return {code: widths[glyph][0] / scale for code, glyph in font.getBestCmap().items()}


def can_set(words: str) -> bool:
    """Whether the fonts know every letter of some words, by their script."""
    return all(
        (letter <= "\u017f" and letter not in _NOT) or "\u0400" <= letter <= "\u045f" or letter in _ALSO
        for letter in words
        if letter.isalpha()
    )


def plain(words: str) -> str:
    """Words without the characters that the fonts do not know, such as pictures of faces."""
    known = _advances(READING.file)
    return _even("".join(letter for letter in _even(words) if ord(letter) in known))


def _even(words: str) -> str:
    """Words with single spaces, and letters and their accents in one."""
    composed = unicodedata.normalize("NFC", words)
    return re.sub(r"[ \t\r\n]+", " ", "".join(_SPARE.get(letter, letter) for letter in composed)).strip()


def _bound(words: str) -> str:
    """Even words, none of one letter at the end of a line."""
    return re.sub(r"(?<!\S)([^\W\d_]) (?=\S)", "\\1\u00a0", _even(words))


def wrap(words: str, face: Face, size: float, width: float) -> list[str]:
    """Words in lines no wider than ``width``; a word that is wider than a line is broken."""
    lines: list[str] = []
    line = ""
    for word in words.split(" "):
        longer = f"{line} {word}" if line else word
        if face.width(longer, size) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while face.width(line, size) > width:
            fits = next(n for n in range(len(line) - 1, 0, -1) if n == 1 or face.width(line[:n], size) <= width)
            lines.append(line[:fits])
            line = line[fits:]
            if not line:
                break
    return [*lines, line] if line else lines


def balanced(words: str, face: Face, size: float, width: float) -> list[str]:
    """The same number of lines, of about the same width."""
    lines = wrap(words, face, size, width)
    longest = max(face.width(word, size) for word in [*words.split(" "), ""])
    low, high = min(max(width / 2, longest), width), width
    while len(lines) > 1 and high - low > size / 8:
        middle = (low + high) / 2
        if len(wrap(words, face, size, middle)) > len(lines):
            low = middle
        else:
            high = middle
    return wrap(words, face, size, high)


def cut(words: str, face: Face, size: float, width: float) -> str:
    """Words on one line, with an ellipsis in place of those that have no room."""
    if face.width(words, size) <= width:
        return words
    room = width - face.width(ELLIPSIS, size)
    whole = words
    while words and face.width(words, size) > room:
        words = words[:-1]
    if len(words) < len(whole) and whole[len(words)] != " " and " " in words:
        words = words.rsplit(" ", 1)[0]
    return words.rstrip(" ,;:.–—-«“„(") + ELLIPSIS


def fit(words: str, face: Face, width: float, *, sizes: Iterable[float], height: float, leading: float) -> Setting:
    """Words at the first of some sizes, largest first, at which their lines are no higher than ``height``.

    At the smallest size, what has no room is cut off with an ellipsis. ``leading`` is the height of a line in
    parts of the size.
    """
    words, size = _bound(words), 0.0
    for size in sizes:
        lines = wrap(words, face, size, width)
        if len(lines) * size * leading <= height:
            return Setting(tuple(balanced(words, face, size, width)), size)
    room = max(1, int(height / (size * leading)))
    lines = wrap(words, face, size, width)
    last = cut(" ".join(lines[room - 1 :]), face, size, width)
    return Setting((*lines[: room - 1], last), size)


def on_one_line(words: str, face: Face, width: float, sizes: Iterable[float]) -> Setting:
    """Words on one line at the first of some sizes at which they fit, or cut at the smallest."""
    words, size = _even(words), 0.0
    for size in sizes:
        if face.width(words, size) <= width:
            break
    return Setting((cut(words, face, size, width),), size)

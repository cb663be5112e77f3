"""What cards and charts are drawn with as files of their own: inks, words, marks, scaled paths, and the picture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from io import BytesIO

from barograph.release.lettering import FACES, FONTS, READING, Face, Setting

PAPER, SHEET, INK, SOFT = "#fbf8f1", "#f4efe4", "#1d1c19", "#5a564d"
HAIR, FINE, RULE, PEN = "#d9d0be", "#ebe4d5", "#cdbfa6", "#1f2a44"
"""The inks of the pages by day (page.css); ``SHEET`` is the ground on which lanes and strips lie."""
SHAPES = {"better": "M6 1 11.8 11H.2z", "unchanged": "M1.6 1.6h8.8v8.8H1.6z", "worse": "M.2 1h11.6L6 11z"}
"""The marks of the verdicts, 12 × 12, as on the pages (drawings.html)."""
COLOURS = 64
"""As many as a picture has; enough for the smooth edges of letters in two or three inks."""
_STEP = re.compile(r"([MLHVQhvlz])([^MLHVQhvlz]*)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")


def words(setting: Setting | str, face: Face, x: float, y: float, colour: str, *, more: str = "") -> str:
    """Words in a drawing, the first line's foot at ``y``; ``more`` are further attributes of each line.

    Words that were not set yet, such as a short label, are taken as they are, and ``more`` has their size.
    """
    if isinstance(setting, str):
        return f'<text x="{x:g}" y="{y:g}" {face.attributes} fill="{colour}" {more}>{escape(setting)}</text>'
    leading = LEADING[face]
    return "".join(
        f'<text x="{x:g}" y="{y + number * setting.size * leading:.1f}" {face.attributes} '
        f'font-size="{setting.size:g}" fill="{colour}" {more}>{escape(line)}</text>'
        for number, line in enumerate(setting.lines)
    )


LEADING = {face: 1.14 if face is READING else 1.25 for face in FACES}
"""The height of a line in parts of its size."""


def mark(verdict: str, x: float, y: float, size: float, colour: str) -> str:
    """The mark of a verdict, its upper left corner at ``x`` and ``y``."""
    return f'<path transform="translate({x:g} {y:g}) scale({size / 12:.3f})" d="{SHAPES[verdict]}" fill="{colour}"/>'


def scaled(path: str, across: float, down: float, *, x: float = 0, y: float = 0) -> str:
    """A path of ``release.charts`` stretched and moved; unlike a transform, that leaves its strokes alone."""
    return "".join(_scaled_steps(path, across, down, x, y))


def _scaled_steps(path: str, across: float, down: float, x: float, y: float) -> Iterator[str]:
    for letter, numbers in _STEP.findall(path):
        values = [float(number) for number in _NUMBER.findall(numbers)]
        left, top = (x, y) if letter.isupper() else (0.0, 0.0)
        if letter in "Hh":
            moved = [value * across + left for value in values]
        elif letter in "Vv":
            moved = [value * down + top for value in values]
        else:
            moved = [v * down + top if odd % 2 else v * across + left for odd, v in enumerate(values)]
        yield letter + " ".join(f"{value:.1f}".removesuffix(".0") for value in moved)


def stroke(path: str, colour: str, width: float, more: str = "") -> str:
    """A line in a drawing; nothing for a path without steps."""
    if not path:
        return ""
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}" {more}/>'


def box(x: float, y: float, width: float, height: float, colour: str) -> str:
    """A filled rectangle."""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{colour}"/>'


def png(svg: str, width: int) -> bytes:
    """A drawing as a picture so many pixels wide, drawn with our fonts and no others."""
    from PIL import Image  # with what it brings, a tenth of a second that only those who draw should pay
    from resvg_py import svg_to_bytes

    drawn = svg_to_bytes(
        svg_string=svg,
        width=width,
        skip_system_fonts=True,
        font_files=[str(FONTS / face.file) for face in FACES],
        serif_family="Barograph Reading",
        sans_serif_family="Barograph Label",
    )
    written = BytesIO()
    with Image.open(BytesIO(bytes(drawn))) as picture:
        few = picture.convert("RGB").quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(written, "PNG", compress_level=6)  # the highest takes six times as long for a tenth less
    return written.getvalue()

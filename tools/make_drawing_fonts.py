"""Makes the fonts of cards, of charts as pictures and of PDF copies, out of the fonts of the public pages.

    pip install fonttools brotli
    python tools/make_drawing_fonts.py

What draws them (resvg) reads neither ``woff2`` nor faces that are cut into scripts. So each face is joined again into
one ``ttf`` file, at one weight. It gets a name of our own, as the licence asks of a font that was changed. Only
somebody who changes the fonts needs this; what it writes is kept in the repository. See
docs/decisions/0014-typefaces.md.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

STATIC = Path(__file__).parents[1] / "src" / "barograph" / "static" / "release"
SOURCE, TARGET = STATIC / "fonts", STATIC / "drawing_fonts"
SCRIPTS = ("latin", "latin-ext", "cyrillic")
FAMILY, STYLE, UNIQUE, FULL, POSTSCRIPT = 1, 2, 3, 4, 6
"""Entries of a font's table of names."""
OTHER_NAMES = (16, 17, 21, 22, 25)

FACES: dict[str, tuple[str, str, dict[str, float]]] = {
    "reading": ("serif", "Barograph Reading", {"wght": 460, "opsz": 36}),
    "label": ("sans", "Barograph Label", {"wght": 400}),
    "label-bold": ("sans", "Barograph Label", {"wght": 600}),
    "text": ("serif", "Barograph Text", {"wght": 400, "opsz": 14}),
    "text-bold": ("serif", "Barograph Text", {"wght": 600, "opsz": 14}),
    "text-italic": ("serif-italic", "Barograph Italic", {}),
}


def still(face: str, script: str, place: dict[str, float], folder: Path) -> str:
    """One script of a face at one place of its axes, as a file in ``folder``."""
    buffer = BytesIO()
    source = TTFont(SOURCE / f"{face}-{script}.woff2")
    (instantiateVariableFont(source, place) if place else source).save(buffer)
    font = TTFont(buffer)
    font.flavor = None
    del font["STAT"]  # it tells of axes that are no more
    path = folder / f"{face}-{script}.ttf"
    font.save(path)
    return str(path)


def rename(font: TTFont, family: str, *, bold: bool) -> None:
    """Give the font our name, and keep whose it is and under which licence."""
    names, style = font["name"], "Bold" if bold else "Regular"
    for entry in OTHER_NAMES:
        names.removeNames(nameID=entry)
    new = {FAMILY: family, STYLE: style, UNIQUE: f"{family} {style}", FULL: f"{family} {style}"}
    for entry, words in {**new, POSTSCRIPT: f"{family} {style}".replace(" ", "-")}.items():
        names.removeNames(nameID=entry)
        names.setName(words, entry, 3, 1, 0x409)
    font["OS/2"].usWeightClass = 600 if bold else 400


def main() -> None:
    """Write every face, and say how large each came out."""
    TARGET.mkdir(exist_ok=True)
    for name, (face, family, place) in FACES.items():
        with TemporaryDirectory() as folder:
            merged = Merger().merge([still(face, script, place, Path(folder)) for script in SCRIPTS])
        rename(merged, family, bold=name.endswith("bold"))
        target = TARGET / f"{name}.ttf"
        merged.save(target)
        print(f"{target.name}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()

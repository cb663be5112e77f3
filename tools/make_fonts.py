"""Makes the fonts of the public pages: one file for each face and script, cut to what the languages need.

    npm pack @fontsource-variable/source-serif-4 @fontsource-variable/source-sans-3
    (unpack both into FOLDER/serif and FOLDER/sans)
    pip install fonttools brotli
    python tools/make_fonts.py FOLDER

Only somebody who changes the fonts needs this; what it writes is kept in the repository. Why these fonts
and these cuts: docs/decisions/0014-typefaces.md.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

TARGET = Path(__file__).parents[1] / "src" / "barograph" / "static" / "release" / "fonts"

LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x100), 0x152, 0x153, 0x2BC]
LATIN += [0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E, 0x2026, 0x2039, 0x203A]
LATIN += [0x2009, 0x202F, 0x2011, 0x2032, 0x2033, 0x20AC, 0x2212, 0x2022]
LATIN_MORE = [*range(0x100, 0x180), 0x218, 0x219, 0x21A, 0x21B]
CYRILLIC = [0x301, *range(0x400, 0x460), 0x490, 0x491, 0x2116]
SCRIPTS = {"latin": LATIN, "latin-ext": LATIN_MORE, "cyrillic": CYRILLIC}

FACES: dict[str, tuple[str, dict[str, tuple[float, float] | float]]] = {
    "serif": ("serif/package/files/source-serif-4-{script}-opsz-normal.woff2", {"wght": (400, 650), "opsz": (14, 60)}),
    "serif-italic": ("serif/package/files/source-serif-4-{script}-opsz-italic.woff2", {"wght": 400, "opsz": 18}),
    "sans": ("sans/package/files/source-sans-3-{script}-wght-normal.woff2", {"wght": (400, 600)}),
}


def cut(source: Path, letters: list[int], limits: dict[str, tuple[float, float] | float]) -> TTFont:
    """The font with these letters and these parts of its axes only."""
    buffer = BytesIO()
    instantiateVariableFont(TTFont(source), limits).save(buffer)
    font = TTFont(buffer)  # read again: glyphs that no longer vary have left the tables that the subsetter walks
    options = Options()
    options.layout_features = ["ccmp", "kern", "liga", "locl", "mark", "mkmk", "tnum", "pnum"]
    options.flavor = "woff2"
    options.hinting = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    font.flavor = "woff2"
    return font


def main(folder: Path) -> None:
    """Write every face in every script, and say how large each came out."""
    for face, (pattern, limits) in FACES.items():
        for script, letters in SCRIPTS.items():
            target = TARGET / f"{face}-{script}.woff2"
            cut(folder / pattern.format(script=script), letters, limits).save(target)
            print(f"{target.name}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

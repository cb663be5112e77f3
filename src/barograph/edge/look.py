"""What the pages of the edge look like: the stylesheet, the fonts and the icon of the public pages, held in memory."""

from __future__ import annotations

from http import HTTPStatus
from importlib.resources import files
from pathlib import Path

from barograph.base.site import SiteSettings
from barograph.edge.answers import Answer

STATIC = Path(str(files("barograph"))) / "static"
STYLES = ("release/type.css", "release/page.css", "edge/edge.css")
"""The parts of the stylesheet, in their order: the public pages' own, and what forms need besides."""
STYLE = "style.css"
KINDS = {".woff2": "font/woff2", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8"}
KEPT_FOR_AN_HOUR = ("Cache-Control", "private, max-age=3600")
"""Long enough for a reader's way through the forms; a browser's store tells for no longer that somebody took it."""


def files_of_the_look(site: SiteSettings) -> dict[str, Answer]:
    """The answer to each address of a file, below the edge's own."""
    found = {STYLE: _answer(stylesheet(site), "text/css; charset=utf-8")}
    for folder in ("fonts", "icons"):
        for path in sorted((STATIC / "release" / folder).iterdir()):
            found[path.name] = _answer(path.read_bytes(), KINDS[path.suffix])
    return found


def stylesheet(site: SiteSettings) -> bytes:
    """The stylesheet, with two colours of the site's verdicts: the better one for focus, the worse one for mistakes."""
    better, worse = site.verdicts.better, site.verdicts.worse
    light = f":root {{ --better: {better.light}; --worse: {worse.light}; }}\n"
    dark = f"@media (prefers-color-scheme: dark) {{ :root {{ --better: {better.dark}; --worse: {worse.dark}; }} }}\n"
    parts = [(STATIC / name).read_text(encoding="utf-8") for name in STYLES]
    return (light + dark + "".join(parts)).encode()


def _answer(content: bytes, kind: str) -> Answer:
    return Answer(HTTPStatus.OK, content, kind, (KEPT_FOR_AN_HOUR,))

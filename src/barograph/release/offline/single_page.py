"""The copy that is one HTML file: readable in any browser, from a folder or a stick, without any connection."""

from __future__ import annotations

import base64
import hashlib
import re

from jinja2 import Environment
from markupsafe import Markup

from barograph.release.offline.book import Book, PictureReader
from barograph.release.offline.pages import rendered
from barograph.release.offline.pictures import media_type

POLICY = "default-src 'none'; style-src 'sha256-{style}'; img-src data:; form-action 'none'; base-uri 'none'"
"""What the file may do: show itself. The one style in it is known by its hash, so that nothing can add another."""


def make(book: Book, pictures: PictureReader, environment: Environment) -> bytes:
    """The file. A discreet book has neither pictures nor links in it."""
    style = re.sub(r"\n\s*", "\n", rendered(environment, "screen.css", book)).strip()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    html = rendered(
        environment,
        "single_page.html",
        book,
        style=Markup(style),
        policy=POLICY.format(style=digest),
        picture_addresses={picture.name: _inline(pictures(picture.name)) for picture in book.pictures},
    )
    return html.encode()


def _inline(content: bytes) -> str:
    """A picture as an address that holds it (RFC 2397)."""
    return f"data:{media_type(content)};base64,{base64.b64encode(content).decode()}"

"""Templates into bytes: the Jinja2 environment, the stylesheet, and what every page has around it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from barograph.base.site import VERDICTS, SiteSettings
from barograph.release import addresses, quick_code
from barograph.release.kept_code import KeptCode
from barograph.release.quick_code import TEMPLATES

STATIC = TEMPLATES.parent / "static" / "release"
STYLES = ("type", "page", "home", "text", "lists", "charts", "data", "copies", "print")
"""The parts of the stylesheet, in their order."""
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'"
"""What a page may load: nothing from anybody else, and no script. A server should add ``frame-ancestors 'none'``."""
FOLDER_IN_BODY = re.compile(r'(<a [^>]*href="/(?:[^"?#]*/)?)"')
"""A link to a page of ours, as it is written in the newsroom; ``addresses.link`` says why its file is named."""
PICTURE_IN_BODY = re.compile(r"/pictures/([\w.-]+)")


def environment(bytecode_cache: Path | None = None, own_templates: Path | None = None) -> Environment:
    """The environment of the public pages.

    ``bytecode_cache`` is a folder for compiled templates; ``own_templates`` a folder of a site's own, which
    go before ours. A name that a template does not know is an error, not an empty string.
    """
    folders = [str(folder) for folder in (own_templates, TEMPLATES / "release", TEMPLATES) if folder]
    made = quick_code.PageEnvironment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        bytecode_cache=KeptCode(bytecode_cache) if bytecode_cache else None,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["link"] = addresses.link
    made.globals["addresses"] = addresses
    return made


def in_language(environment: Environment, words: dict[str, Any]) -> Environment:
    """The environment with the words of one language as names that every template knows."""
    made = environment.overlay()
    made.globals = {**environment.globals, **words}
    return made


def mark(verdict: str) -> Markup:
    """The drawn mark of a verdict; the word has to stand beside it."""
    return Markup('<svg class="mark {0}" aria-hidden="true"><use href="#{0}"/></svg>').format(verdict)


def named_mark(verdict: str, word: str) -> Markup:
    """The drawn mark of a verdict where there is no room for the word: it is read aloud."""
    return Markup('<svg class="mark {0}" role="img" aria-label="{1}"><use href="#{0}"/></svg>').format(verdict, word)


def label(verdict: str, word: str) -> Markup:
    """A verdict as readers see it: mark, word and colour."""
    return Markup('<span class="verdict {0}">{1}{2}</span>').format(verdict, mark(verdict), word)


def no_label(words: str) -> Markup:
    """What stands in the place of a verdict where none was given."""
    return Markup('<span class="verdict none">{}</span>').format(words)


def stylesheet(site: SiteSettings) -> bytes:
    """The stylesheet in one file, with the colours of the site's verdicts."""
    light = "".join(f"--{verdict}:{site.verdicts[verdict].light};" for verdict in VERDICTS)
    dark = "".join(f"--{verdict}:{site.verdicts[verdict].dark};" for verdict in VERDICTS)
    dark_paper, on_paper = "@media (prefers-color-scheme: dark)", "@media print"
    colours = f":root{{{light}}}\n{dark_paper} {{:root{{{dark}}}}}\n{on_paper} {{:root{{{light}}}}}\n"
    styles = [*STYLES, "invitation"] if site.newsletter.open else STYLES
    parts = [(STATIC / f"{name}.css").read_text(encoding="utf-8") for name in styles]
    return (colours + "".join(parts)).encode()


def stylesheet_address(stylesheet: bytes) -> str:
    """The address of the stylesheet; another stylesheet has another, so that no reader sees an old one."""
    return f"assets/style-{hashlib.sha256(stylesheet).hexdigest()[:8]}.css"


def assets(stylesheet: bytes) -> Iterator[tuple[str, bytes]]:
    """The stylesheet, the fonts with their licences and the icon."""
    yield stylesheet_address(stylesheet), stylesheet
    for folder in ("fonts", "icons"):
        for path in sorted((STATIC / folder).iterdir()):
            yield f"assets/{path.name}", path.read_bytes()


def relative(html: str, way_up: str) -> Markup:
    """HTML of a body, whose links and pictures start at the root of the site, for a page that lies deeper.

    With a whole address in place of the way up it is for readers elsewhere, and links stay as the newsroom wrote them.
    """
    if "=" not in html or '="/' not in html:  # most bodies have no attributes, and one character is quickly sought
        return Markup(html)
    root = escape(way_up)
    if "://" not in way_up:
        html = FOLDER_IN_BODY.sub(r'\1index.html"', html)
    html = html.replace('href="/', f'href="{root}').replace('src="/', f'src="{root}')
    return Markup(html.replace(" /pictures/", f" {root}pictures/").replace('srcset="/', f'srcset="{root}'))

"""The heat strip as one small page without script or other files, for a frame on somebody else's site."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from html import escape

from jinja2 import Environment
from markupsafe import Markup

from barograph.base.period import Period
from barograph.base.site import VERDICTS, SiteSettings
from barograph.release import addresses, charts, figures, render
from barograph.release.figures import Figure
from barograph.release.history import History
from barograph.release.wording import Wording

PAGE_TO_ROOT = "../../"
"""The way from ``charts/LANGUAGE/`` to the root."""
TALLEST_ROW, AROUND = 60, 170
"""Pixels of a section on a narrow screen, and of all that stands around the sections."""


def embedded_strip(figure: Figure, newest: Period, wording: Wording) -> bytes:
    """The page: its style stands in it, and its own policy allows that style and nothing else."""
    style = _style(wording.site)
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    _earlier, later = charts.last_year(newest).halves()
    html = (
        _environment()
        .get_template("embedded_strip.html")
        .render(
            figure=figure,
            later_period=wording.period(Period(later.start, later.end)),
            home=addresses.link(PAGE_TO_ROOT, addresses.home(wording.language)),
            language=wording.language,
            policy=f"default-src 'none'; style-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'",
            style=Markup(style),
            verdicts=VERDICTS,
            wording=wording,
        )
    )
    return html.encode()


@cache
def _environment() -> Environment:
    return render.environment()


def _style(site: SiteSettings) -> str:
    light = "".join(f"--{verdict}:{site.verdicts[verdict].light};" for verdict in VERDICTS)
    dark = "".join(f"--{verdict}:{site.verdicts[verdict].dark};" for verdict in VERDICTS)
    colours = f":root{{{light}}}\n@media (prefers-color-scheme: dark) {{:root{{{dark}}}}}\n"
    return colours + (render.STATIC / "embedded_strip.css").read_text(encoding="utf-8")


def embed_code(history: History, wording: Wording, page: str) -> str:
    """What somebody pastes into a page of theirs to show the heat strip at the address ``page`` of the release.

    The height is that of a narrow screen: a frame without script cannot grow with what is in it.
    """
    sections = figures.judged_sections(history, wording.site)
    height = AROUND + TALLEST_ROW * len(sections)
    return (
        f'<iframe src="{escape(addresses.absolute(wording.site.address, page))}" title="{escape(wording.title)}" '
        f'width="100%" height="{height}" style="border: 0" loading="lazy"></iframe>'
    )

"""The pages of the edge, out of templates that are read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from barograph.base.catalogues import translations
from barograph.base.site import SiteSettings
from barograph.edge.answers import POLICY
from barograph.edge.unsubscribe_address import unsubscribe_address

TEMPLATES = Path(str(files("barograph"))) / "templates" / "edge"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands: its language, what follows that in its address, and the way up to the edge's own."""

    language: str
    rest: str = ""
    way_up: str = "../"


@cache
def read_templates() -> dict[str, Template]:
    """All templates, by their names without the ending."""
    environment = Environment(
        loader=FileSystemLoader(str(TEMPLATES)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    return {name.removesuffix(".html"): environment.get_template(name) for name in environment.list_templates()}


class Pages:
    """Makes the pages of a site."""

    def __init__(self, site: SiteSettings) -> None:
        self._templates = read_templates()
        sections = [section for section in site.sections if not section.retired]
        self._everywhere = {
            "site": site,
            "csp": POLICY,
            "address": site.address.rstrip("/"),
            "unsubscribe_address": unsubscribe_address(site),
        }
        self.words: dict[str, dict[str, Any]] = {}
        for code in site.language_codes:
            translated = translations(site, code)
            self.words[code] = {
                "_": translated.gettext,
                "language": code,
                "title": site.words(site.title, code),
                "sections": {section.key: site.words(section.name, code) for section in sections},
            }

    def render(self, template: str, place: Place, **values: Any) -> bytes:
        """A page in the language of its place. A name that a template does not know is an error."""
        words = self.words[place.language]
        return self._templates[template].render(self._everywhere | words | {"place": place} | values).encode()

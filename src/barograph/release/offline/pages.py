"""What the three forms that are made of templates have in common."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment

from barograph.release.drawn import SHAPES
from barograph.release.offline.book import Book
from barograph.release.offline.markup import web_address


def rendered(environment: Environment, template: str, book: Book, **values: Any) -> str:
    """A template of offline copies, filled in."""
    defaults = {"drawn": True, "xml": False, "picture_addresses": {}}
    return environment.get_template(f"offline/{template}").render(
        {**defaults, **values}, book=book, labels=book.labels, shapes=SHAPES, web_address=web_address
    )

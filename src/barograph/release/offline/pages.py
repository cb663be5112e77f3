"""What the three forms that are made of templates have in common."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment

from barograph.release.offline.book import Book
from barograph.release.offline.markup import web_address

SHAPES = {"better": "M6 1 11.8 11H.2z", "unchanged": "M1.6 1.6h8.8v8.8H1.6z", "worse": "M.2 1h11.6L6 11z"}
"""The outlines of the marks in a square of 12 by 12, as on the pages."""


def rendered(environment: Environment, template: str, book: Book, **values: Any) -> str:
    """A template of offline copies, filled in."""
    defaults = {"drawn": True, "xml": False, "picture_addresses": {}}
    return environment.get_template(f"offline/{template}").render(
        {**defaults, **values}, book=book, labels=book.labels, shapes=SHAPES, web_address=web_address
    )

"""Showing a draft as the public page it will be."""

from barograph.editions.models import TranslatedText


def render_draft(text: TranslatedText) -> bytes:
    """The public page of a text, as its newest draft has it."""
    return str(text).encode()

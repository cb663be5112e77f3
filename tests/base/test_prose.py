"""Prose is kept the way the editor writes it."""

from __future__ import annotations

import pytest
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from barograph.base.blocks import PROSE_FEATURES
from barograph.base.prose import prose


@pytest.mark.parametrize(
    "html",
    [
        "<p>a <em>b</em> <strong>c</strong></p>",
        "<p>one<br>two<br />three</p>",
        '<p>“q” &amp; <a href="https://example.org/?a=1&amp;b=2" target="_blank">x</a></p>',
    ],
)
@pytest.mark.django_db
def test_the_editor_opens_it_and_changes_nothing(html: str) -> None:
    converter = ContentstateConverter(features=PROSE_FEATURES)
    saved = converter.to_database_format(converter.from_database_format(prose(html)))
    assert prose(saved) == prose(html)

"""The sample as it is written into a site."""

from __future__ import annotations

from barograph.config.sample_site import raw_block
from barograph.sample.read import load_sample


def test_prose_is_as_the_editor_writes_it_so_that_saving_it_again_changes_nothing() -> None:
    commentaries = [commentary for edition in load_sample().editions for commentary in edition.commentaries]
    blocks = [block for commentary in commentaries for words in commentary.texts.values() for block in words.body]
    raw = [raw_block(block, str(at)) for at, block in enumerate(blocks)]
    paragraphs = [block["value"] for block in raw if block["type"] == "paragraph"]
    items = [item["value"] for block in raw if block["type"] == "list" for item in block["value"]]
    assert paragraphs
    assert items
    assert [html for html in paragraphs + items if not (html.startswith("<p>") and html.endswith("</p>"))] == []

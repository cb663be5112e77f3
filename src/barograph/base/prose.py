"""What prose may hold besides its words, wherever it comes from: an editor, a translator's file, an old page."""

import nh3

TAGS = {"p", "b", "strong", "i", "em", "a", "br"}
LINK_SCHEMES = {"http", "https", "mailto"}


EDITORS_SPELLING = {"<strong>": "<b>", "</strong>": "</b>", "<em>": "<i>", "</em>": "</i>", "<br>": "<br/>"}
"""The editor writes emphasis like this whenever a text is saved, and cannot open one with another line break."""


def prose(html: str) -> str:
    """The HTML with nothing left in it but words, emphasis, paragraphs and links to the web or a mailbox."""
    return as_edited(nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes=LINK_SCHEMES, link_rel=None))


def as_edited(html: str) -> str:
    """The HTML with emphasis and line breaks as the editor writes them, so that saving it again changes nothing."""
    for theirs, ours in EDITORS_SPELLING.items():
        html = html.replace(theirs, ours)
    return html

"""What prose may hold besides its words, wherever it comes from: an editor, a translator's file, an old page."""

import nh3

TAGS = {"p", "b", "strong", "i", "em", "a", "br"}
LINK_SCHEMES = {"http", "https", "mailto"}


def prose(html: str) -> str:
    """The HTML with nothing left in it but words, emphasis, paragraphs and links to the web or a mailbox."""
    return nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes=LINK_SCHEMES, link_rel=None)

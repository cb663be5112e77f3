"""The HTML of a body as every copy can hold it: well-formed, without anything that is loaded or run."""

from __future__ import annotations

import re
from html import escape, unescape
from urllib.parse import quote, urlsplit

import nh3
from markupsafe import Markup

from barograph.release import render

_TAGS = {"p", "b", "i", "strong", "em", "br", "h2", "h3", "ul", "ol", "li", "blockquote", "footer"}
_LINKED = nh3.Cleaner(
    tags={*_TAGS, "a"}, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}, link_rel=None
)
_UNLINKED = nh3.Cleaner(tags=_TAGS, attributes={})
_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_MAILBOX = re.compile(r"mailto:[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)
_FORBIDDEN = dict.fromkeys(
    [*(set(range(0x20)) - {0x09, 0x0A, 0x0D}), *range(0x7F, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF]
)
_IN_AN_ADDRESS = "/:?#[]@!$&'()*+,;=-._~%"


def printable(words: str) -> str:
    """The words without the characters that XML 1.0 forbids or that a terminal would obey (section 2.2 there)."""
    return words.translate(_FORBIDDEN)


def body_markup(html: str, root: str, *, linked: bool) -> Markup:
    """The HTML of a body as XHTML. Its links lead to the site at ``root`` from anywhere, or are mere words.

    Its headings come two levels lower, below the headline.
    """
    cleaner = _LINKED if linked else _UNLINKED
    clean = cleaner.clean(render.relative(printable(html), root)).replace("<br>", "<br/>").replace("&nbsp;", "\xa0")
    for ours, lower in (("h3>", "h5>"), ("h2>", "h4>")):
        clean = clean.replace(ours, lower)
    return Markup(_LINK.sub(_checked_link, printable(clean)))


def _checked_link(link: re.Match[str]) -> str:
    address = unescape(link[1])
    address = address if _MAILBOX.fullmatch(address) else web_address(address)
    return f'<a href="{escape(address)}">{link[2]}</a>' if address else link[2]


def web_address(address: str) -> str:
    """An address in the letters that every program allows in one; empty where it is none."""
    try:
        parts = urlsplit(address)
        named = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return ""
    if not named or not re.fullmatch(r"[\w.-]+(:\d+)?", parts.netloc):
        return ""
    host = parts.netloc if parts.netloc.isascii() else _ascii_host(parts.netloc)
    rest = quote(
        re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", address[address.index(parts.netloc) + len(parts.netloc) :]),
        _IN_AN_ADDRESS,
    )
    return f"{parts.scheme}://{host}{rest}" if host else ""


def _ascii_host(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return ""

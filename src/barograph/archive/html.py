"""Turns a saved HTML page into lines: its main content, and apart from it all that stands around."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from urllib.parse import urlsplit

import nh3
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString

from barograph.archive.lines import Line, LineKind, read_lines
from barograph.archive.text import clean, decode, holds_direction_marks, tidy
from barograph.archive.values import Given, Origin, PageWarning, direction_marks

INLINE = {"a", "b", "strong", "i", "em"}
SCHEMES = {"http", "https", "mailto"}
_UNSEEN = ["script", "style", "template", "noscript", "svg", "math", "iframe", "object", "head", "select", "textarea"]
_AROUND = ["nav", "aside", "footer", "form", "dialog", "button"]
_PARTS = {
    "p", "div", "section", "article", "main", "header", "figure", "figcaption", "blockquote", "ul", "ol", "li", "dl",
    "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "hr", "pre",
    "address", "center", "body", "html", "details", "summary", "caption", *_AROUND,
}  # fmt: skip
_KINDS: dict[str, LineKind] = {
    "h1": "title", "h2": "heading", "h3": "heading", "h4": "heading", "h5": "heading", "h6": "heading",
    "li": "item", "figcaption": "caption", "caption": "caption",
}  # fmt: skip
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_ENCODINGS = re.compile(r"utf-?8|(windows-|cp)125\d|iso-8859-\d+|koi8-[ru]|mac-cyrillic|cp866", re.IGNORECASE)
"""Those that pages are written in; Python knows others that are no encodings of pages, and can do harm."""
_TAG = re.compile(r'<[^>"]*(?:"[^"]*"[^>"]*)*>')
"""Good enough for what nh3 has cleaned: it leaves no other “<” as it is."""
_DEEPEST = 300
"""No real page nests so deep; what does is read as its bare text."""


def read_html(data: bytes) -> tuple[list[Line], Given]:
    """The lines of a page's main content, and what its markup says. Torn markup is read as far as it goes."""
    text, doubt = _decode(data)
    warnings = [PageWarning("encoding", doubt)] if doubt else []
    if holds_direction_marks(text):
        warnings.append(direction_marks())
    if "<html" in text[:5000].lower() and "</html" not in text[-5000:].lower():
        warnings.append(PageWarning("torn-page", "The file ends before its markup does; something may be missing."))
    soup = BeautifulSoup(clean(text), "lxml")
    given = Given(language=_declared_language(soup), warnings=warnings, origin=_origin(soup))
    for unseen in soup.find_all(_UNSEEN):
        unseen.decompose()
    root = soup.body or soup
    if _is_too_deep(root):
        warnings.append(PageWarning("deep-markup", "The markup is nested too deep; only its bare text was read."))
        return read_lines(root.get_text("\n")), given
    around, main = _parted(root)
    given.set_aside = [line.raw for element in around for line in _lines(element, links_apart=True)]
    return _lines(main), given


def read_fragment(markup: str) -> list[Line]:
    """The lines of a piece of HTML that is all content, as an export holds it."""
    soup = BeautifulSoup(clean(markup), "lxml")
    for unseen in soup.find_all(_UNSEEN):
        unseen.decompose()
    root = soup.body or soup
    return read_lines(root.get_text("\n")) if _is_too_deep(root) else _lines(root)


def _decode(data: bytes) -> tuple[str, str]:
    """The text, by the encoding it declares where that works."""
    declared = _CHARSET.search(data[:4096])
    name = declared[1].decode("ascii", errors="replace") if declared else ""
    if _ENCODINGS.fullmatch(name) and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode(name), ""
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)


def _declared_language(soup: BeautifulSoup) -> str:
    lang = soup.html.get("lang") if soup.html else None
    return str(lang or "").replace("_", "-").split("-")[0].lower()


def _origin(soup: BeautifulSoup) -> Origin:
    """The page's own address, its day, and the links in its text."""
    canonical = soup.find("link", rel="canonical") or soup.find("meta", property="og:url")
    address = ""
    if isinstance(canonical, Tag):
        address = str(canonical.get("href") or canonical.get("content") or "")
    day = soup.find("meta", property="article:published_time") or soup.find("time", attrs={"datetime": True})
    stamp = str(day.get("content") or day.get("datetime") or "") if isinstance(day, Tag) else ""
    return Origin(address=address if is_web_address(address) else "", published_at=_moment(stamp))


def is_web_address(address: str) -> bool:
    """True for an address of the web that can be taken apart."""
    try:
        return urlsplit(address).scheme in {"http", "https"}
    except ValueError:
        return False


def _moment(stamp: str) -> datetime | None:
    try:
        return datetime.fromisoformat(stamp.strip()) if stamp else None
    except ValueError:
        return None


def _parted(root: Tag) -> tuple[list[Tag], Tag]:
    """What stands around the main content, and the main content alone."""
    main = _main(root)
    title = root.find("h1")
    # A head printed above the article still belongs to it: widen until the title is inside.
    while isinstance(title, Tag) and main is not root and title not in main.descendants and main.find("h1") is None:
        if not isinstance(main.parent, Tag) or title.find_parent(_AROUND):
            break
        main = main.parent
    around = [part for part in main.find_all(_AROUND) if not part.find_parent(_AROUND) and not part.find("h1")]
    for part in around:
        part.extract()
    if main is not root:
        main.extract()
        around.append(root)
    return around, main


def _main(root: Tag) -> Tag:
    """``article`` or ``main`` if there is one that holds most of such text, else the densest element."""
    named = list(root.find_all(["article", "main"]))
    if not named:
        named = list(root.find_all(None, attrs={"role": "main"}))
    if named:
        return _innermost(max(named, key=lambda part: len(part.get_text())))
    weights: dict[int, tuple[int, Tag]] = {}
    for paragraph in root.find_all(["p", "li", "blockquote"]):
        holder = paragraph.find_parent(["div", "section", "td", "body"])
        if isinstance(holder, Tag) and not paragraph.find_parent(_AROUND):
            weight, _ = weights.get(id(holder), (0, holder))
            weights[id(holder)] = (weight + len(paragraph.get_text()), holder)
    if not weights:
        return root
    return max(weights.values(), key=lambda pair: pair[0])[1]


def _innermost(part: Tag) -> Tag:
    """The article in ``part`` that holds more than half of its words, or ``part`` itself."""
    for inner in part.find_all("article"):
        if 2 * len(inner.get_text()) > len(part.get_text()):
            return _innermost(inner)
    return part


def _is_too_deep(root: Tag) -> bool:
    """Whether elements nest so deep that walking down them would exhaust the stack."""
    pending = [(root, 0)]
    while pending:
        element, depth = pending.pop()
        if depth > _DEEPEST:
            return True
        pending += [(child, depth + 1) for child in element.children if isinstance(child, Tag)]
    return False


class _Writer:
    """Collects lines while the tree is walked; a part of the page is a block of its own."""

    def __init__(self, *, links_apart: bool = False) -> None:
        self.links_apart = links_apart
        self.lines: list[Line] = []
        self.pieces: list[str] = []
        self.block = 0
        self.kind: LineKind = "text"

    def close(self) -> None:
        """End the line that is being collected."""
        markup = "".join(self.pieces)
        self.pieces.clear()
        for piece in markup.split("<br>"):
            html, text = _cleaned(piece)
            if not text:
                continue
            if self.kind in {"text", "title"}:
                self.lines += _with_bullet(text, html, self.block, self.kind)
            else:
                self.lines.append(Line(text, text, self.block, self.kind, html if "<" in html else ""))
        self.block += 1


def _with_bullet(text: str, html: str, block: int, kind: LineKind) -> Iterator[Line]:
    for line in read_lines(text):
        is_plain = "<" not in html
        if line.kind == "item" and is_plain:
            yield Line(line.text, line.raw, block, "item", mark=line.mark)
        else:
            yield Line(text, text, block, kind, "" if is_plain else html)


def _cleaned(markup: str) -> tuple[str, str]:
    """Markup with nothing but links and emphasis in it, and its words alone."""
    if "<" not in markup:
        return tidy(markup), tidy(unescape(markup))
    html = tidy(nh3.clean(markup, tags=INLINE, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel=None))
    return html, tidy(unescape(_TAG.sub("", html)))


def _lines(element: Tag, *, links_apart: bool = False) -> list[Line]:
    """The lines of an element; in a menu each link is one of its own."""
    writer = _Writer(links_apart=links_apart)
    _walk(element, writer)
    writer.close()
    return writer.lines


def _walk(element: Tag, writer: _Writer) -> None:
    for child in element.children:
        if isinstance(child, NavigableString):
            if not isinstance(child, PreformattedString):
                writer.pieces.append(child.output_ready("minimal"))
        elif isinstance(child, Tag):
            _walk_tag(child, writer)


def _walk_tag(tag: Tag, writer: _Writer) -> None:
    name = tag.name
    if name == "br":
        writer.pieces.append("<br>")
    elif name in _PARTS or (name == "a" and writer.links_apart):
        writer.close()
        kind, writer.kind = writer.kind, _KINDS.get(name, "text" if name in {"ul", "ol", "blockquote"} else writer.kind)
        _walk(tag, writer)
        writer.close()
        writer.kind = kind
    elif name in INLINE:
        href = str(tag.get("href") or "") if name == "a" else ""
        writer.pieces.append(f'<a href="{_attribute(href)}">' if name == "a" else f"<{name}>")
        _walk(tag, writer)
        writer.pieces.append(f"</{name}>")
    else:
        _walk(tag, writer)


def links_in(html: str) -> list[tuple[str, str]]:
    """The words and addresses of the links in a line's ``html``."""
    links = BeautifulSoup(html, "lxml").find_all("a", href=True) if "<a " in html else []
    return [(tidy(link.get_text()), str(link["href"])) for link in links]


def _attribute(value: str) -> str:
    return value.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")

"""The plain part of a mail: written for reading in a column, with headlines underlined and addresses after the text."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from html import unescape

from barograph.release import addresses
from barograph.release.history import Judgement, Place
from barograph.release.record import Source
from barograph.release.wording import Wording

WIDTH = 72
"""Characters of a line: what a mail program shows without folding it again, and quotes without breaking it."""
MARKS = {"better": "▲", "unchanged": "■", "worse": "▼"}
"""The marks of the pages as characters; the word stands beside each."""

_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_INDENT = re.compile(r" *(?:– |\d+\. )?")


class Notes:
    """The addresses of a text, which stand after it and are named in it by number."""

    def __init__(self) -> None:
        self.addresses: list[str] = []

    def named(self, words: str, address: str) -> str:
        """The words with the number of their address, unless they are the address."""
        address = address.removeprefix("mailto:")
        if not address or address in words:
            return words
        if address not in self.addresses:
            self.addresses.append(address)
        return f"{words} [{self.addresses.index(address) + 1}]"

    def __str__(self) -> str:
        return "\n".join(f"[{number}] {address}" for number, address in enumerate(self.addresses, 1))


def head(title: str, period: str, remarks: Iterable[str]) -> str:
    """The publication's name, the period, and what readers should know first."""
    return _part([f"{title}\n{period}", *map(wrapped, remarks)])


def section(
    judgement: Judgement,
    standing: str,
    commentaries: Iterable[tuple[Place, str]],
    elsewhere: Iterable[Place],
    wording: Wording,
) -> str:
    """One section: the verdict in words, then each commentary, which comes with the cleaned HTML of its body."""
    name = wording.sections[judgement.assessment.section]
    if judgement.verdict:
        verdict = f"{MARKS[judgement.verdict]} {wording.sentences[judgement.verdict]}"
        lines = [verdict, judgement.assessment.reasons.get(wording.language, ""), standing]
    else:
        lines = [wording.gettext("No verdict was given")]
    paragraphs = [underlined(name, "="), *map(wrapped, lines)]
    for place, body_html in commentaries:
        paragraphs += _commentary(place, body_html, wording)
    for place in elsewhere:
        only = wording.gettext("Only in: %(language)s") % {"language": wording.language_name(place.text.language)}
        paragraphs.append(f"{wrapped(place.text.headline)}\n{wrapped(only)}\n{_full(place, wording)}")
    return _part(paragraphs)


def foot(ways: Iterable[tuple[str, str]], terms: Iterable[str]) -> str:
    """What ends a mail: where to go, each address on a line of its own, and what has to be said."""
    paragraphs = [*(f"{words}:\n{address}" for words, address in ways), *map(wrapped, terms)]
    return _part(paragraphs).rstrip("\n") + "\n"


def notice(words: str, address: str) -> str:
    """A sentence, and the address of a page."""
    return _part([wrapped(words), address])


def body(html: str, notes: Notes) -> str:
    """The cleaned HTML of a body as text: lists and quotations indented, links numbered."""
    numbered = _LINK.sub(lambda link: notes.named(link[2], unescape(link[1])), html)
    lines = (re.sub(r"^  \* ", "  – ", line.rstrip()) for line in _laid_out(numbered).splitlines())
    text = "\n".join(wrapped(line, " " * _indent(line)) for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def _laid_out(html: str) -> str:
    # Imported here, since it brings lxml: every command would wait for it, and only those that build need it.
    from inscriptis import get_text
    from inscriptis.css_profiles import CSS_PROFILES
    from inscriptis.html_properties import Display
    from inscriptis.model.config import ParserConfig
    from inscriptis.model.html_element import HtmlElement

    quotation = HtmlElement(tag="blockquote", display=Display.block, margin_before=1, margin_after=1, padding_inline=4)
    text: str = get_text(html, ParserConfig(css=CSS_PROFILES["strict"] | {"blockquote": quotation}))
    return text


def _indent(line: str) -> int:
    """Where the lines after the first of a paragraph or an item begin."""
    found = _INDENT.match(line)
    return len(found[0]) if found else 0


def wrapped(words: str, hanging: str = "") -> str:
    """The words in lines of at most ``WIDTH`` characters; an address is never broken."""
    if not words.strip(" "):
        return ""
    apart = words.split() or [""]
    indent = len(words) - len(words.lstrip(" "))
    if words[indent:] != " ".join(apart) or (indent and indent + len(apart[0]) > WIDTH):  # spaces that mean something
        return textwrap.fill(
            words, WIDTH, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False, tabsize=1
        )
    # The same in a tenth of the time, which is much of what the plain part takes.
    lines = []
    while len(words) > WIDTH:
        at = words.rfind(" ", indent, WIDTH + 1)
        if at < 0:  # a word that is longer than the line
            at = words.find(" ", indent)
            if at < 0:
                break
        lines.append(words[:at])
        words, indent = hanging + words[at + 1 :], len(hanging)
    return "\n".join([*lines, words])


def _commentary(place: Place, body_html: str, wording: Wording) -> list[str]:
    text, notes = place.text, Notes()
    paragraphs = [underlined(text.headline, "-"), wrapped(text.lead), body(body_html, notes), wrapped(text.summary)]
    paragraphs.append(wrapped(", ".join(text.authors)))
    if text.sources:
        paragraphs.append("\n".join([wording.gettext("Sources"), *(_source(found, notes) for found in text.sources)]))
    on_the_site = wording.gettext("On the site:")
    return [*paragraphs, f"{on_the_site}\n{_full(place, wording)}", str(notes)]


def _source(source: Source, notes: Notes) -> str:
    return wrapped(f"  – {notes.named(source.title, source.url)}", "    ")


def _full(place: Place, wording: Wording) -> str:
    return addresses.absolute(wording.site.address, place.address)


def underlined(words: str, line: str) -> str:
    """A heading with a line of this character below it, as long as the words."""
    lines = wrapped(words)
    return f"{lines}\n{line * max(map(len, lines.splitlines()), default=0)}"


def _part(paragraphs: Iterable[str]) -> str:
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n\n\n"

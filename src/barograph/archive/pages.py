"""Reads one saved page, as text extraction or HTML, into plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from barograph.archive.body import read_prose
from barograph.archive.captions import split_caption
from barograph.archive.furniture import split_tail, split_unmarked_tail, tail_warnings
from barograph.archive.head import Head, read_head
from barograph.archive.html import links_in, read_html
from barograph.archive.languages import language_of, language_of_page
from barograph.archive.lines import Line, printed, read_lines
from barograph.archive.periods import read_date_line
from barograph.archive.text import clean, decode, holds_direction_marks
from barograph.archive.values import Block, Given, PageWarning, SavedPage, direction_marks
from barograph.archive.vocabulary import Vocabulary, vocabulary

HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
LARGEST = 20 * 1024 * 1024
"""A page of more bytes than this is not a page."""


def read_page(data: bytes, file: str, words: Vocabulary | None = None) -> SavedPage:
    """The page in ``data``. ``file`` is its name; its ending tells HTML from text. Never raises: it warns."""
    words = words or vocabulary()
    if len(data) > LARGEST:
        return too_large(file, len(data))
    digest = sha256(data).hexdigest()
    if Path(file).suffix.lower() in HTML_SUFFIXES:
        lines, given = read_html(data)
    else:
        text, doubt = decode(data)
        given = Given(warnings=_text_warnings(text, doubt))
        lines = read_lines(clean(text))
    given.origin = replace(given.origin, digest=digest)
    return assemble(lines, file, words, given)


def too_large(file: str, size: int) -> SavedPage:
    """What is said of a file that is too large to be a page, instead of reading it."""
    message = f"The file has {size:,} bytes, more than the {LARGEST:,} a page may have; it was not read."
    return SavedPage(file, warnings=(PageWarning("too-large", message),))


def assemble(lines: Sequence[Line], file: str, words: Vocabulary, given: Given) -> SavedPage:
    """A page out of its lines and what else is known of it."""
    if not lines:
        nothing = PageWarning("empty", "There is no text on this page.")
        return SavedPage(
            file, furniture=tuple(given.set_aside), warnings=(*given.warnings, nothing), origin=given.origin
        )
    own, tail = split_tail(lines, words)
    head = read_head(own, words)
    caption, rest, caption_warnings = _caption(head, words)
    rest, unmarked = split_unmarked_tail(rest, words)
    rest, stamps = _without_last_stamps(rest, words)
    prose = read_prose(rest, words)
    language = language_of_page(
        prose=_texts(prose.lead, prose.body, prose.summary),
        headline=head.headline,
        declared=given.language,
        chrome=" ".join(head.set_aside),
    )
    warnings = (*given.warnings, *head.warnings, *caption_warnings, *tail_warnings(tail, words))
    return SavedPage(
        file=file,
        language=language,
        period_start=head.period.start if head.period else None,
        period_end=head.period.end if head.period else None,
        section=head.section,
        verdict=head.verdict,
        headline=head.headline,
        lead=prose.lead,
        body=prose.body,
        summary=prose.summary,
        caption=" ".join(line.text for line in caption),
        furniture=(*head.set_aside, *prose.set_aside, *printed([*stamps, *unmarked, *tail]), *given.set_aside),
        warnings=(*warnings, *tail_warnings(unmarked, words), *_missing(head, prose.lead, prose.body, language)),
        origin=replace(
            given.origin,
            authors=(*given.origin.authors, *head.authors),
            links=tuple(link for html in prose.html for link in links_in(html)),
        ),
    )


def _caption(head: Head, words: Vocabulary) -> tuple[list[Line], list[Line], list[PageWarning]]:
    """The caption, wherever in the head it stands, all prose, and what is doubtful."""
    above, prose, warnings = split_caption(head.between, words, headline=head.headline, head_block=head.between_block)
    below, rest, more = split_caption(head.rest, words, headline=head.headline, head_block=head.last_block)
    return [*above, *below], [*prose, *rest], [*warnings, *more]


def _text_warnings(text: str, doubt: str) -> list[PageWarning]:
    warnings = [PageWarning("encoding", doubt)] if doubt else []
    if holds_direction_marks(text):
        warnings.append(direction_marks())
    return warnings


def _without_last_stamps(lines: Sequence[Line], words: Vocabulary) -> tuple[list[Line], list[Line]]:
    """The prose, and the dates that close it: the day of publishing, not a sentence."""
    end = len(lines)
    while end > 1 and read_date_line(lines[end - 1].text, words):
        end -= 1
    return list(lines[:end]), list(lines[end:])


def _texts(lead: str, body: Sequence[Block], summary: str) -> list[str]:
    return [lead, *(text for block in body for text in (block.text, *block.items)), summary]


def _missing(head: Head, lead: str, body: Sequence[Block], language: str | None) -> list[PageWarning]:
    """One warning for each thing that a page of this kind has and this one lacks."""
    warnings = []
    if head.section is None:
        warnings.append(PageWarning("no-section", "The page names no section."))
    if head.verdict is None and not any("verdict" in warning.code for warning in head.warnings):
        warnings.append(PageWarning("no-verdict", "The page states no verdict."))
    if not head.headline:
        warnings.append(PageWarning("no-headline", "No line of the page is plainly its headline."))
    if not lead:
        warnings.append(PageWarning("no-lead", "The page has no paragraph that could be its lead."))
    if language is None:
        warnings.append(PageWarning("no-language", "The text does not tell which language it is in."))
    elif head.headline and lead and _disagree(head.headline, lead, body):
        warnings.append(PageWarning("two-languages", "The headline and the text seem to be in different languages."))
    return warnings


def _disagree(headline: str, lead: str, body: Sequence[Block]) -> bool:
    text = " ".join(part for part in _texts(lead, body, "") if not part.startswith("["))
    first, second = language_of(headline), language_of(text)
    return len(text) > 200 and first is not None and second is not None and first != second

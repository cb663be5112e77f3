"""Which language a text is written in, told by its letters and its commonest words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache

from barograph.archive.vocabulary import vocabulary

ENOUGH = 3000
"""So many letters tell a language; more take time."""
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_PLACEHOLDER = re.compile(r"\[[^\]]*\]")


def language_of(text: str) -> str | None:
    """The code of the language that most of ``text`` is in, or ``None`` when it does not tell."""
    evidence = _evidence(text)
    ranked = evidence.most_common(2)
    if not ranked or ranked[0][1] == 0:
        return None
    if len(ranked) == 2 and ranked[0][1] == ranked[1][1]:
        return None
    return ranked[0][0]


def script_of(text: str) -> str | None:
    """``Cyrl`` or ``Latn``, whichever most letters are, or ``None`` without letters."""
    cyrillic, latin = len(_CYRILLIC.findall(text)), len(_LATIN.findall(text))
    if not cyrillic and not latin:
        return None
    return "Cyrl" if cyrillic > latin else "Latn"


def language_of_page(*, prose: Iterable[str], headline: str, declared: str, chrome: str = "") -> str | None:
    """The language of a page's prose; of its headline, or else as declared, where there is none to go by.

    Placeholders in square brackets are an archivist's own words and count late; the page's ``chrome`` counts last,
    and only if it is in the same script.
    """
    paragraphs = list(prose)
    own_words = " ".join(paragraph for paragraph in paragraphs if not is_placeholder(paragraph))
    placeholders = " ".join(paragraph for paragraph in paragraphs if is_placeholder(paragraph))
    if len(own_words) < 200:
        # A line or two may be a quotation or a list of names; the headline then has a say.
        own_words = f"{own_words} {headline}"
    found = language_of(own_words) or language_of(headline) or declared or language_of(placeholders)
    if not found and script_of(chrome) == script_of(own_words):
        found = language_of(chrome)
    return found or None


def is_placeholder(text: str) -> bool:
    """True for a text that is nothing but a remark in square brackets."""
    return bool(_PLACEHOLDER.fullmatch(text.strip()))


def _evidence(text: str) -> Counter[str]:
    """Points per language: one for a common word, one for a letter that its neighbours in the script lack."""
    tables = _tables()
    text = text[:ENOUGH]
    words = _WORD.findall(text.lower())
    counts = Counter(words)
    letters = Counter("".join(words))
    script = script_of(text)
    points: Counter[str] = Counter()
    for code, (common, telling, own_script) in tables.items():
        if own_script != script:
            continue
        points[code] = sum(counts[word] for word in common) + sum(letters[letter] for letter in telling)
    # “і” is Ukrainian too: only letters that Belarusian lacks can tell the two apart.
    if points["uk"] and sum(letters[letter] for letter in "їєґщ") and not letters["ў"]:
        points["uk"] += points["be"]
    return +points


@cache
def _tables() -> Mapping[str, tuple[tuple[str, ...], str, str]]:
    tables: dict[str, tuple[tuple[str, ...], str, str]] = {}
    for code, table in vocabulary().words["languages"].items():
        common = tuple(table["words"].split())
        tables[code] = (common, table["letters"], script_of(table["words"]) or "Latn")
    return tables

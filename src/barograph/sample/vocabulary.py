"""The words that the synthetic archive is put together from: one file a language, in ``words/``.

The lists of all languages are equally long and mean the same at the same place. So the same seed, walking through the
words of two languages, says the same in both, with the same numbers.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from barograph.sample.read import PACKAGE, SampleError

LANGUAGES = ("en", "be", "ru")
"""The languages there are words for, in the order in which they are taken."""
LISTS = {
    "words": ("who", "did", "where", "when", "why", "opener", "what"),
    "sentences": ("plain", "counted", "item", "headline", "heading", "quote", "by", "summary"),
    "reasons": ("better", "unchanged", "worse"),
    "people": ("authors", "sources"),
}
"""Tables of a vocabulary and the lists in them."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one language: names of a site and of its sections, and lists by their names."""

    language: str
    name: str
    title: str
    description: str
    publisher: str
    notice: str
    sections: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    spelling: tuple[tuple[str, str], ...]
    """What is spelt otherwise where words meet: patterns, and what is written instead."""


def load_vocabularies(count: int) -> tuple[Vocabulary, ...]:
    """The first ``count`` languages.

    Raises SampleError when there are words for fewer, or their lists are not equally long.
    """
    if not 1 <= count <= len(LANGUAGES):
        raise SampleError(
            f"there are words for 1 to {len(LANGUAGES)} languages ({', '.join(LANGUAGES)}), not for {count}; "
            "ask for fewer"
        )
    found = tuple(_load(language) for language in LANGUAGES[:count])
    first = found[0]
    for other in found[1:]:
        uneven = [name for name, words in first.lists.items() if len(words) != len(other.lists[name])]
        if uneven or list(first.sections) != list(other.sections):
            raise SampleError(
                f"words/{other.language}.toml: {', '.join(uneven) or 'sections'} must have as many entries "
                f"as in {first.language}.toml, with the same meaning at the same place"
            )
    return found


def _load(language: str) -> Vocabulary:
    text = files(PACKAGE).joinpath(f"words/{language}.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    lists = {name: tuple(table[part][name]) for part, names in LISTS.items() for name in names}
    names = {name: table[name] for name in ("name", "title", "description", "publisher", "notice")}
    spelling = tuple(table.get("spelling", {}).items())
    return Vocabulary(language=language, sections=table["sections"], lists=lists, spelling=spelling, **names)

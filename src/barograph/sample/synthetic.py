"""A large archive that nobody wrote: for benchmarks and load tests. Knows neither Django nor a database.

Everything follows from the number of an edition and the key of a section, so the same arguments give the same
record, and a longer archive begins with the shorter one. The languages of a commentary say the same, with the same
numbers, paragraph by paragraph.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random

from barograph.sample.read import (
    VERDICTS,
    SampleBlock,
    SampleCommentary,
    SampleEdition,
    SampleError,
    SampleSource,
    SampleText,
)
from barograph.sample.vocabulary import Vocabulary

FIRST_DAY = date(2016, 1, 4)
"""The first Monday of the archive."""
MOST_EDITIONS = 2600
"""Fifty years."""
DAYS_TO_PUBLISH = 2
KEEPS_VERDICT = 0.78
"""How often a verdict is the one of the week before: they run in streaks, as they do in life."""

_SLOTS = (("who", "who"), ("did", "did"), ("other", "who"), ("also", "did"), ("where", "where"), ("when", "when"))
_MORE_SLOTS = (("why", "why"), ("opener", "opener"), ("what", "what"))


class Archive:
    """The synthetic archive of some sections in some languages."""

    def __init__(self, vocabularies: Sequence[Vocabulary], sections: int, editions: int) -> None:
        """Raises SampleError for more sections or editions than there are."""
        names = list(vocabularies[0].sections)
        if not 1 <= sections <= len(names):
            raise SampleError(f"there are names for 1 to {len(names)} sections, not for {sections}; ask for fewer")
        if not 1 <= editions <= MOST_EDITIONS:
            raise SampleError(f"an archive has 1 to {MOST_EDITIONS} editions, not {editions}; ask for fewer")
        self.vocabularies = tuple(vocabularies)
        self.sections = tuple(names[:sections])
        self.editions = editions
        self.languages = tuple(words.language for words in vocabularies)
        self._verdicts = {section: verdicts(section, editions) for section in self.sections}

    def first_day(self, number: int) -> date:
        """The Monday on which the period of an edition begins; the first edition is number 0."""
        return FIRST_DAY + timedelta(weeks=number)

    def edition(self, number: int) -> SampleEdition:
        """One edition with all its commentaries."""
        start = self.first_day(number)
        end = start + timedelta(days=6)
        return SampleEdition(
            start=start,
            end=end,
            published=end + timedelta(days=DAYS_TO_PUBLISH),
            commentaries=tuple(self._commentary(number, section) for section in self.sections),
        )

    def _commentary(self, number: int, section: str) -> SampleCommentary:
        verdict = self._verdicts[section][number]
        seed = f"{section} {number}"
        address = _Writer(_chance(seed), self.vocabularies[0]).address(number)
        return SampleCommentary(
            file=seed,
            section=section,
            verdict=verdict,
            reason={words.language: _Writer(_chance(seed), words).reason(verdict) for words in self.vocabularies},
            texts={words.language: _Writer(_chance(seed), words).text(address, number) for words in self.vocabularies},
            picture=None,
        )


def site_settings(archive: Archive) -> str:
    """``barograph.toml`` for a site of this archive, but for what is its own: passphrase, address."""
    words = archive.vocabularies
    lines = [
        f"{name}.{one.language} = {json.dumps(getattr(one, name), ensure_ascii=False)}"
        for name in ("title", "description", "publisher", "notice")
        for one in words
    ]
    lines += ["[cadence]", "days = 7", f"anchor = {FIRST_DAY}"]
    for one in words:
        lines += ["[[languages]]", f'code = "{one.language}"', f'name = "{one.name}"']
    for section in archive.sections:
        lines += ["[[sections]]", f'key = "{section}"']
        lines += [f'name.{one.language} = "{one.sections[section]}"' for one in words]
    return "\n".join(lines) + "\n"


def verdicts(section: str, editions: int) -> list[str]:
    """The verdicts of a section, oldest first; fewer are the beginning of more."""
    random = _chance(f"verdicts of {section}")
    found: list[str] = []
    for _ in range(editions):
        if not found or random.random() > KEEPS_VERDICT:
            found.append(random.choice([verdict for verdict in VERDICTS if verdict != (found or [""])[-1]]))
        else:
            found.append(found[-1])
    return found


def _chance(seed: str) -> Random:
    """Chance that takes the same course whenever the seed is the same; nothing here is secret."""
    return Random(seed)  # noqa: S311


class _Writer:
    """Writes one commentary in one language. What it draws depends on the seed alone, never on the language."""

    def __init__(self, random: Random, words: Vocabulary) -> None:
        self.random = random
        self.lists = words.lists
        self.spelling = words.spelling
        self.headline = self._sentence("headline").removesuffix(".")

    def address(self, number: int) -> str:
        """The commentary's part of an address, out of an English headline; no other in its section has it."""
        return f"{self.headline.lower().replace(' ', '-')}-{number + 1}"

    def reason(self, verdict: str) -> str:
        """Why the verdict was given, in one line."""
        return self._sentence(verdict)

    def text(self, slug: str, number: int) -> SampleText:
        """The whole commentary, of about 600 words."""
        return SampleText(
            slug=slug,
            headline=self.headline,
            lead=f"{self._sentence('plain')} {self._sentence('plain')}",
            body=tuple(self._body()),
            summary=self._sentence("summary"),
            authors=tuple(self._some("authors", 1 + self.random.randrange(2))),
            sources=tuple(self._sources(number)),
        )

    def _body(self) -> list[SampleBlock]:
        blocks = [self._paragraph(3) for _ in range(3)]
        for heading in self._some("heading", 2):
            blocks.append(SampleBlock("heading", heading))
            blocks += [self._paragraph(4) for _ in range(2)]
            kind = self.random.randrange(3)
            if kind == 0:
                blocks.append(SampleBlock("list", items=tuple(self._sentence("item") for _ in range(3))))
            elif kind == 1:
                blocks.append(SampleBlock("quote", self._one("quote"), by=self._one("by")))
            blocks.append(self._paragraph(4))
        return blocks

    def _paragraph(self, sentences: int) -> SampleBlock:
        counted = self.random.randrange(sentences)
        kinds = ("counted" if at == counted else "plain" for at in range(sentences))
        return SampleBlock("paragraph", " ".join(self._sentence(kind) for kind in kinds))

    def _sources(self, number: int) -> list[SampleSource]:
        titles = self._some("sources", 2 + self.random.randrange(3))
        return [SampleSource(title, f"https://example.org/{number + 1}/{at}") for at, title in enumerate(titles, 1)]

    def _sentence(self, kind: str) -> str:
        """One sentence; every slot is drawn, whether the sentence has it or not, so that all languages stay in step."""
        pattern = self._one(kind)
        slots = {slot: self._one(name) for slot, name in _SLOTS + _MORE_SLOTS}
        sentence = pattern.format(**slots, **self._numbers())
        for found, written in self.spelling:
            sentence = re.sub(found, written, sentence)
        return sentence[0].upper() + sentence[1:]

    def _numbers(self) -> Mapping[str, int]:
        draw = self.random.random
        share = 12 + int(draw() * 50)
        return {
            "h": 30 + 10 * int(draw() * 60),
            "n": 5 + int(draw() * 15),
            "p": share,
            "q": share - 1 - int(draw() * 9),
        }

    def _one(self, name: str) -> str:
        words = self.lists[name]
        return words[int(self.random.random() * len(words))]

    def _some(self, name: str, count: int) -> list[str]:
        return self.random.sample(self.lists[name], count)

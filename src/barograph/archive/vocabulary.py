"""The words by which pages are understood: ``vocabulary.toml``, and what a site adds to it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Literal, cast

from babel import Locale

from barograph.archive.text import key, tidy, word_count
from barograph.archive.values import Verdict
from barograph.base.site import SiteSettings

Label = Literal["status", "section", "author"]
VERDICTS: tuple[Verdict, ...] = ("better", "unchanged", "worse")
LONGEST = 300
"""A longer line is prose: no marker, label or button has so many letters."""
SWITCH_LENGTH = 80
"""A line of links to a few languages is no longer than this."""
BOX_WORDS = 5
"""No more words than this stand in the heading of a box of other weeks."""


@dataclass(frozen=True)
class Vocabulary:
    """Everything a reader of pages knows beforehand. ``sections`` and ``verdicts`` are keyed by ``text.key``."""

    verdicts: Mapping[str, Verdict]
    verdict_words: Mapping[str, Verdict]
    months: Mapping[str, int]
    silent: frozenset[str]
    until: frozenset[str]
    published: frozenset[str]
    switch: frozenset[str]
    tail: tuple[str, ...]
    chrome: frozenset[str]
    words: Mapping[str, Any]
    sections: Mapping[str, str] = field(default_factory=dict)
    first_weekday: int = 0

    def verdict(self, line: str) -> Verdict | None:
        """The verdict that this line is, and nothing but it; a sign or figure may stand before it."""
        return self.verdicts.get(key(line)) or self.verdicts.get(key(line.lstrip("0123456789+-–−=±()[] ")))

    def opens_like_verdict(self, line: str) -> bool:
        """True for a short line about “the situation” whose wording is not known."""
        words = key(line)
        return word_count(words) <= 7 and any(words.startswith(start + " ") for start in self._subjects)

    def section(self, line: str) -> str | None:
        """The key of the site's section that this line names."""
        return self.sections.get(key(line))

    def is_switch(self, line: str) -> bool:
        """True for a line that is made of language links alone, such as “BE/RU”."""
        if len(line) > SWITCH_LENGTH:
            return False
        parts = [key(part) for part in re.split(r"[/|•·,]|\s{2,}|(?<=^\w\w)\s", tidy(line))]
        return any(parts) and all(part in self.switch for part in parts if part)

    def is_chrome(self, line: str) -> bool:
        """True for a line of buttons, wherever it stands, and for a pointer to another page."""
        if len(line) > LONGEST:
            return False
        words = re.sub(r"( \d+)+$", "", key(line))
        if words in self.chrome or self.is_switch(line):
            return True
        head, colon, rest = line.partition(":")
        return bool(colon and rest.strip()) and key(head) in self._pointers and word_count(rest) <= 25

    def opens_tail(self, line: str) -> bool:
        """True for a line after which nothing is the page's own."""
        if len(line) > LONGEST:
            return False
        words = key(line)
        if words in self._tail_lines:
            return True
        glued = self._glued.match(line.strip())
        return bool(glued) or self.heads_box(line)

    def heads_box(self, line: str) -> bool:
        """True for the heading of a box that shows other weeks."""
        words = key(line)
        return word_count(words) <= BOX_WORDS and any(words.startswith(start + " ") for start in self._boxes)

    def opens_blurb(self, line: str) -> bool:
        """True for a line of the tail that an advertisement for the newsletter follows."""
        words = key(line)
        return any(part in words for part in self.words["furniture"]["blurb"])

    def is_note(self, line: str) -> bool:
        """True for a note in square brackets that says the copy was shortened."""
        if not re.fullmatch(r"\W*\[[^\]]*\]\W*", line):
            return False
        words = key(line)
        return any(note in words for note in self.words["furniture"]["notes"])

    def credits_picture(self, line: str) -> bool:
        """True for a line with a picture's credit in it: “Photo: …”, “© …”, “[caption]”."""
        return bool(self._credit.search(line))

    def speaks_of_picture(self, line: str) -> bool:
        """True for a line with words that captions are full of and prose seldom needs."""
        words = f" {key(line)}"
        return any(f" {sign}" in words for sign in self._signs)

    def sums_up(self, text: str) -> bool:
        """True for a paragraph that says of itself that it closes the page."""
        return bool(self._summary.match(text))

    def heads_summary(self, text: str) -> bool:
        """True for a heading over a closing paragraph."""
        return key(text) in {key(opener) for opener in self.words["summary"]["openers"]}

    def label(self, line: str) -> tuple[Label, str] | None:
        """(``status``, ``section`` or ``author``; what follows) for a line that a known label opens."""
        head, colon, rest = line.partition(":")
        name = self._labels.get(key(head)) if colon else None
        return (name, rest.strip()) if name else None

    @cached_property
    def _labels(self) -> dict[str, Label]:
        return {key(word): name for name, words in self.words["labels"].items() for word in words}

    @cached_property
    def _subjects(self) -> tuple[str, ...]:
        return tuple(key(subject) for subject in self.words["verdicts"]["subjects"])

    @cached_property
    def _pointers(self) -> frozenset[str]:
        return frozenset(key(pointer) for pointer in self.words["furniture"]["pointers"])

    @cached_property
    def _boxes(self) -> tuple[str, ...]:
        return tuple(key(box) for box in self.words["furniture"]["boxes"])

    @cached_property
    def _signs(self) -> tuple[str, ...]:
        return tuple(key(sign) for sign in self.words["caption"]["signs"])

    @cached_property
    def _tail_lines(self) -> frozenset[str]:
        return frozenset(self.tail)

    @cached_property
    def _glued(self) -> re.Pattern[str]:
        """A marker or a button with the next line stuck to it, as text extraction leaves them: “Read moreNovember”."""
        names = [*self.words["furniture"]["tail"], "read more", "view all"]
        return re.compile("(?i:" + "|".join(map(_spaced, names)) + r")(?=[A-ZА-ЯЁІЎ]\w)")

    @cached_property
    def _credit(self) -> re.Pattern[str]:
        words = _any_of(self.words["caption"]["credits"])
        return re.compile(
            rf"(?:^|[.!?…)\]»”\"/–—|]\s*)\W{{0,2}}(?:{words})(?:\s+\w+){{0,2}}\s*[:©]"
            rf"|©\s*\w|[(\[](?:{words})\b[^)\]]{{0,80}}[)\]]\W*$|\[(?:{words})\]",
            re.IGNORECASE,
        )

    @cached_property
    def _summary(self) -> re.Pattern[str]:
        words = _any_of(self.words["summary"]["openers"])
        return re.compile(rf"\W*(?:{words})\b(?:\s+\w+){{0,3}}\s*[,:.–—-]|\W*in summary\b", re.IGNORECASE)


def for_site(settings: SiteSettings) -> Vocabulary:
    """The built-in words, and those of a site: its sections, verdict wordings, title and first weekday."""
    built_in = vocabulary()
    sections = {
        key(name): section.key
        for section in settings.sections
        for name in (section.key, section.key.replace("-", " "), *section.name.values(), *section.aliases)
    }
    sentences = {
        key(text): verdict
        for verdict in VERDICTS
        for text in (*settings.verdicts[verdict].sentence.values(), *settings.verdicts[verdict].aliases)
    }
    words = {key(text): verdict for verdict in VERDICTS for text in settings.verdicts[verdict].word.values()}
    titles = tuple(key(title) for title in settings.title.values())
    return replace(
        built_in,
        sections=sections,
        verdicts={**built_in.verdicts, **sentences},
        verdict_words={**built_in.verdict_words, **words},
        tail=(*built_in.tail, *titles),
        first_weekday=settings.cadence.anchor.weekday(),
    )


@cache
def vocabulary() -> Vocabulary:
    """The built-in words alone, for reading pages without a site."""
    words = tomllib.loads(files("barograph.archive").joinpath("vocabulary.toml").read_text(encoding="utf-8"))
    dates, furniture, languages = words["dates"], words["furniture"], words["languages"]
    switch = {*languages, *words["switch"]["codes"]}.union(*(table["names"] for table in languages.values()))
    weekdays = {name for code in languages for name in _calendar_names(code, "days")}
    return Vocabulary(
        verdicts=_verdict_sentences(words["verdicts"]),
        verdict_words=_by_verdict(words["verdicts"]["words"]),
        months=_months(languages, dates["months"]),
        silent=frozenset({key(word) for word in dates["silent"]} | weekdays),
        until=frozenset(dates["until"]),
        published=frozenset(dates["published"]),
        switch=frozenset(key(word) for word in switch),
        tail=tuple(key(line) for line in furniture["tail"]),
        chrome=frozenset(key(line) for line in furniture["lines"]),
        words=words,
    )


def _verdict_sentences(table: Mapping[str, Any]) -> dict[str, Verdict]:
    return {
        key(f"{subject} {predicate}"): verdict
        for verdict in VERDICTS
        for subject in table["subjects"]
        for predicate in table[verdict]
    }


def _by_verdict(table: Mapping[str, Iterable[str]]) -> dict[str, Verdict]:
    return {key(word): verdict for verdict in VERDICTS for word in table[verdict]}


def _months(languages: Mapping[str, Any], extra: Mapping[str, int]) -> dict[str, int]:
    """Names of months in every case and length that CLDR knows, and the extra spellings."""
    months: dict[str, int] = {}
    for code, table in languages.items():
        for number, names in _calendar_names(code, "months").items():
            months.update(dict.fromkeys(names, number))
        months.update(table.get("months", {}))
    return {**months, **extra}


def _calendar_names(code: str, what: str) -> Any:
    """Names out of CLDR: months as number → names, weekdays as a set of names."""
    calendar = cast("Any", getattr(Locale.parse(code), what))
    found: dict[int, set[str]] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in calendar[context][width].items():
                found.setdefault(number, set()).add(key(name))
    return found if what == "months" else {name for names in found.values() for name in names}


def _spaced(words: str) -> str:
    return r"\s+".join(re.escape(word) for word in words.split())


def _any_of(words: Iterable[str]) -> str:
    return "|".join(_spaced(word) for word in sorted(words, key=len, reverse=True))

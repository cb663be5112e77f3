"""How a language writes months, decimals and ranges, from CLDR and three short lists of words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from babel import Locale, UnknownLocaleError

PERCENT_WORDS = (r"per\s?cent\w*", r"percent\w*", r"працэнт\w*", r"адсотк\w*", r"процент\w*", r"п\.\s?п\.")
"""How “percent” and “percentage points” begin in words, in languages where the sign is not always used."""
RANGE_WORDS = ("to", "till", "until", "through", "да", "по", "до")
"""Words that join the two ends of a range; CLDR has those for “and” and “or” only."""
OF_WORDS = ("of", "de")
"""Words that may stand between a day and its month."""
OTHER_MONTHS = {"be": ((5, r"(?i:тра(?:вень|ўн(?:я|і|ю|ем)))"),)}
"""Names of months that people use and CLDR does not have."""
DASHES = "\u2010\u2011\u2012\u2013\u2014-"
SPACES = " \u00a0\u2007\u2009\u202f"

_LETTERS = r"[^\W\d_]"
# Endings of a month's name in cases that CLDR does not list, such as “in January” in Slavic languages.
_LONGEST_ENDING = 3


@dataclass(frozen=True, slots=True)
class Conventions:
    """What has to be known of a language to read its numbers and dates."""

    decimal: str
    month: str
    joined: str
    month_first: bool
    day_has_dot: bool
    months: tuple[tuple[int, str], ...]

    def month_number(self, word: str) -> int:
        """Which month a word names. Raises ValueError when it names none."""
        for number, pattern in self.months:
            if re.fullmatch(pattern, word.rstrip(".")):
                return number
        raise ValueError(f"“{word}” is not the name of a month")


@cache
def conventions(language: str) -> Conventions:
    """The conventions of a language, or those of English for one that CLDR does not know."""
    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    months = (*_months(locale), *OTHER_MONTHS.get(locale.language, ()))
    every = "|".join(pattern for _number, pattern in months)
    long_date = locale.date_formats["long"].pattern
    return Conventions(
        decimal=locale.number_symbols["latn"]["decimal"],
        month=rf"(?:{every})\b\.?",
        joined=_joined(locale),
        month_first=long_date.find("M") < long_date.find("d"),
        day_has_dot="d." in long_date,
        months=months,
    )


def _joined(locale: Locale) -> str:
    """A pattern for what stands between the two ends of a range."""
    patterns = (locale.list_patterns.get(style, {}).get("2", "") for style in ("standard", "or"))
    words = {pattern.replace("{0}", "").replace("{1}", "").strip() for pattern in patterns} | set(RANGE_WORDS)
    every = "|".join(sorted(re.escape(word) for word in words if word))
    return rf"(?:\s?[{DASHES}]\s?|\s(?:{every})\s)"


def _months(locale: Locale) -> list[tuple[int, str]]:
    """Month numbers with a pattern for the names of each, long names before short ones."""
    found = []
    for width in ("wide", "abbreviated"):
        for number in range(1, 13):
            names = {locale.months[form][width][number].rstrip(".") for form in ("format", "stand-alone")}
            found.append((number, _names_pattern(names)))
    return found


def _names_pattern(names: set[str]) -> str:
    """A pattern for a name in all its cases, or for exactly this name where it does not change its ending.

    “May” with a capital letter is a month, “may” is not; in a language that writes months small, one may
    begin a sentence.
    """
    stem = min(names, key=len)
    while not all(name.startswith(stem) for name in names):
        stem = stem[:-1]
    if len(names) == 1:
        pattern = re.escape(stem)
    else:
        ending = max(_LONGEST_ENDING, len(max(names, key=len)) - len(stem)) if len(stem) > 2 else 1
        pattern = rf"{re.escape(stem)}{_LETTERS}{{0,{ending}}}"
    return pattern if stem[:1].isupper() else f"(?i:{pattern})"

"""Everything a page says that has to be put together: dates, verdicts, how long one has stood, findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache, wraps
from types import MethodType
from typing import Any, Protocol, TypeVar, TypeVarTuple

from babel import Locale
from babel.dates import format_date
from babel.units import format_unit

from barograph.base.period import Period, day_label
from barograph.base.site import VERDICTS, SiteSettings
from barograph.release.history import Judgement

MINUS = "−"
KEPT = 16_384
"""How much a wording keeps of one kind: the days and periods that decades of weekly editions name are fewer."""

_Values = TypeVarTuple("_Values")
_Made = TypeVar("_Made")


class Translations(Protocol):
    """What gives the words of a language: ``gettext.NullTranslations`` and everything like it."""

    def gettext(self, message: str, /) -> str:
        """The message in the language, or as it is."""
        ...

    def ngettext(self, singular: str, plural: str, n: int, /) -> str:
        """The message in the form that a number needs."""
        ...


class Wording:
    """The words of one language of one site; they do not change, and what was put together of them once is kept."""

    def __init__(self, site: SiteSettings, language: str, translations: Translations) -> None:
        self.site = site
        self.language = language
        self.gettext: Callable[[str], str] = lru_cache(maxsize=KEPT)(translations.gettext)
        self.ngettext = translations.ngettext
        self._locale = Locale.parse(language.replace("-", "_"))
        self._kept: dict[Any, Any] = {}
        self.period = lru_cache(maxsize=KEPT)(self._period)
        self.day = lru_cache(maxsize=KEPT)(self._day)
        self._month = lru_cache(maxsize=KEPT)(self._short_month)
        self.sections = {section.key: site.words(section.name, language) for section in site.sections}
        self.title = site.words(site.title, language)
        self.publisher = site.words(site.publisher, language) or self.title
        """Who publishes the site; the site itself where nobody is named."""
        gettext = self.gettext
        built_in = {"better": gettext("better"), "unchanged": gettext("unchanged"), "worse": gettext("worse")}
        self.verdicts = {
            verdict: site.verdicts[verdict].word.get(language) or built_in[verdict] for verdict in VERDICTS
        }
        self.sentences = {
            verdict: site.verdicts[verdict].sentence.get(language) or self.sentence_case(self.verdicts[verdict])
            for verdict in VERDICTS
        }

    def keeping(self, make: Callable[[Wording, *_Values], _Made]) -> Callable[[*_Values], _Made]:
        """A function of this wording and some values, which keeps what it made of the last ``KEPT`` values."""
        if make not in self._kept:
            self._kept[make] = lru_cache(maxsize=KEPT)(MethodType(make, self))
        kept: Callable[[*_Values], _Made] = self._kept[make]
        return kept

    def _period(self, period: Period) -> str:
        return period.label(self.language)

    def _day(self, day: date) -> str:
        return day_label(day, self.language)

    @staticmethod
    def sentence_case(words: str) -> str:
        """The words with a capital first letter."""
        return words[:1].upper() + words[1:]

    def month(self, day: date, *, with_year: bool = True) -> str:
        """A month's short name; the year in place of January's, where an axis shows one year or two."""
        if with_year and day.month == 1:
            return str(day.year)
        return self._month(day)

    def _short_month(self, day: date) -> str:
        return str(format_date(day, "LLL", locale=self._locale)).rstrip(".")

    def language_name(self, code: str) -> str:
        """The name of another language in this one."""
        name = self._locale.languages.get(code)
        return str(name) if name else next(found.name for found in self.site.languages if found.code == code)

    def signed(self, number: int) -> str:
        """A number with its sign, as typesetters write it."""
        return f"+{number}" if number > 0 else f"{MINUS}{-number}" if number < 0 else "0"

    def size(self, size: int) -> str:
        """The size of a file in bytes as a list of files gives it: in the unit that fits, never nothing."""
        if size < 1_000_000:
            return _measure(max(1, round(size / 1000)), "kilobyte", self._locale)
        return _measure(round(size / 1_000_000, 1), "megabyte", self._locale)

    def standing(self, judgement: Judgement) -> str:
        """How long a verdict has stood, or what it replaced."""
        if judgement.run > 1:
            words = self.ngettext(
                "%(count)s assessment in a row, since %(day)s",
                "%(count)s assessments in a row, since %(day)s",
                judgement.run,
            )
            return words % {"count": judgement.run, "day": self.day(judgement.since)}
        before = judgement.before
        if before is None:
            return self.gettext("First assessment of this section")
        words = self.gettext("Before: %(verdict)s, %(period)s")
        return words % {"verdict": self.verdicts[before.verdict], "period": self.period(before.period)}

    def tally(self, judgements: Iterable[Judgement]) -> list[tuple[str, int]]:
        """How often each verdict was given, without those that were not."""
        given = [judgement.verdict for judgement in judgements]
        return [(verdict, given.count(verdict)) for verdict in VERDICTS if verdict in given]

    def tally_words(self, judgements: Iterable[Judgement]) -> str:
        """The same in words, to be read aloud in place of a chart."""
        counts = self.tally(judgements)
        return ", ".join(f"{self.verdicts[verdict]}: {count}" for verdict, count in counts) or self.gettext(
            "not assessed"
        )

    def balance(self, judgements: list[Judgement]) -> str:
        """What a heat strip shows, in one line."""
        counts = dict(self.tally(judgements))
        numbers = {verdict: counts.get(verdict, 0) for verdict in VERDICTS}
        if not numbers["better"] and not numbers["worse"]:
            return self.gettext("Nothing became better or worse in the last year")
        if numbers["worse"] > numbers["better"]:
            return self.gettext("Worse outweighed better in the last year, %(worse)s to %(better)s") % numbers
        if numbers["better"] > numbers["worse"]:
            return self.gettext("Better outweighed worse in the last year, %(better)s to %(worse)s") % numbers
        return (
            self.gettext("Better and worse held each other in balance in the last year, %(better)s to %(worse)s")
            % numbers
        )

    def movement(self, nets: dict[str, int]) -> str:
        """What a trace shows, in one line: the section that moved furthest, and where to."""
        furthest = max(map(abs, nets.values()), default=0)
        if furthest == 0:
            return self.gettext("No section stands elsewhere than it stood a year ago")
        moved = [(section, net) for section, net in nets.items() if abs(net) == furthest]
        if len(moved) > 1:
            sections = ", ".join(f"{self.sections[section]} {self.signed(net)}" for section, net in moved)
            return self.gettext("Net changes in the last year: %(sections)s") % {"sections": sections}
        section, net = moved[0]
        if net < 0:
            words = self.ngettext(
                "%(section)s went furthest: %(count)s net change for the worse",
                "%(section)s went furthest: %(count)s net changes for the worse",
                -net,
            )
        else:
            words = self.ngettext(
                "%(section)s went furthest: %(count)s net change for the better",
                "%(section)s went furthest: %(count)s net changes for the better",
                net,
            )
        return words % {"section": self.sections[section], "count": abs(net)}

    def change_since(self, year: int, net: int) -> str:
        """What the trace of one section shows, in one line."""
        if net == 0:
            return self.gettext("No net change since the beginning of %(year)s") % {"year": year}
        if net < 0:
            words = self.ngettext(
                "%(count)s net change for the worse since the beginning of %(year)s",
                "%(count)s net changes for the worse since the beginning of %(year)s",
                -net,
            )
        else:
            words = self.ngettext(
                "%(count)s net change for the better since the beginning of %(year)s",
                "%(count)s net changes for the better since the beginning of %(year)s",
                net,
            )
        return words % {"year": year, "count": abs(net)}


def wordings_of(site: SiteSettings, gettext_for: Callable[[str], Translations]) -> list[Wording]:
    """The words of each language of a site; ``gettext_for`` gives the translations of one."""
    return [Wording(site, code, gettext_for(code)) for code in site.language_codes]


def made_once(make: Callable[[Wording, *_Values], _Made]) -> Callable[[Wording, *_Values], _Made]:
    """Let a function keep what it made of a wording and some values, in the wording: many pages say the same."""

    @wraps(make)
    def kept(wording: Wording, *values: *_Values) -> _Made:
        return wording.keeping(make)(*values)

    return kept


@lru_cache(maxsize=4096)
def _measure(number: float, unit: str, locale: Locale) -> str:
    """A number with its unit. Kept, because Babel takes half a millisecond, and a list of files has dozens."""
    return str(format_unit(number, unit, "short", format="#,##0.#", locale=locale))

"""An edition in one language as a book: everything an offline copy says, before it takes a form.

The forms (``pdf``, ``epub``, ``single_page``, ``plain_text``) differ in how they look, not in what they say. A discreet
book leaves out whatever says whose it is; ``veil`` does that once for both of its forms.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from barograph.base.period import Period
from barograph.base.site import VERDICTS, Verdicts
from barograph.release import addresses, charts
from barograph.release.charts import Ruler, Strip
from barograph.release.figures import Month, months
from barograph.release.history import History, Judgement, Place
from barograph.release.offline.markup import body_markup, printable
from barograph.release.offline.veil import Veil
from barograph.release.record import Assessment, Edition, Picture, Source
from barograph.release.wording import Wording

WIDEST = 960
"""Pixels of the widest picture in a copy: sharp on a tablet and on paper, and small enough to be handed on."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of the copy itself in its language; here, and in no template, so that a key can cover them."""

    contents: str
    corrections: str
    sources: str
    verdict: str
    no_verdict: str
    none: str
    published: str
    changed: str
    only: str
    archived: str
    about: str
    on_the_site: str
    mirrors: str
    onion: str
    check: str
    compare: str
    skip: str
    accessible: str

    @classmethod
    def of(cls, wording: Wording) -> Labels:
        """The labels in a language."""
        gettext = wording.gettext
        return cls(
            contents=gettext("In this edition"),
            corrections=gettext("Corrections"),
            sources=gettext("Sources"),
            verdict=gettext("Verdict"),
            no_verdict=gettext("No verdict was given"),
            none=gettext("no verdict"),
            published=gettext("Published on %(day)s"),
            changed=gettext("Last changed on %(day)s"),
            only=gettext("Only in: %(language)s"),
            archived=gettext("This edition comes from an imported archive."),
            about=gettext("About this copy"),
            on_the_site=gettext("On the site:"),
            mirrors=gettext("The same publication at other addresses:"),
            onion=gettext("With Tor Browser:"),
            check=gettext(
                "Whether this copy is true can be checked with two standard programs. Get SHA256SUMS, "
                "SHA256SUMS.minisig and minisign.pub from the site or from any mirror, put them beside this file, "
                "and run:"
            ),
            compare=gettext(
                "The last two commands have to show the same number. Compare minisign.pub with the key as you know it "
                "from elsewhere."
            ),
            skip=gettext("Skip to the content"),
            accessible=gettext(
                "Headings, a table of contents and a description of every picture. Nothing flashes or moves."
            ),
        )


@dataclass(frozen=True, slots=True)
class Illustration:
    """A picture in the one size that a copy carries; ``name`` is that of its file in the release."""

    name: str
    width: int
    height: int
    alt: str
    caption: str
    credit: str


@dataclass(frozen=True, slots=True)
class Article:
    """A commentary. ``body`` is well-formed XHTML; ``address`` is empty in a discreet book."""

    anchor: str
    headline: str
    lead: str
    body: Markup
    summary: str
    authors: tuple[str, ...]
    dates: tuple[str, ...]
    sources: tuple[Source, ...]
    picture: Illustration | None
    address: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A commentary that does not exist in the language of the book."""

    headline: str
    language: str
    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section: its verdict in words, why, how long it has stood, and its commentaries."""

    anchor: str
    name: str
    verdict: str | None
    word: str
    sentence: str
    reason: str
    standing: str
    articles: tuple[Article, ...]
    elsewhere: tuple[Elsewhere, ...]


@dataclass(frozen=True, slots=True)
class LastYear:
    """The year that ends with the edition, for the sections that it judges: a finding in words and a strip for each."""

    finding: str
    period: str
    months: tuple[Month, ...]
    strips: tuple[tuple[str, Strip, str], ...]
    """Name of the section, its strip, and what the strip shows in words."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A correction in the best language there is."""

    day: str
    note: str
    language: str


@dataclass(frozen=True, slots=True)
class Book:
    """An edition in one language. ``title``, ``publisher`` and all addresses are empty when it is discreet."""

    language: str
    title: str
    publisher: str
    period: str
    slug: str
    published: str
    made_on: date
    """The day of the state that it shows: no copy asks the clock."""
    number: str
    """A hash of where it stands, by which readers' programs tell books apart; empty when it is discreet."""
    tally: tuple[tuple[str, int, str], ...]
    chapters: tuple[Chapter, ...]
    corrections: tuple[Remark, ...]
    archived: bool
    terms: tuple[str, ...]
    contact: str
    address: str
    mirrors: tuple[str, ...]
    onion: str
    commands: tuple[str, ...]
    ruler: Ruler
    months: tuple[Month, ...]
    last_year: LastYear
    colours: dict[str, tuple[str, str]]
    """Each verdict's colour on light and on dark paper."""
    labels: Labels

    @property
    def discreet(self) -> bool:
        """Whether it says nothing of where it comes from."""
        return not self.title

    @property
    def pictures(self) -> tuple[Illustration, ...]:
        """All its pictures, each once, in their order."""
        found = [article.picture for chapter in self.chapters for article in chapter.articles if article.picture]
        return tuple({picture.name: picture for picture in found}.values())


def make_book(history: History, wording: Wording, edition: Edition, *, path: str, discreet: bool = False) -> Book:
    """The book of an edition. ``path`` is where the copy stands in the release: it says so, for readers to check it."""
    return _Writer(history, wording, edition, discreet=discreet).book(path)


class _Writer:
    """Puts one book together."""

    def __init__(self, history: History, wording: Wording, edition: Edition, *, discreet: bool) -> None:
        self.history, self.wording, self.site = history, wording, wording.site
        self.edition, self.language, self.discreet = edition, wording.language, discreet
        self.veil = Veil(self.site if discreet else None)
        self.labels = Labels.of(wording)

    def words(self, words: str) -> str:
        """Words out of the record, as a copy may show them."""
        return self.veil.words(printable(words))

    def open(self, words: str) -> str:
        """Words that a discreet book leaves out."""
        return "" if self.discreet else printable(words)

    def full(self, address: str) -> str:
        """The whole address of a page; empty in a discreet book."""
        return self.open(addresses.absolute(self.site.address, address))

    def book(self, path: str) -> Book:
        edition, wording, site = self.edition, self.wording, self.site
        judgements = self.history.of_edition[edition.slug]
        address = self.full(addresses.edition(self.language, edition))
        terms = (site.words(site.notice, self.language), site.words(site.licence, self.language))
        year = charts.calendar_year(edition.period.start.year)
        colours = Verdicts() if self.discreet else site.verdicts  # nobody else may have the site's own
        return Book(
            language=self.language,
            title=self.open(wording.title),
            publisher=self.open(wording.publisher),
            period=wording.period(edition.period),
            slug=edition.slug,
            published=self.open(self.labels.published % {"day": wording.day(edition.published_on)}),
            made_on=edition.made_on or _newest_day(edition),
            number=hashlib.sha256(address.encode()).hexdigest()[:32] if address else "",
            tally=tuple((verdict, count, wording.verdicts[verdict]) for verdict, count in wording.tally(judgements)),
            chapters=tuple(self.chapter(number, found) for number, found in enumerate(judgements, 1)),
            corrections=tuple(self.corrections()),
            archived=edition.archived,
            terms=tuple(filter(None, map(self.open, terms))),
            contact=self.open(site.contact),
            address=address,
            mirrors=() if self.discreet else tuple(site.release.mirrors),
            onion=self.open(site.release.onion),
            commands=() if self.discreet else _commands(path),
            ruler=charts.ruler(edition.period),
            months=months(year, wording),
            last_year=self.last_year(judgements),
            colours={verdict: (colours[verdict].light, colours[verdict].dark) for verdict in VERDICTS},
            labels=self.labels,
        )

    def last_year(self, judgements: list[Judgement]) -> LastYear:
        wording, window = self.wording, charts.last_year(self.edition.period)
        shown = {found.assessment.section: charts.past_year(self.history, found) for found in judgements}
        return LastYear(
            finding=wording.balance([found for past in shown.values() for found in past]),
            period=wording.period(Period(window.start, window.end)),
            months=months(window, wording),
            strips=tuple(
                (wording.sections[key], charts.strip(past, window), wording.tally_words(past))
                for key, past in shown.items()
            ),
        )

    def chapter(self, number: int, judgement: Judgement) -> Chapter:
        assessment, verdict, wording = judgement.assessment, judgement.verdict, self.wording
        own = [self.place(text.key, self.language) for text in assessment.texts.get(self.language, ())]
        return Chapter(
            anchor=f"s{number}",
            name=printable(wording.sections[assessment.section]),
            verdict=verdict,
            word=wording.verdicts[verdict] if verdict else self.labels.none,
            sentence=wording.sentences[verdict] if verdict else self.labels.no_verdict,
            reason=self.words(assessment.reasons.get(self.language, "")) if verdict else "",
            standing=wording.standing(judgement) if verdict else "",
            articles=tuple(self.article(f"s{number}-{index}", place) for index, place in enumerate(own, 1)),
            elsewhere=() if self.discreet else tuple(self.elsewhere(assessment)),
        )

    def place(self, key: str, language: str) -> Place:
        return self.history.translations[key][language]

    def article(self, anchor: str, place: Place) -> Article:
        text, day = place.text, self.wording.day
        dates = [self.labels.published % {"day": day(text.published_on)}]
        if text.changed_on > text.published_on:
            dates.append(self.labels.changed % {"day": day(text.changed_on)})
        return Article(
            anchor=anchor,
            headline=self.words(text.headline),
            lead=self.words(text.lead),
            body=self.veil.markup(body_markup(text.body_html, self.full(addresses.ROOT), linked=not self.discreet)),
            summary=self.words(text.summary),
            authors=() if self.discreet else tuple(map(printable, text.authors)),
            dates=() if self.discreet else tuple(dates),
            sources=tuple(Source(self.words(source.title), self.open(source.url)) for source in text.sources),
            picture=_illustration(text.picture) if text.picture and not self.discreet else None,
            address=self.full(place.address),
        )

    def elsewhere(self, assessment: Assessment) -> Iterator[Elsewhere]:
        """The commentaries on a judgement that have no translation into the language of the book, each once."""
        seen = set()
        for code in self.site.language_codes:
            for text in assessment.texts.get(code, ()):
                if text.key in seen or self.language in self.history.translations[text.key]:
                    continue
                seen.add(text.key)
                yield Elsewhere(
                    headline=printable(text.headline),
                    language=code,
                    words=self.labels.only % {"language": self.wording.language_name(code)},
                    address=self.full(self.place(text.key, code).address),
                )

    def corrections(self) -> Iterator[Remark]:
        for correction in self.edition.corrections:
            for code in [self.language, *self.site.language_codes]:
                if note := correction.note.get(code):
                    yield Remark(self.wording.day(correction.made_on), self.words(note), code)
                    break


def _illustration(picture: Picture) -> Illustration:
    """The largest size that is not wider than a copy needs, or the smallest there is."""
    fitting = [size for size in picture.sizes if size.width <= WIDEST]
    size = fitting[-1] if fitting else picture.sizes[0]
    words = map(printable, (picture.alt, picture.caption, picture.credit))
    return Illustration(size.name, size.width, size.height, *words)


def _newest_day(edition: Edition) -> date:
    """The last day on which anything of an edition changed, as far as a record made by hand knows."""
    return max([edition.published_on, *(correction.made_on for correction in edition.corrections)])


def _commands(path: str) -> tuple[str, ...]:
    """What checks a copy that was taken out of its release."""
    name = path.rsplit("/", 1)[-1]
    return ("minisign -Vm SHA256SUMS -p minisign.pub", f"grep '{path}$' SHA256SUMS", f"sha256sum {name}")


PictureReader = Callable[[str], bytes]
"""Gives the bytes of a picture's file by its name."""

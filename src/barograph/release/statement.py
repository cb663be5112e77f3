"""The statement: fixed words of the publisher, dated by the newest publication, that hold for some days.

Somebody who is made to be silent can leave it unrenewed. So nothing renews it but a publication: its date is the newest
day on which anything was published, whenever, and however often, the release is built after that. Why it is so:
docs/decisions/0022-statement.md.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from barograph.base.site import SiteSettings
from barograph.release import addresses
from barograph.release.history import History
from barograph.release.record import Edition, Text
from barograph.release.wording import Wording

if TYPE_CHECKING:
    from barograph.release.language_pages import LanguagePages

FILE = "statement.txt"
COLUMNS = 72
"""The width of its lines, as in mail and RFCs."""


@dataclass(frozen=True, slots=True)
class Statement:
    """When a statement was made and until when it holds, both days included, and the newest edition it knew."""

    made_on: date
    holds_until: date
    newest: Edition

    def headline(self, language: str) -> Text | None:
        """A headline of that edition: in the language or, where it has none, in another; by it one can tell its age."""
        found = self.newest.texts
        return next((text for text in found if text.language == language), next(iter(found), None))


def current_statement(history: History, site: SiteSettings) -> Statement | None:
    """The statement of a record; none when the settings have no words for it or nothing was published."""
    newest = history.record.latest
    if newest is None or not any(site.release.statement.values()):
        return None
    made_on = max(edition.made_on or edition.published_on for edition in history.record.editions)
    return Statement(made_on, made_on + timedelta(days=site.release.statement_days), newest)


def statement_txt(history: History, wordings: Iterable[Wording]) -> bytes | None:
    """``statement.txt``: the statement in each language that it has words in, as plain text."""
    found = list(wordings)
    statement = current_statement(history, found[0].site) if found else None
    if statement is None:
        return None
    parts = [
        "\n".join(_paragraphs(statement, wording))
        for wording in found
        if wording.site.release.statement.get(wording.language)
    ]
    return f"\n\n{'-' * COLUMNS}\n\n\n".join(parts).encode()


def _paragraphs(statement: Statement, wording: Wording) -> Iterator[str]:
    gettext, site = wording.gettext, wording.site
    head = gettext("Statement: %(title)s") % {"title": wording.title}
    yield f"{head}\n{'=' * len(head)}\n"
    yield _wrapped(dates(statement, wording))
    for paragraph in fixed_words(site, wording.language):
        yield _wrapped(paragraph, indent="    ")
    yield _wrapped(newest_words(statement, wording))
    headline = statement.headline(wording.language)
    if headline is not None:
        yield _wrapped(headline.headline, indent="    ")
    for title, paragraph in notes(wording):
        yield f"{title}\n"
        yield _wrapped(paragraph)
    for command in COMMANDS:
        yield f"    {command}"
    yield "\n" + addresses.absolute(site.address, addresses.statement(wording.language)) + "\n"


COMMANDS = ("minisign -Vm SHA256SUMS -p minisign.pub", "sha256sum -c SHA256SUMS --ignore-missing")
"""With what a reader checks that the statement was signed."""


def _wrapped(words: str, indent: str = "") -> str:
    lines = textwrap.wrap(
        words,
        COLUMNS,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines) + "\n"


def fixed_words(site: SiteSettings, language: str) -> list[str]:
    """The statement's own words in paragraphs: in a language, or in the first that has any."""
    return [paragraph for paragraph in site.words(site.release.statement, language).split("\n\n") if paragraph.strip()]


def dates(statement: Statement, wording: Wording) -> str:
    """When it was made and until when it holds, in words and in digits."""
    return wording.gettext("Made on %(made)s (%(made_digits)s). Holds until %(until)s (%(until_digits)s).") % {
        "made": wording.day(statement.made_on),
        "made_digits": statement.made_on.isoformat(),
        "until": wording.day(statement.holds_until),
        "until_digits": statement.holds_until.isoformat(),
    }


def newest_words(statement: Statement, wording: Wording) -> str:
    """Which edition was the newest; its headline, by which one can tell the statement's age, follows."""
    period = wording.period(statement.newest.period)
    return wording.gettext("The newest edition when this was made: %(period)s") % {"period": period}


def notes(wording: Wording) -> list[tuple[str, str]]:
    """What every reader of a statement should know: heading and paragraph."""
    gettext = wording.gettext
    silence = gettext(
        "These words are always the same. They are renewed when something is published, and by nothing else. If they "
        "are missing, have changed or are past their last day, we may have been kept from renewing them, or nothing "
        "was published in time. We may not be able to say which. Ask us another way, and until you have an answer, "
        "trust what appears here less."
    )
    no_proof = gettext(
        "It is a statement, not a proof. Whoever holds our signing key can make one, and people can be forced to sign."
    )
    check = gettext(
        "Take statement.txt, SHA256SUMS, SHA256SUMS.minisig and minisign.pub into one folder. Compare the key in "
        "minisign.pub with one that you have from elsewhere. Then type:"
    )
    return [
        (gettext("What silence means"), silence),
        (gettext("What it is not"), no_proof),
        (gettext("How to check it"), check),
    ]


def statement_page(pages: LanguagePages) -> tuple[str, bytes] | None:
    """The statement as a page of a language; none where there is no statement."""
    site, language = pages.site, pages.language
    statement = current_statement(pages.history, site)
    if statement is None:
        return None
    headline = statement.headline(language)
    return pages.page(
        "statement.html",
        addresses.statement(language),
        {code: addresses.statement(code) for code in site.language_codes},
        title=pages.wording.gettext("Statement"),
        statement=statement,
        dates=dates(statement, pages.wording),
        words=fixed_words(site, language),
        words_language=_language_of_words(site, language),
        newest=newest_words(statement, pages.wording),
        place=pages.history.translations[headline.key][headline.language] if headline else None,
        notes=notes(pages.wording),
        commands=COMMANDS,
        file=FILE,
    )


def _language_of_words(site: SiteSettings, language: str) -> str:
    codes = [language, *site.language_codes]
    return next((code for code in codes if site.release.statement.get(code)), language)

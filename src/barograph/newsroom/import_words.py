"""The warnings of an import in the language of the screen.

The import knows no languages: it writes a code and an English sentence with the details. Here each code gets
its sentence; the details stay as they were written.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise] = {
    "address-taken": _("Its old address leads to another commentary already."),
    "caption-unsure": _("A line may be a caption or prose."),
    "changed-input": _("The input changed after somebody edited the commentary here; it was left as it is."),
    "deep-markup": _("The page is nested so deep that only its bare text was read."),
    "direction-marks": _("Invisible characters that reorder what is read were taken out."),
    "empty": _("The file is empty."),
    "encoding": _("The bytes are not in one clear encoding. Check the letters."),
    "foreign-language": _("The site does not have the page’s language; the text was filed under the source language."),
    "no-headline": _("The page has no headline."),
    "no-language": _("The language of the text could not be told."),
    "no-lead": _("The page has no first paragraph."),
    "no-period": _("The page states no reporting period."),
    "no-section": _("The page names no section."),
    "no-verdict": _("The page states no verdict."),
    "not-public": _("The export says that it was not public."),
    "odd-head": _("The head of the page is not like that of other pages."),
    "odd-week": _("The printed days are no whole week in the printed year."),
    "other-verdict": _("The record has another verdict for this section and period; it was kept."),
    "period-unclear": _("The printed period could be more than one."),
    "prose-in-tail": _("Long lines were set aside with the tail of the page."),
    "second-page": _("The file seems to hold more than one page."),
    "too-large": _("The file is too large to be read."),
    "too-long-caption": _("The caption is longer than there is room for."),
    "too-long-headline": _("The headline is longer than there is room for."),
    "torn-export": _("The export ends in the middle. What stood before that was read."),
    "torn-page": _("The page ends in the middle."),
    "translation-unsure": _("It may be a translation of another text, and that is not certain."),
    "two-languages": _("The page is in two languages."),
    "two-periods": _("The page states two periods."),
    "two-sections": _("The page names two sections."),
    "two-verdicts": _("The page states two verdicts."),
    "unknown-section": _("The site has no section of this name."),
    "unknown-verdict": _("A line looks like a verdict, and its wording is not known."),
    "unreadable": _("The file could not be read."),
    "verdict-in-body": _("A verdict stands in the middle of the text."),
}


@dataclass(frozen=True)
class ShownWarning:
    """A warning for the screen: its sentence in the screen's language, and the import's own words in English."""

    sentence: Promise | str
    details: str


def shown_warning(stored: str) -> ShownWarning:
    """A warning as the import stored it (“code: sentence”)."""
    code, _colon, details = stored.partition(": ")
    return ShownWarning(SENTENCES.get(code, code), details)

"""Editions made by hand with all that an offline copy can show, and the copies of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache

from jinja2 import Environment

from barograph.base.site import SiteSettings
from barograph.release import render
from barograph.release.history import History
from barograph.release.offline.copies import copy_items
from barograph.release.record import Correction, Edition, Record, Text
from barograph.release.shelf import Item
from barograph.release.wording import Wording
from tests.release import records

MIRRORS = ["https://mirror.example.net/arcadia", "https://arcadia.storage.example.com"]
ONION = f"http://{'b' * 56}.onion"
WEEK = 84
SLUG = records.edition(WEEK).slug


def site(**release: object) -> SiteSettings:
    """The site of the tests, with mirrors, an onion service and terms."""
    settings = {"mirrors": MIRRORS, "onion": ONION, **release}
    return records.site(release=settings, licence={"en": "To be passed on.", "be": "Перадавайце далей."})


def edition(change: Callable[[Text], Text] = lambda text: text, *, week: int = WEEK) -> Edition:
    """A week in all languages with a picture, sources, authors and a correction; ``change`` is done to every text."""
    whole = records.edition(week)
    sources = records.text_with_everything(whole.period.start).sources

    def rich(text: Text) -> Text:
        return replace(text, picture=records.picture(), authors=("Ivan Łučyna",), sources=sources)

    assessments = [
        replace(
            assessment,
            texts={
                language: tuple(change(rich(text) if number == 0 else text) for text in texts)
                for language, texts in assessment.texts.items()
            },
        )
        for number, assessment in enumerate(whole.assessments)
    ]
    note = {"en": "Eleven ships, not twelve.", "be": "Адзінаццаць караблёў, а не дванаццаць."}
    return replace(whole, assessments=tuple(assessments), corrections=(Correction(date(2024, 9, 2), note),))


def record(change: Callable[[Text], Text] = lambda text: text) -> Record:
    """A quarter of a year, the last week of which is rich."""
    return Record(editions=(*(records.edition(week) for week in range(WEEK - 12, WEEK)), edition(change)))


@cache
def environment() -> Environment:
    """The templates, compiled once."""
    return render.environment()


def items(
    made_of: Record, language: str, settings: SiteSettings | None = None, templates: Environment | None = None
) -> list[Item]:
    """The copies of a record in one language, with English labels."""
    settings = settings or site()
    wording = Wording(settings, language, records.no_translations(language))
    history = History(made_of, settings)
    return list(copy_items(history, wording, records.picture_bytes, templates or environment()))


def copy(made_of: Record, language: str, name: str, settings: SiteSettings | None = None) -> bytes:
    """The newest edition's copy whose file name ends in ``name``."""
    found = next(item for item in items(made_of, language, settings) if item.path.endswith(name))
    return found.make()

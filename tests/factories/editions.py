"""Rows of the record for tests: users, editions and texts in named states.

>>> edition = make_ready_edition()            # every section judged and written in three languages, ready to publish
>>> edition = make_edition()                  # five empty assessments
>>> original = make_commentary(edition, "economy", ready=True)
>>> translation = make_translation(original, "be", ready=True)
>>> change(original, lead="Different.")       # a new revision; the translation is stale now
"""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.images import ImageFile
from PIL import Image
from wagtail.models import Locale

from barograph.accounts.models import User
from barograph.accounts.roles import Role
from barograph.accounts.services import sync_roles
from barograph.base.period import Period
from barograph.base.site import site
from barograph.editions.models import Assessment, Commentary, Edition, Picture, Section, StandingPage, TranslatedText
from barograph.editions.reviewing import sync_review
from barograph.editions.segments import segments, write_segments
from barograph.editions.services import (
    mark_ready,
    open_edition,
    record_reason,
    record_verdict,
    start_translation,
    sync_settings,
)

MONDAY = date(2024, 1, 22)
PASSWORD = "correct-horse-battery-staple"
_number = count(1)

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "reason": "Prices rose by 5% and wages did not.",
        "headline": "Prices rise, wages stay",
        "lead": "In January prices rose by 5% within 7 days.",
        "paragraph": '<p>On 22 January 2024 the bank <a href="https://example.org/rate">raised</a> rates to 9.5%.</p>',
        "heading": "What comes next",
        "item": "<p>No change is expected before 2025.</p>",
        "summary": "In summary, 1,000 firms wait.",
    },
    "be": {
        "reason": "Цэны выраслі на 5 %, а заробкі — не.",
        "headline": "Цэны растуць, заробкі стаяць",
        "lead": "У студзені цэны выраслі на 5 % за 7 дзён.",
        "paragraph": '<p>22 студзеня 2024 года банк <a href="https://example.org/rate">падняў стаўку</a> да 9,5 %.</p>',
        "heading": "Што далей",
        "item": "<p>Да 2025 года змен не чакаецца.</p>",
        "summary": "Такім чынам, 1 000 фірм чакаюць.",
    },
    "ru": {
        "reason": "Цены выросли на 5 %, а зарплаты — нет.",
        "headline": "Цены растут, зарплаты стоят",
        "lead": "В январе цены выросли на 5 % за 7 дней.",
        "paragraph": '<p>22 января 2024 года банк <a href="https://example.org/rate">поднял ставку</a> до 9,5 %.</p>',
        "heading": "Что дальше",
        "item": "<p>До 2025 года изменений не ожидается.</p>",
        "summary": "Таким образом, 1 000 фирм ждут.",
    },
}


def prepare() -> None:
    """Languages, sections, roles and the review, where a test's database lacks them."""
    if not Section.objects.exists():
        sync_settings()
        sync_roles()
        sync_review()


def make_user(*roles: Role, languages: tuple[str, ...] = ("be",), username: str = "") -> User:
    """A user with these roles, who logs in with ``PASSWORD``."""
    prepare()
    user: User = User.objects.create_user(
        username or f"user{next(_number)}", password=PASSWORD, languages=list(languages)
    )
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


def make_edition(*, start: date = MONDAY, days: int = 7, archived: bool = False) -> Edition:
    """An open edition with an empty assessment for each section (an archived one has none)."""
    prepare()
    return open_edition(period=Period(start, start + timedelta(days=days - 1)), archived=archived)


def assessment(edition: Edition, section: str) -> Assessment:
    """The assessment of a section in an edition, made where it is missing."""
    found, _made = Assessment.objects.get_or_create(edition=edition, section=Section.objects.get(key=section))
    return found


def judge(edition: Edition, section: str, verdict: str = "worse", languages: tuple[str, ...] = ()) -> Assessment:
    """An assessment with its verdict, and its reason in these languages (all of the site's unless given)."""
    found = assessment(edition, section)
    record_verdict(assessment=found, verdict=verdict)
    for language in languages or site().language_codes:
        record_reason(assessment=found, language=language, text=WORDS[language]["reason"])
    return found


def make_commentary(
    edition: Edition | None = None,
    section: str = "economy",
    *,
    language: str = "en",
    ready: bool = False,
    **fields: Any,
) -> Commentary:
    """A draft with headline, lead, paragraph, heading, list and summary in its language; ``fields`` replace some."""
    prepare()
    words = WORDS[language]
    values = {
        "headline": words["headline"],
        "lead": words["lead"],
        "summary": words["summary"],
        "body": [
            ("paragraph", words["paragraph"]),
            ("heading", words["heading"]),
            ("list", [words["item"]]),
        ],
    }
    commentary = Commentary(
        assessment=assessment(edition, section) if edition else None,
        locale=Locale.objects.get(language_code=language),
        live=False,
        **(values | fields),
    )
    commentary.save()
    commentary.save_revision()
    if ready:
        mark_ready(text=commentary)
    return commentary


def make_page(*, language: str = "en", ready: bool = False, **fields: Any) -> StandingPage:
    """A standing page, a draft."""
    prepare()
    values = {"title": "About", "slug": "about", "body": [("paragraph", "<p>Who we are.</p>")]} | fields
    page = StandingPage(locale=Locale.objects.get(language_code=language), live=False, **values)
    page.save()
    page.save_revision()
    if ready:
        mark_ready(text=page)
    return page


def make_translation(original: TranslatedText, language: str, *, ready: bool = False, **fields: Any) -> Any:
    """A translation that renders the original's newest revision: the words of ``WORDS`` where it has them."""
    translation = start_translation(original=original, language=language)
    known = {piece: WORDS[language][name] for name, piece in WORDS[original.language].items()}
    newest = translation.newest()
    write_segments(newest, {path: known.get(piece, piece) for path, piece in segments(newest).items()})
    for name, value in fields.items():
        setattr(newest, name, value)
    newest.save_revision()
    translation.refresh_from_db()
    if ready:
        mark_ready(text=translation)
    return translation


def change(text: TranslatedText, *, ready: bool = False, words: dict[str, str] | None = None, **fields: Any) -> None:
    """Write a new revision of a text in which fields, or words at given paths, are different."""
    newest = text.newest()
    for name, value in fields.items():
        setattr(newest, name, value)
    write_segments(newest, words or {})
    newest.save_revision()
    text.refresh_from_db()
    if ready:
        mark_ready(text=text)


def make_ready_edition(
    *, start: date = MONDAY, sections: tuple[str, ...] = (), languages: tuple[str, ...] = ()
) -> Edition:
    """An edition ready to be published, judged and written in these sections and languages (all unless given).

    Sections that are not named are taken out of the edition.
    """
    edition = make_edition(start=start)
    if sections:
        edition.assessments.exclude(section__key__in=sections).delete()
    source, *others = languages or site().language_codes
    for found in edition.assessments.select_related("section"):
        judge(edition, found.section.key, languages=(source, *others))
        original = make_commentary(edition, found.section.key, language=source, ready=True)
        for language in others:
            make_translation(original, language, ready=True)
    return edition


def make_picture(title: str = "A square") -> Picture:
    """A small picture in the site's private folder."""
    buffer = BytesIO()
    Image.new("RGB", (64, 48), "#336699").save(buffer, "PNG")
    buffer.seek(0)
    picture = Picture(title=title, file=ImageFile(buffer, name="square.png"), width=64, height=48)
    picture.save()
    return picture

"""The words that we translate for Django and Wagtail are still theirs."""

from __future__ import annotations

from importlib.resources import files

from babel.messages.pofile import read_po

from tests.catalogues import read_catalogue

OWNERS = (
    "django.conf",
    "django.contrib.auth",
    "wagtail",
    "wagtail.admin",
    "wagtail.images",
    "wagtail.snippets",
    "wagtail.users",
)


def words_of(owner: str) -> set[tuple[str | None, str]]:
    """All messages of one of their rooms, with what tells apart those that are alike."""
    with (files(owner) / "locale" / "en" / "LC_MESSAGES" / "django.po").open("rb") as file:
        return {(message.context, str(message.id)) for message in read_po(file, locale="en")}


def test_every_borrowed_word_is_one_of_django_or_wagtail() -> None:
    theirs = set().union(*map(words_of, OWNERS))
    borrowed = [
        (message.context, str(message.id))
        for message in read_catalogue("be")
        if any("borrowed_words" in place for place, _line in message.locations)
    ]
    assert borrowed
    assert [word for word in borrowed if word not in theirs] == []

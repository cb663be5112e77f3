"""The words that we translate for Django and Wagtail are still theirs."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client

from tests.catalogues import catalogue_file, read_catalogue

OWNERS = (
    "django.conf",
    "django.contrib.auth",
    "django.contrib.humanize",
    "wagtail",
    "wagtail.admin",
    "wagtail.images",
    "wagtail.snippets",
    "wagtail.users",
)


def words_of(owner: str, domain: str = "django") -> set[tuple[str | None, str]]:
    """All messages of one of their rooms, with what tells apart those that are alike."""
    with (files(owner) / "locale" / "en" / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
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


def test_every_word_for_scripts_is_one_of_wagtail() -> None:
    with catalogue_file("be").with_name("djangojs.po").open("rb") as file:
        ours = {(message.context, str(message.id)) for message in read_po(file, locale="be", abort_invalid=True)}
    assert ours <= words_of("wagtail.admin", "djangojs")


@pytest.mark.django_db
def test_scripts_get_our_words(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "be"
    answer = client.get("/newsroom/jsi18n/")
    assert json.dumps("Згарнуць усё") in answer.content.decode()

"""Nobody gets further into the newsroom than their roles say, on whatever address they knock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from wagtail.models import Revision

from barograph.accounts.roles import Role
from barograph.editions.models import Commentary, StandingPage
from barograph.release.models import Publication
from tests.factories.editions import (
    change,
    make_commentary,
    make_edition,
    make_page,
    make_picture,
    make_translation,
    make_user,
)
from tests.newsroom.answers import read

pytestmark = pytest.mark.django_db

COMMENTARY = "wagtailsnippets_editions_commentary"
OPEN_TO_ALL = {"/newsroom/login/", "/newsroom/sprite/", "/newsroom/jsi18n/"}
"""Log-in, and the icons and words that the log-in page is drawn with."""


def logged_in(*roles: Role, is_superuser: bool = False, **kwargs: Any) -> Client:
    """A browser of somebody with these roles. Wagtail fails on some nonsense; that is its answer, and not ours."""
    user = make_user(*roles, **kwargs)
    user.is_superuser = is_superuser
    user.save()
    client = Client(raise_request_exception=False)
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[1])
    return client


def patterns(found: list[Any], before: str = "") -> Iterator[str]:
    """Every route of the house, written with its arguments."""
    for pattern in found:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


ARGUMENTS = {
    "slug:slug": "2024-01-22",
    "slug": "2024-01-22",
    "str:app_label": "editions",
    "str:model_name": "commentary",
    "slug:app_name": "editions",
    "slug:app_label": "editions",
    "slug:model_name": "commentary",
    "str:action": "delete",
    "slug:action_name": "approve",
    "path:path": "assets/nothing",
}


def addresses() -> list[str]:
    """An address for every route, with the number 1 where a number is wanted."""
    found = set()
    for route in patterns(get_resolver().url_patterns):
        address = re.sub(r"<([^>]+)>", lambda match: ARGUMENTS.get(match[1], "1"), route)
        address = re.sub(r"\(\?:[^()]*\)\*?|\(\?P1.*?\)|[\^$]", "", address).replace(".*", "").replace("\\", "")
        found.add("/" + address)
    return sorted(found)


@pytest.fixture
def furnished(settings: Any, tmp_path: Any) -> Commentary:
    """A newsroom in which number 1 of everything is there."""
    settings.MEDIA_ROOT = tmp_path
    edition = make_edition()
    original = make_commentary(edition, "economy")
    make_translation(original, "be")
    make_page()
    make_picture()
    return original


def test_there_are_many_addresses_to_knock_at() -> None:
    assert len(addresses()) > 150


def test_no_address_answers_who_is_not_logged_in(furnished: Commentary, client: Client) -> None:
    assert furnished.pk
    answers = {
        (method, address): getattr(client, method)(address).status_code
        for address in addresses()
        for method in ("get", "post")
    }
    open_doors = {address for (_, address), status in answers.items() if 200 <= status < 300}
    assert open_doors == OPEN_TO_ALL
    assert [call for call, status in answers.items() if status >= 500] == []


@pytest.mark.parametrize("is_superuser", [False, True])
def test_no_address_lets_anybody_publish_a_text(is_superuser: bool, furnished: Commentary) -> None:
    client = logged_in(*Role, languages=("en", "be", "ru"), is_superuser=is_superuser)
    everything = {
        "action-publish": "1",
        "action-unpublish": "1",
        "headline": "Out with it",
        "title": "Out with it",
        "slug": "out-with-it",
        "go_live_at": "2020-01-01 00:00",
        "live": "on",
        "next": "/newsroom/",
    }
    kept = [address for address in addresses() if not re.search("logout|delete|language|images", address)]
    for address in kept:
        read(client.get(address))
        read(client.post(address, everything))
    assert Commentary.objects.filter(pk=furnished.pk).exists()
    assert not Commentary.objects.filter(live=True).exists()
    assert not StandingPage.objects.filter(live=True).exists()
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()
    assert not Publication.objects.exists()


def test_nobody_holds_a_permission_of_wagtails_to_publish() -> None:
    make_edition()
    held = Permission.objects.filter(group__name__in=[role.value for role in Role])
    assert not held.filter(codename__contains="publish").exclude(codename="publish_edition").exists()


CLOSED = [
    "pages/",
    "pages/1/",
    "pages/add/wagtailcore/page/1/",
    "pages/1/edit/",
    "password_reset/",
    "collections/",
    "locales/",
    "sites/",
    "groups/",
    "api-tokens/",
    "bulk/editions/commentary/delete/",
    "bulk/accounts/user/delete/",
    "reports/aging-pages/",
    "api/main/pages/",
]


@pytest.mark.parametrize("address", CLOSED)
def test_what_makes_no_sense_here_is_not_there_even_for_a_superuser(address: str) -> None:
    client = logged_in(is_superuser=True)
    assert client.get(f"/newsroom/{address}").status_code == 404
    assert client.post(f"/newsroom/{address}").status_code == 404


def test_a_superuser_publishes_no_text_by_the_editor_either() -> None:
    client = logged_in(Role.EDITOR, is_superuser=True)
    text = make_commentary(make_edition())
    assert client.get(reverse(f"{COMMENTARY}:edit", args=[text.pk])).status_code == 200
    client.post(reverse(f"{COMMENTARY}:unpublish", args=[text.pk]))
    client.post(reverse(f"{COMMENTARY}:edit", args=[text.pk]), {"action-publish": "1", "headline": "x"})
    text.refresh_from_db()
    assert not text.live


FOREIGN = [
    "edit",
    "delete",
    "lock",
    "unlock",
    "ready",
    "structure",
    "po",
    "preview_on_edit",
    "confirm_workflow_cancellation",
]


@pytest.mark.parametrize("name", FOREIGN)
def test_a_translator_does_nothing_to_a_text_in_another_language(name: str) -> None:
    original = make_commentary(make_edition())
    russian = make_translation(original, "ru")
    client = logged_in(Role.TRANSLATOR, languages=("be",))
    address = reverse(f"{COMMENTARY}:{name}", args=[russian.pk])
    before = Revision.objects.count()
    for answer in (client.get(address), client.post(address, {"headline": "Mine now", "ready": "yes"})):
        assert answer.status_code in {302, 403}
        assert answer.status_code == 403 or answer["Location"] == "/newsroom/"
    russian.refresh_from_db()
    assert Revision.objects.count() == before
    assert not russian.locked
    assert not russian.is_ready


def test_a_translator_brings_no_old_revision_of_another_language_back() -> None:
    original = make_commentary(make_edition())
    russian = make_translation(original, "ru")
    old = russian.latest_revision
    change(russian, lead="Новое")
    client = logged_in(Role.TRANSLATOR, languages=("be",))
    answer = client.post(reverse(f"{COMMENTARY}:revisions_revert", args=[russian.pk, old.pk]), {"headline": "x"})
    russian.refresh_from_db()
    assert answer.status_code == 302
    assert russian.latest_revision_id != old.pk
    assert russian.newest().lead == "Новое"


@pytest.mark.parametrize(("language", "is_begun"), [("be", True), ("ru", False), ("xx", False)])
def test_a_translator_begins_translations_into_their_own_languages(language: str, is_begun: bool) -> None:
    original = make_commentary(make_edition())
    client = logged_in(Role.TRANSLATOR, languages=("be",))
    client.post(reverse(f"{COMMENTARY}:translate", args=[original.pk]), {"language": language})
    assert Commentary.objects.filter(translated_from=original).exists() is is_begun


def test_a_translator_edits_their_own_language_and_does_not_say_that_it_is_ready() -> None:
    original = make_commentary(make_edition())
    belarusian = make_translation(original, "be")
    client = logged_in(Role.TRANSLATOR, languages=("be",))
    page = client.get(reverse(f"{COMMENTARY}:edit", args=[belarusian.pk]))
    assert page.status_code == 200
    assert "action-ready" not in page.content.decode()
    client.post(reverse(f"{COMMENTARY}:ready", args=[belarusian.pk]))
    belarusian.refresh_from_db()
    assert not belarusian.is_ready


BUTTONS = [
    ("open", [], {Role.EDITOR, Role.PUBLISHER}),
    ("publish", ["2024-01-22"], {Role.PUBLISHER}),
    ("schedule", ["2024-01-22"], {Role.PUBLISHER}),
    ("overrule", ["2024-01-22"], {Role.PUBLISHER}),
    ("add_section", ["2024-01-22"], {Role.EDITOR, Role.PUBLISHER}),
]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("name", "arguments", "allowed"), BUTTONS)
def test_a_button_works_for_its_roles_only(name: str, arguments: list[str], allowed: set[Role], role: Role) -> None:
    make_edition()
    answer = logged_in(role).post(reverse(f"newsroom:{name}", args=arguments), {"section": "economy"})
    messages = [str(message) for message in answer.wsgi_request._messages]
    is_denied = any("permission" in message for message in messages)
    assert is_denied is (role not in allowed), messages


@pytest.mark.parametrize("name", ["open", "publish", "schedule", "overrule", "add_section"])
def test_a_button_is_no_link(name: str) -> None:
    make_edition()
    arguments = [] if name == "open" else ["2024-01-22"]
    assert logged_in(*Role).get(reverse(f"newsroom:{name}", args=arguments)).status_code == 405


def test_a_button_leads_to_no_other_host() -> None:
    make_edition()
    answer = logged_in(*Role).post("/newsroom/language/", {"language": "be", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/newsroom/"

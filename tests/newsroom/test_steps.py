"""What the board says of the steps after a publication, and the button that tries one again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from barograph.accounts.roles import Role
from barograph.base.release_settings import Target
from barograph.base.site import SiteSettings
from barograph.newsroom.publishing import Publishing
from barograph.release.models import Publication, Step
from barograph.release.services import publish_edition
from tests.factories.editions import make_ready_edition, make_user

pytestmark = pytest.mark.django_db

DONE, FAILED, RUNNING = Step.Status.DONE, Step.Status.FAILED, Step.Status.RUNNING


@pytest.fixture
def publication(own_site: SiteSettings, settings: Settings) -> Publication:
    """An edition of a site with one target."""
    release = own_site.release.model_copy(update={"targets": [Target(name="north", kind="folder", to="north")]})
    settings.BAROGRAPH = own_site.model_copy(update={"release": release})
    return publish_edition(edition=make_ready_edition(sections=("economy",)))


def logged_in(client: Client, *roles: Role) -> Client:
    client.force_login(make_user(*roles), backend=settings.AUTHENTICATION_BACKENDS[1])
    return client


def board(client: Client, publication: Publication, watching: bool = False) -> str:
    address = reverse("newsroom:board", args=[publication.edition.slug]) + ("?watch=1" if watching else "")
    return re.sub(r"\s+", " ", client.get(address).content.decode())


def change(publication: Publication, name: str, **values: object) -> Step:
    publication.steps.filter(name=name).update(**values)
    step: Step = publication.steps.get(name=name)
    return step


def test_each_step_is_told_with_its_target_in_words_of_the_newsroom(client: Client, publication: Publication) -> None:
    page = board(logged_in(client, Role.PUBLISHER), publication)
    for words in (
        "The pages are made, signed and put in place",
        "The pages are copied to “north”",
        "Offline copies, data and preview pictures are made",
        "Offline copies, data and preview pictures are copied to “north”",
    ):
        assert words in page


def test_a_step_under_way_says_how_far_it_is(client: Client, publication: Publication) -> None:
    change(publication, "build", status=DONE)
    change(publication, "upload", status=RUNNING, done=1234, total=56789)
    page = board(logged_in(client, Role.PUBLISHER), publication)
    assert "1,234 of 56,789" in page
    assert '<progress max="56789" value="1234"' in page


@pytest.mark.parametrize(
    ("roles", "may_retry"), [([Role.PUBLISHER], True), ([Role.OPERATOR], True), ([Role.EDITOR], False)]
)
def test_a_failed_step_says_why_and_who_may_tries_it_again(
    client: Client, publication: Publication, roles: list[Role], may_retry: bool
) -> None:
    change(publication, "build", status=DONE)
    step = change(publication, "upload", status=FAILED, error="north is down.\nStart it.")
    page = board(logged_in(client, *roles), publication)
    assert "north is down.<br>Start it." in page
    address = reverse("newsroom:retry", args=[step.pk])
    assert (address in page) is may_retry
    client.post(address)
    step.refresh_from_db()
    assert (step.status == Step.Status.WAITING) is may_retry


@pytest.mark.parametrize(
    ("states", "outcome"),
    [
        ({}, "Readers do not have the edition yet."),
        ({"build": FAILED}, "Readers do not have the edition yet."),
        ({"build": DONE}, "not yet everywhere they go"),
        ({"build": DONE, "upload": FAILED, "complete": DONE}, "not yet everywhere they go"),
        ({"build": DONE, "upload": DONE, "complete": RUNNING}, "What takes longer to make is not there yet."),
        ({"build": DONE, "upload": DONE, "complete": DONE, "upload_complete": DONE}, "Readers have everything."),
    ],
)
def test_it_is_said_what_readers_have(publication: Publication, states: dict[str, str], outcome: str) -> None:
    for name, status in states.items():
        change(publication, name, status=status)
    assert outcome in Publishing(publication.edition, make_user(Role.PUBLISHER)).outcome


def test_the_page_looks_again_often_while_readers_wait_and_then_less_often(
    client: Client, publication: Publication
) -> None:
    logged_in(client, Role.PUBLISHER)
    assert 'http-equiv="refresh" content="3;' in board(client, publication, watching=True)
    change(publication, "build", status=DONE)
    change(publication, "upload", status=DONE)
    assert 'http-equiv="refresh" content="20;' in board(client, publication, watching=True)


def test_the_page_does_not_look_again_when_somebody_has_to_mend_something(
    client: Client, publication: Publication
) -> None:
    change(publication, "build", status=FAILED, error="The key is closed.")
    assert "http-equiv" not in board(logged_in(client, Role.PUBLISHER), publication, watching=True)


@pytest.mark.parametrize(("seconds", "words"), [(0.2, ""), (12, "12 s"), (3600, "60 min")])
def test_a_step_that_is_done_says_how_long_it_took(publication: Publication, seconds: float, words: str) -> None:
    now = timezone.now()
    change(publication, "build", status=DONE, started_at=now - timedelta(seconds=seconds), ended_at=now)
    row = Publishing(publication.edition, make_user(Role.PUBLISHER)).steps[0]
    assert row.duration == words

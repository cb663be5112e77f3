"""The screen on which users look after themselves."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from barograph.accounts.models import User
from barograph.accounts.roles import Role
from tests.factories.editions import make_user

pytestmark = pytest.mark.django_db

OLD, NEW = "the-first-of-two-phrases", "the-second-of-two-phrases"


@pytest.fixture
def user() -> User:
    user = make_user(Role.ANALYST)
    user.set_password(OLD)
    user.save()
    return user


@pytest.fixture
def client(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[1])
    return client


def test_nobody_is_asked_for_a_name_a_face_or_an_address(client: Client) -> None:
    page = client.get(reverse("wagtailadmin_account")).content.decode()
    fields = {name.rpartition("-")[2] for name in re.findall(r'name="([^"]+)"', page)}
    assert "new_password1" in fields
    assert not fields & {"first_name", "last_name", "email", "avatar"}


def test_a_password_is_changed_without_saying_anything_else(client: Client, user: User) -> None:
    words = {"password-old_password": OLD, "password-new_password1": NEW, "password-new_password2": NEW}
    answer = client.post(
        reverse("wagtailadmin_account"),
        words
        | {
            "theme-theme": "system",
            "theme-contrast": "system",
            "theme-density": "default",
            "theme-keyboard_shortcuts": "on",
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    user.refresh_from_db()
    assert user.check_password(NEW)


def test_the_screen_is_closed_to_those_who_are_not_logged_in() -> None:
    assert Client().get(reverse("wagtailadmin_account")).status_code == 302

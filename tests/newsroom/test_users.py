"""The operator's screen of users."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from barograph.accounts.models import User
from barograph.accounts.roles import Role
from barograph.newsroom.users import is_last_operator
from tests.factories.editions import make_user

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "a-long-enough-phrase-42"


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[1])
    return client


def form_of(*roles: Role, username: str = "vera", **fields: Any) -> dict[str, Any]:
    groups = [group.pk for group in Group.objects.filter(name__in=roles)]
    return {"username": username, "groups": groups, "is_active": "on"} | fields


def add(client: Client, form: dict[str, Any]) -> Any:
    passwords = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    return client.post(reverse("wagtailusers_users:add"), passwords | form)


def test_an_operator_makes_a_translator_of_two_languages() -> None:
    client = logged_in(make_user(Role.OPERATOR))
    assert client.get(reverse("wagtailusers_users:add")).status_code == 200
    add(client, form_of(Role.TRANSLATOR, languages=["be", "ru"]))
    vera = User.objects.get(username="vera")
    assert vera.languages == ["be", "ru"]
    assert vera.role_names == {Role.TRANSLATOR}
    assert vera.check_password(NEW_PASSWORD)


def test_a_translator_has_a_language() -> None:
    answer = add(logged_in(make_user(Role.OPERATOR)), form_of(Role.TRANSLATOR))
    assert "at least one language" in answer.content.decode()
    assert not User.objects.filter(username="vera").exists()


def test_no_form_makes_an_administrator() -> None:
    operator = make_user(Role.OPERATOR)
    client = logged_in(operator)
    add(client, form_of(Role.EDITOR, is_superuser="on", is_staff="on"))
    vera = User.objects.get(username="vera")
    client.post(reverse("wagtailusers_users:edit", args=[vera.pk]), form_of(Role.EDITOR, is_superuser="on"))
    vera.refresh_from_db()
    assert not vera.is_superuser
    assert not vera.is_staff


def test_roles_and_languages_are_changed() -> None:
    client = logged_in(make_user(Role.OPERATOR))
    vera = make_user(Role.TRANSLATOR, username="vera")
    page = client.get(reverse("wagtailusers_users:edit", args=[vera.pk])).content.decode()
    assert 'value="be" ' in page
    client.post(reverse("wagtailusers_users:edit", args=[vera.pk]), form_of(Role.EDITOR, Role.PUBLISHER))
    assert User.objects.get(pk=vera.pk).role_names == {Role.EDITOR, Role.PUBLISHER}


def test_the_last_operator_stays_one() -> None:
    operator = make_user(Role.OPERATOR, username="op")
    client = logged_in(operator)
    address = reverse("wagtailusers_users:edit", args=[operator.pk])
    answer = client.post(address, form_of(Role.EDITOR, username="op"))
    assert "the last operator" in answer.content.decode()
    assert is_last_operator(operator)
    client.post(reverse("wagtailusers_users:delete", args=[operator.pk]))
    assert User.objects.filter(pk=operator.pk).exists()
    make_user(Role.OPERATOR)
    client.post(address, form_of(Role.EDITOR, username="op"))
    assert User.objects.get(pk=operator.pk).role_names == {Role.EDITOR}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OPERATOR])
def test_only_operators_look_after_users(role: Role) -> None:
    client = logged_in(make_user(role))
    other = make_user(Role.EDITOR)
    for name, arguments in (("index", []), ("add", []), ("edit", [other.pk]), ("delete", [other.pk])):
        assert client.get(reverse(f"wagtailusers_users:{name}", args=arguments)).status_code == 302
    add(client, form_of(Role.OPERATOR))
    assert not User.objects.filter(username="vera").exists()

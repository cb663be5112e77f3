"""The one way in, and the language the newsroom speaks."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from barograph.accounts.roles import Role
from tests.factories.editions import PASSWORD, make_edition, make_user

pytestmark = pytest.mark.django_db

LOGIN = "/newsroom/login/"


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    """Failures are counted in the database's cache, whose table no migration makes."""
    call_command("createcachetable", verbosity=0)
    cache.clear()


def log_in(client: Client, username: str, password: str = PASSWORD) -> Any:
    return client.post(LOGIN, {"username": username, "password": password, "next": "/newsroom/"})


def test_a_user_logs_in_and_lands_on_the_board(client: Client) -> None:
    make_edition()
    make_user(Role.EDITOR, username="ed")
    answer = log_in(client, "ed")
    assert answer["Location"] == "/newsroom/"
    assert client.get("/newsroom/").status_code == 200


def test_the_log_in_page_bears_the_name_of_the_publication(client: Client) -> None:
    page = client.get(LOGIN).content.decode()
    assert "Situation in Arcadia" in page
    assert "Wagtail</h1>" not in page
    assert "password_reset" not in page


@pytest.mark.parametrize(
    ("browser", "words"),
    [("be,ru;q=0.5", "Становішча ў Аркадыі"), ("ru", "Ситуация в Аркадии"), ("de", "Situation in Arcadia")],
)
def test_it_speaks_the_language_of_the_browser(browser: str, words: str, client: Client) -> None:
    assert words in client.get(LOGIN, headers={"accept-language": browser}).content.decode()


def test_the_language_chosen_there_stays_and_goes_into_the_account(client: Client) -> None:
    make_edition()
    client.post("/newsroom/language/", {"language": "be", "next": LOGIN})
    assert "Становішча ў Аркадыі" in client.get(LOGIN).content.decode()
    user = make_user(Role.EDITOR, username="ed")
    log_in(client, "ed")
    client.post("/newsroom/language/", {"language": "ru"})
    user.refresh_from_db()
    assert user.wagtail_userprofile.preferred_language == "ru"
    assert 'lang="ru"' in client.get("/newsroom/").content.decode()[:300]


def test_a_language_that_the_newsroom_does_not_speak_changes_nothing(client: Client) -> None:
    answer = client.post("/newsroom/language/", {"language": "tlh"})
    assert answer.status_code == 302
    assert not answer.cookies


def test_after_eight_wrong_passwords_even_the_right_one_waits(client: Client) -> None:
    make_user(Role.EDITOR, username="ed")
    answers = [log_in(client, "ed", f"wrong-{number}") for number in range(8)]
    assert [answer.status_code for answer in answers[:7]] == [200] * 7
    locked = log_in(client, "ed")
    assert locked.status_code == 429
    assert "Too many" in locked.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_lock_of_one_name_does_not_lock_another(client: Client) -> None:
    make_edition()
    make_user(Role.EDITOR, username="ed")
    make_user(Role.EDITOR, username="eve")
    for number in range(9):
        log_in(client, "ed", f"wrong-{number}")
    assert log_in(client, "eve").status_code == 302


def test_a_user_without_a_role_gets_no_further(client: Client) -> None:
    make_user(username="nobody")
    log_in(client, "nobody")
    assert client.get("/newsroom/").status_code == 302


@pytest.mark.parametrize("address", ["/newsroom/password_reset/", "/signup/", "/admin/", "/accounts/login/"])
def test_there_is_no_second_way_in(address: str, client: Client) -> None:
    assert client.get(address).status_code == 404

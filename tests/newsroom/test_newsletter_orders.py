"""Orders to the newsletter's sender: who may give them, what stands in them, and what never does."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.conf import settings
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from barograph.accounts.models import User
from barograph.accounts.roles import Role
from barograph.base.campaigns import TEST_CONTEXT, Order, waiting_orders
from barograph.base.mail import EditionMail
from barograph.base.site import SiteSettings
from barograph.editions.models import Edition
from barograph.release import services
from barograph.trust.sealing import SealingKey
from barograph.trust.sender_keys import FILE, SenderPublicKeys
from barograph.trust.tokens import TokenKey
from tests.factories.editions import make_edition, make_user
from tests.newsroom.newsletters import campaign, mail_of, published_edition, put_in_release, tell

pytestmark = pytest.mark.django_db

ADDRESS = "anna.publisher@example.net"
SCREEN = "/newsroom/newsletter/"


@pytest.fixture
def edition(own_site: SiteSettings, monkeypatch: pytest.MonkeyPatch) -> Edition:
    """An edition that is out, in a release that carries its mail in two languages."""

    def draft_mail(found: Edition, language: str) -> EditionMail:
        return mail_of(found, language)

    monkeypatch.setattr(services, "draft_mail", draft_mail)
    found = published_edition()
    put_in_release(own_site, found, "en", "be")
    tell(own_site)
    return found


@pytest.fixture
def key(own_site: SiteSettings) -> SealingKey:
    """The sender's key, whose public half the newsroom has."""
    made = SealingKey.make()
    own_site.edge_folder.mkdir(parents=True)
    public = SenderPublicKeys(made.public, (TokenKey.make().public,))
    (own_site.edge_folder / FILE).write_text(public.to_text(), encoding="utf-8")
    return made


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[1])
    return client


def publisher(**values: Any) -> Client:
    user = make_user(Role.PUBLISHER, username="anna")
    User.objects.filter(pk=user.pk).update(**values)
    return browser(user)


def words(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def orders(site: SiteSettings) -> list[Order]:
    return waiting_orders(site.newsletter_folder)


def send_address(edition: Edition) -> str:
    return reverse("newsroom:send_newsletter", args=[edition.slug])


def test_sending_asks_once_more_and_changes_nothing_by_looking(edition: Edition, own_site: SiteSettings) -> None:
    page = publisher().get(send_address(edition)).content.decode()
    assert "It goes to 1,239 readers" in page
    assert "This cannot be taken back." in page
    assert "Беларуская" in page
    assert orders(own_site) == []


def test_a_sending_that_is_ordered_is_a_file_and_an_entry_in_the_log(edition: Edition, own_site: SiteSettings) -> None:
    answer = publisher().post(send_address(edition))
    assert answer["Location"] == SCREEN
    assert orders(own_site) == [Order("send", edition.slug, by="anna")]
    entry = ModelLogEntry.objects.for_instance(edition).get(action="barograph.order_newsletter")
    assert entry.user_display_name == "anna"
    assert str(entry.message) == "Newsletter ordered"


def test_what_is_asked_for_is_not_asked_for_twice(edition: Edition, own_site: SiteSettings) -> None:
    client = publisher()
    client.post(send_address(edition))
    assert "Somebody has asked for this already" in words(client.post(send_address(edition)))
    assert len(orders(own_site)) == 1


def test_what_was_sent_is_not_sent_again(edition: Edition, own_site: SiteSettings) -> None:
    tell(own_site, campaign(edition.slug, state="settled"))
    for answer in (publisher().post(send_address(edition)), browser(User.objects.get()).get(send_address(edition))):
        assert "Nothing is sent twice." in words(answer)
        assert answer["Location"] == f"{SCREEN}#main"
    assert orders(own_site) == []


def test_a_draft_and_an_edition_without_mail_in_the_release_are_not_sent(
    edition: Edition, own_site: SiteSettings
) -> None:
    client = publisher()
    Edition.objects.filter(pk=edition.pk).update(published_on=None)
    assert "not published yet" in words(client.post(send_address(edition)))
    unbuilt = published_edition(edition.end.replace(month=3))
    assert "does not have this mail yet" in words(client.post(send_address(unbuilt)))
    assert orders(own_site) == []


def test_those_not_reached_for_one_reason_are_tried_again(edition: Edition, own_site: SiteSettings) -> None:
    tell(own_site, campaign(edition.slug))
    client = publisher()
    address = reverse("newsroom:retry_newsletter", args=[edition.slug])
    page = client.get(address, {"reason": "550 5.1.1"}).content.decode()
    assert "did not reach 7 readers" in page
    assert "The provider said that this will last." in page
    assert "will last" not in client.get(address, {"reason": "452 4.2.2"}).content.decode()
    client.post(address, {"reason": "550 5.1.1"})
    assert orders(own_site) == [Order("retry", edition.slug, reasons=("550 5.1.1",), by="anna")]
    entry = ModelLogEntry.objects.for_instance(edition).get(action="barograph.order_retry")
    assert entry.data == {"reason": "550 5.1.1"}


def test_a_reason_that_the_sender_did_not_name_is_no_order(edition: Edition, own_site: SiteSettings) -> None:
    tell(own_site, campaign(edition.slug))
    client = publisher()
    address = reverse("newsroom:retry_newsletter", args=[edition.slug])
    assert client.get(address, {"reason": "made up"})["Location"] == SCREEN
    assert "Nobody is waiting for that" in words(client.post(address, {"reason": "made up"}))
    assert orders(own_site) == []


def test_a_test_carries_the_address_sealed_and_nowhere_in_clear(
    edition: Edition, own_site: SiteSettings, key: SealingKey, caplog: pytest.LogCaptureFixture
) -> None:
    answer = publisher(email=ADDRESS).post(reverse("newsroom:test_mail", args=[edition.slug, "be"]))
    [order] = orders(own_site)
    assert (order.kind, order.edition, order.language, order.by) == ("test", edition.slug, "be", "anna")
    assert key.open(base64.b64decode(order.sealed_address), TEST_CONTEXT) == ADDRESS.encode()
    written = b"".join(file.read_bytes() for file in own_site.folder.rglob("*") if file.is_file())
    log = json.dumps([entry.data for entry in ModelLogEntry.objects.all()])
    for text in (written.decode(errors="replace"), log, caplog.text, words(answer), str(answer.headers)):
        assert ADDRESS not in text
        assert ADDRESS.partition("@")[0] not in text


@pytest.mark.parametrize(
    ("email", "language", "said"),
    [
        ("", "be", "has no mail address"),
        (ADDRESS, "ru", "does not have this mail yet"),
        (ADDRESS, "be", "public keys are not here"),
    ],
)
def test_a_test_that_cannot_be_sent_says_why(
    email: str, language: str, said: str, edition: Edition, own_site: SiteSettings
) -> None:
    answer = publisher(email=email).post(reverse("newsroom:test_mail", args=[edition.slug, language]))
    assert said in words(answer)
    assert orders(own_site) == []


def test_a_test_of_a_draft_is_refused(own_site: SiteSettings, key: SealingKey) -> None:
    assert key
    draft = make_edition()
    answer = publisher(email=ADDRESS).post(reverse("newsroom:test_mail", args=[draft.slug, "be"]))
    assert "not published yet" in words(answer)
    assert orders(own_site) == []


def test_a_folder_that_cannot_be_written_to_is_named(edition: Edition, own_site: SiteSettings) -> None:
    (own_site.newsletter_folder / "orders").write_text("in the way", encoding="utf-8")
    answer = publisher().post(send_address(edition))
    assert str(own_site.newsletter_folder) in words(answer)
    assert not ModelLogEntry.objects.for_instance(edition).filter(action="barograph.order_newsletter").exists()


SEE = {Role.EDITOR, Role.PUBLISHER, Role.OPERATOR}
ACT = {Role.PUBLISHER, Role.OPERATOR}
SCREENS = [
    ("get", "newsletter", [], SEE),
    ("get", "send_newsletter", ["2024-01-22"], ACT),
    ("post", "send_newsletter", ["2024-01-22"], ACT),
    ("get", "retry_newsletter", ["2024-01-22"], ACT),
    ("post", "retry_newsletter", ["2024-01-22"], ACT),
    ("get", "mail", ["2024-01-22", "be"], set(Role)),
    ("get", "mail_frame", ["2024-01-22", "be"], set(Role)),
    ("post", "test_mail", ["2024-01-22", "be"], ACT),
]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("method", "name", "arguments", "allowed"), SCREENS)
def test_a_screen_opens_for_its_roles_only(
    method: str, name: str, arguments: list[str], allowed: set[Role], role: Role, edition: Edition
) -> None:
    assert edition.slug == "2024-01-22"
    answer = getattr(browser(make_user(role)), method)(reverse(f"newsroom:{name}", args=arguments))
    is_denied = "permission" in words(answer)
    assert is_denied is (role not in allowed)
    assert not is_denied or not orders(settings.BAROGRAPH)


@pytest.mark.parametrize(("method", "name", "arguments", "_allowed"), SCREENS)
def test_no_screen_opens_for_who_is_not_logged_in(
    method: str, name: str, arguments: list[str], _allowed: set[Role], edition: Edition, client: Client
) -> None:
    assert edition.slug == "2024-01-22"
    answer = getattr(client, method)(reverse(f"newsroom:{name}", args=arguments))
    assert answer["Location"].startswith("/newsroom/login/")


def test_a_test_is_ordered_by_a_button_and_not_by_a_link(edition: Edition) -> None:
    assert publisher().get(reverse("newsroom:test_mail", args=[edition.slug, "be"])).status_code == 405

"""Orders of the newsroom: a test goes to the one who asked, retries to those who were not reached, rubbish nowhere."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from barograph.base.campaigns import TEST_CONTEXT, Order, give_order, waiting_orders
from barograph.base.mail import mail_file
from barograph.base.site import SiteSettings, site
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.models import Campaign, Delivery
from barograph.newsletter.orders import TESTS_AN_HOUR, Orders
from barograph.newsletter.posting import Mail
from tests.newsletter.letters import EDITION, MAILS
from tests.newsletter.releases import lay_out_release
from tests.newsletter.subscribers import make_subscribers

pytestmark = pytest.mark.django_db(databases=["subscribers"])
NOW = datetime(2024, 1, 26, 9, 0, tzinfo=UTC)


class Relay:
    """Takes mails, or puts them off."""

    def __init__(self) -> None:
        self.taken: list[Mail] = []
        self.puts_off = False

    def post(self, _site: SiteSettings, mails: Sequence[Mail]) -> list[Mail]:
        self.taken += mails
        return list(mails) if self.puts_off else []


@pytest.fixture
def relay() -> Relay:
    return Relay()


@pytest.fixture
def orders(tmp_path: Path, relay: Relay) -> Orders:
    here = site().model_copy(update={"folder": tmp_path})
    files = {mail_file(EDITION, language): mail.to_json() for language, mail in MAILS.items()}
    lay_out_release(here, files)
    return Orders(keys=SenderKeys.make(), site=here, post=relay.post)


def order_test(
    orders: Orders, address: str = "editor@example.org", context: bytes = TEST_CONTEXT, **other: str
) -> None:
    sealed = base64.b64encode(orders.keys.public.sealing.seal(address.encode(), context)).decode()
    values = {"edition": EDITION, "language": "be", "sealed_address": sealed} | other
    give_order(orders.site.newsletter_folder, Order("test", **values))


def test_a_test_goes_to_whoever_asked_in_the_language_they_named(orders: Orders, relay: Relay) -> None:
    order_test(orders, "Editor@Example.org")
    assert orders.take_up(NOW) == []
    (mail,) = relay.taken
    assert mail.recipient == "editor@example.org"
    message = message_from_bytes(mail.content, policy=policy.SMTP)
    assert message["To"].addresses[0].addr_spec == "editor@example.org"
    assert MAILS["be"].subject in message["Subject"]
    body = message.get_body(("plain",))
    assert body is not None
    # Dots at the start of a line are as the mail has them: SMTP's doubling is the relay's affair.
    assert "\n..two dots" in body.get_content().replace("\r\n", "\n")
    assert "\n...two" not in body.get_content().replace("\r\n", "\n")
    assert waiting_orders(orders.site.newsletter_folder) == []


def test_no_more_than_twenty_tests_an_hour_go_out(orders: Orders, relay: Relay) -> None:
    for _ in range(TESTS_AN_HOUR + 5):
        order_test(orders)
    orders.take_up(NOW)
    assert len(relay.taken) == TESTS_AN_HOUR
    assert "within the hour" in orders.problems[EDITION]
    order_test(orders)
    orders.take_up(NOW + timedelta(minutes=59))
    assert len(relay.taken) == TESTS_AN_HOUR
    order_test(orders)
    orders.take_up(NOW + timedelta(minutes=60))
    assert len(relay.taken) == TESTS_AN_HOUR + 1
    assert orders.problems == {}


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"sealed_address": "no base64!"}, "cannot be read"),
        ({"sealed_address": ""}, "cannot be read"),
        ({"address": "no address"}, "cannot be read"),
        ({"address": "a@example.org\r\nBcc: b@example.org"}, "cannot be read"),
        ({"edition": "2020-01-06"}, "no mail of an edition"),
        ({"edition": "../../private"}, "no mail of an edition"),
        ({"language": "xx"}, "no mail of it in"),
    ],
)
def test_a_test_that_cannot_be_sent_is_told_of_without_its_address(
    orders: Orders, relay: Relay, values: dict[str, str], complaint: str
) -> None:
    order_test(orders, **values)
    orders.take_up(NOW)
    assert relay.taken == []
    (problem,) = orders.problems.values()
    assert complaint in problem
    assert "@example.org" not in problem
    assert waiting_orders(orders.site.newsletter_folder) == []


def test_an_address_sealed_for_another_purpose_is_not_taken_for_one(orders: Orders, relay: Relay) -> None:
    order_test(orders, context=b"barograph drop 1")
    orders.take_up(NOW)
    assert relay.taken == []


def test_nothing_of_an_unsigned_release_is_sent_as_a_test(orders: Orders, relay: Relay) -> None:
    lay_out_release(orders.site, {mail_file(EDITION, "be"): MAILS["be"].to_json()}, key="theirs")
    order_test(orders)
    orders.take_up(NOW)
    assert relay.taken == []
    assert "is another key than" in orders.problems[EDITION]


def test_a_relay_that_puts_a_test_off_is_told_of(orders: Orders, relay: Relay) -> None:
    relay.puts_off = True
    order_test(orders)
    orders.take_up(NOW)
    assert "puts off" in orders.problems[EDITION]


def test_a_retry_queues_those_again_who_were_not_reached_for_that_reason(orders: Orders) -> None:
    make_subscribers(orders.keys, 2)
    campaign = Campaign.objects.create(edition=EDITION, sequence=7, manifest_hash="", settled_at=NOW)
    for number, reason in enumerate(("550 5.7.1", "552 5.2.2")):
        Delivery.objects.create(
            id=number, campaign=campaign, subscriber=f"{number:032}", language="be", state="failed", reason=reason
        )
    give_order(orders.site.newsletter_folder, Order("retry", EDITION, reasons=("552 5.2.2",)))
    assert orders.take_up(NOW) == []
    assert [delivery.state for delivery in Delivery.objects.order_by("pk")] == ["failed", "queued"]
    campaign.refresh_from_db()
    assert campaign.settled_at is None


def test_a_retry_of_what_was_never_sent_is_told_of(orders: Orders) -> None:
    give_order(orders.site.newsletter_folder, Order("retry", EDITION))
    orders.take_up(NOW)
    assert "never sent" in orders.problems[EDITION]


def test_a_refused_edition_can_be_ordered_again(orders: Orders) -> None:
    give_order(orders.site.newsletter_folder, Order("send", EDITION))
    assert orders.take_up(NOW) == [EDITION]
    orders.refuse(EDITION, "no relay is set")
    assert orders.take_up(NOW) == []
    give_order(orders.site.newsletter_folder, Order("send", EDITION))
    assert orders.take_up(NOW) == [EDITION]

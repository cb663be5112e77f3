"""The mails that ask for a confirmation: what is in them, and how few there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from barograph.base.site import SiteSettings, site
from barograph.newsletter.confirmations import send_due
from barograph.newsletter.limits import USED_UP, warnings
from barograph.newsletter.models import Asked, Budget, SignUp
from barograph.newsletter.posting import Mail, PostingError
from barograph.newsletter.subscribing import forget_unconfirmed
from barograph.trust.tokens import Purpose, read_token
from tests.newsletter.visitors import Visitors, message, token_in

pytestmark = pytest.mark.django_db(databases=["subscribers"])
ANNA = "anna@example.net"


@pytest.fixture
def visitors(tmp_path: Path) -> Visitors:
    return Visitors(tmp_path)


def test_the_mail_is_plain_and_has_one_link_that_confirms(visitors: Visitors) -> None:
    token = visitors.asked(ANNA)
    (mail,) = visitors.mails
    sent = message(mail)
    assert mail.recipient == ANNA
    assert sent.get_content_type() == "text/plain"
    assert (sent["To"], sent["From"]) == (ANNA, "Situation in Arcadia <newsletter@example.org>")
    assert sent["Subject"] == "Please confirm your subscription to Situation in Arcadia"
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Date"] == "Mon, 15 Jan 2024 09:20:00 +0000"
    text = sent.get_content().replace("\r\n", "\n")
    assert f"\nhttps://example.org/newsletter/en/confirm/{token}/\n" in text
    assert "72 hours" in text
    assert read_token(token, visitors.keys.known_tokens, today=visitors.now.date()).purpose == Purpose.CONFIRM


def test_the_mail_has_nothing_that_was_typed_but_the_recipient(visitors: Visitors) -> None:
    visitors.asked("anna.who-hopes.to.be.read@example.net", sections=("environment",), cadence="changes")
    (mail,) = visitors.mails
    assert mail.content.count(b"who-hopes") == 1
    assert b"environment" not in mail.content.lower()


@pytest.mark.parametrize("mode", ["neutral", "notice", "attachment"])
@pytest.mark.parametrize("language", ["en", "be", "ru"])
def test_to_a_discreet_reader_the_publication_is_not_named(visitors: Visitors, language: str, mode: str) -> None:
    visitors.asked(ANNA, language=language, mode=mode)
    sent = message(visitors.mails[0])
    everything = f"{sent['Subject']} {sent['From'].addresses[0].display_name} {sent.get_content()}"
    for code in site().language_codes:
        assert site().title[code] not in everything
    assert f"/newsletter/{language}/confirm/" in everything


@pytest.mark.parametrize(
    "address", ["o'neill_-{x}|y@example.org", "a.b+c=d@xn--80aiqesg1f.xn--90ais", "!#$%&*/?^`~@x.test"]
)
def test_every_address_that_is_taken_stands_in_its_mail_as_it_is(visitors: Visitors, address: str) -> None:
    visitors.asked(address)
    assert f"\r\nTo: {address}\r\n".encode() in visitors.mails[0].content


def test_a_mail_is_in_the_readers_language(visitors: Visitors) -> None:
    visitors.asked(ANNA, language="be")
    sent = message(visitors.mails[0])
    assert sent["From"].addresses[0].display_name == "Становішча ў Аркадыі"
    assert sent["Content-Language"] == "be"
    assert "/newsletter/be/confirm/" in sent.get_content()


def test_a_message_id_is_the_same_on_every_try_and_tells_nobody_the_address(visitors: Visitors) -> None:
    tries: list[Mail] = []

    def busy(_site: SiteSettings, mails: Sequence[Mail]) -> list[Mail]:
        tries.extend(mails)
        return list(mails)

    visitors.sign_up(ANNA)
    visitors.empty()
    for _ in range(2):
        assert send_due(keys=visitors.keys, site=visitors.site, now=visitors.now, post=busy) == 0
    assert visitors.send() == 1
    numbers = {message(mail)["Message-ID"] for mail in [*tries, *visitors.mails]}
    assert len(numbers) == 1
    assert "anna" not in numbers.pop()


def test_an_address_gets_one_mail_a_week_and_two_in_ninety_days(visitors: Visitors) -> None:
    days = []
    for day in range(200):
        visitors.sign_up(ANNA)
        visitors.empty()
        if visitors.send():
            days.append(day)
        visitors.wait(days=1)
        forget_unconfirmed(visitors.now)
    assert days == [0, 7, 90, 97, 180, 187]


def test_a_wish_beyond_the_limit_is_forgotten_at_once(visitors: Visitors) -> None:
    visitors.asked(ANNA)
    visitors.wait(days=4)
    visitors.sign_up(ANNA)
    visitors.empty()
    assert visitors.send() == 0
    assert not SignUp.objects.exists()


def test_erasing_is_asked_for_at_once_also_by_whoever_just_subscribed_but_once_a_week_too(visitors: Visitors) -> None:
    visitors.subscribed(ANNA)
    for day in range(14):
        visitors.forget(ANNA, language="be")
        visitors.empty()
        assert visitors.send() == (day in {0, 7})
        visitors.wait(days=1)


def test_a_domains_budget_keeps_a_flood_from_one_mail_host_and_from_nobody_else(visitors: Visitors) -> None:
    visitors.settle(hourly_confirmations_per_domain=3, hourly_confirmations=100)
    for number in range(8):
        visitors.sign_up(f"reader{number}@example.net")
    visitors.sign_up("bo@example.com")
    visitors.empty()
    sent = []
    for _ in range(4):
        sent.append(visitors.send())
        assert visitors.send() == 0
        visitors.wait(hours=1)
    assert sent == [4, 3, 2, 0]
    assert len({mail.recipient for mail in visitors.mails}) == 9


def test_the_budget_for_all_makes_wishes_wait_and_an_operator_hear_of_it(visitors: Visitors) -> None:
    visitors.settle(hourly_confirmations=25, hourly_confirmations_per_domain=25)
    for number in range(60):
        visitors.sign_up(f"reader@host{number}.example.net")
    visitors.empty()
    assert warnings(visitors.now) == ()
    assert visitors.send() == 25
    visitors.wait(minutes=39)
    assert visitors.send() == 0
    visitors.wait(minutes=1)
    assert visitors.send() == 25
    visitors.wait(hours=1)
    assert visitors.send() == 10
    assert SignUp.objects.filter(sent=True).count() == 60


def test_the_warning_stays_for_a_day() -> None:
    Budget.objects.create(hour=datetime(2024, 1, 15, 9, tzinfo=UTC), used=site().newsletter.hourly_confirmations)
    assert warnings(datetime(2024, 1, 16, 8, 59, tzinfo=UTC)) == (USED_UP,)
    assert warnings(datetime(2024, 1, 16, 9, 0, tzinfo=UTC)) == ()
    forget_unconfirmed(datetime(2024, 1, 17, 9, 30, tzinfo=UTC))
    assert not Budget.objects.exists()


def test_what_waits_too_long_for_a_budget_is_forgotten(visitors: Visitors) -> None:
    visitors.settle(hourly_confirmations=1)
    visitors.sign_up("a@example.net")
    visitors.sign_up("b@example.net")
    visitors.empty()
    assert visitors.send() == 1
    visitors.wait(days=3)
    assert visitors.send() == 0


def test_a_crash_after_marking_loses_a_mail_and_never_doubles_one(visitors: Visitors) -> None:
    class KilledError(BaseException):
        pass

    def dies(_site: SiteSettings, mails: Sequence[Mail]) -> list[Mail]:
        visitors.post(_site, mails[:1])
        raise KilledError

    for name in "abc":
        visitors.sign_up(f"{name}@example.net")
    visitors.empty()
    with pytest.raises(KilledError):
        send_due(keys=visitors.keys, site=visitors.site, now=visitors.now, post=dies)
    assert visitors.send() == 0
    assert len(visitors.mails) == 1


def test_when_no_relay_answers_nothing_is_lost_or_counted(visitors: Visitors) -> None:
    def away(_site: SiteSettings, _mails: Sequence[Mail]) -> list[Mail]:
        raise PostingError("no relay takes confirmation mails")

    for name in "abc":
        visitors.sign_up(f"{name}@example.net")
    visitors.empty()
    with pytest.raises(PostingError):
        send_due(keys=visitors.keys, site=visitors.site, now=visitors.now, post=away)
    assert not Asked.objects.exists()
    assert set(Budget.objects.values_list("used", flat=True)) == {0}
    assert visitors.send() == 3


def test_what_a_relay_puts_off_is_due_again_and_the_rest_is_not(visitors: Visitors) -> None:
    def busy(_site: SiteSettings, mails: Sequence[Mail]) -> list[Mail]:
        visitors.post(_site, [mail for mail in mails if "a@" not in mail.recipient])
        return [mail for mail in mails if "a@" in mail.recipient]

    for name in "abc":
        visitors.sign_up(f"{name}@example.net")
    visitors.empty()
    assert send_due(keys=visitors.keys, site=visitors.site, now=visitors.now, post=busy) == 2
    assert visitors.send() == 1
    assert sorted(mail.recipient[0] for mail in visitors.mails) == ["a", "b", "c"]
    assert sorted(Budget.objects.values_list("used", flat=True)) == [3, 3]


def test_a_wish_whose_row_cannot_be_opened_is_removed(visitors: Visitors) -> None:
    visitors.sign_up(ANNA)
    visitors.empty()
    SignUp.objects.update(sealed=b"\0" * 796)
    assert visitors.send() == 0
    assert not SignUp.objects.exists()


def test_the_mail_to_be_erased_says_so_and_is_as_discreet_as_the_reader(visitors: Visitors) -> None:
    row = visitors.subscribed(ANNA, language="ru", mode="notice")
    visitors.forget(ANNA, language="en")
    visitors.empty()
    visitors.send()
    sent = message(visitors.mails[-1])
    assert sent["Subject"] == "Please confirm"
    assert "Arcadia" not in sent.get_content() + sent["From"].addresses[0].display_name
    assert "/newsletter/en/erase/" in sent.get_content()
    token = read_token(token_in(visitors.mails[-1]), visitors.keys.known_tokens, today=visitors.now.date())
    assert (token.purpose, token.number) == (Purpose.ERASE, row.pk.bytes)

"""Who our mail comes from."""

from __future__ import annotations

import pytest

from barograph.base.newsletter_settings import NewsletterSettings
from barograph.base.site import site
from barograph.newsletter.sender_address import (
    SenderAddressError,
    return_address,
    sender_address,
    sender_name,
    unsubscribe_address,
)


@pytest.mark.parametrize(
    ("address", "sender"),
    [
        ("https://example.org", "newsletter@example.org"),
        ("https://www.example.org:8443/news", "newsletter@www.example.org"),
        ("https://прыклад.бел", "newsletter@xn--80aiqesg1f.xn--90ais"),
        ("http://127.0.0.1:8000", "newsletter@localhost"),
        ("http://[::1]:8000", "newsletter@localhost"),
    ],
)
def test_without_a_setting_mail_comes_from_the_sites_host(address: str, sender: str) -> None:
    here = site().model_copy(update={"address": address})
    assert sender_address(here) == sender
    assert return_address(here) == sender
    assert unsubscribe_address(here) == sender.replace("newsletter@", "unsubscribe@")


def test_settings_say_who_mail_comes_from_and_where_answers_go() -> None:
    newsletter = NewsletterSettings(
        sender="Letters@mail.example.org",
        return_address="bounces@mail.example.org",
        unsubscribe_address="out@example.org",
    )
    here = site().model_copy(update={"newsletter": newsletter})
    assert sender_address(here) == "letters@mail.example.org"
    assert return_address(here) == "bounces@mail.example.org"
    assert unsubscribe_address(here) == "out@example.org"


@pytest.mark.parametrize("name", ["sender", "return_address", "unsubscribe_address"])
def test_a_setting_that_is_no_address_is_named(name: str) -> None:
    here = site().model_copy(update={"newsletter": NewsletterSettings(**{name: "a@b\r\nBcc: c@d"})})
    ask = {"sender": sender_address, "return_address": return_address, "unsubscribe_address": unsubscribe_address}[name]
    with pytest.raises(SenderAddressError, match=rf"newsletter\.{name} is no mail address"):
        ask(here)


def test_a_rehearsal_may_use_this_machines_own_name() -> None:
    here = site().model_copy(update={"newsletter": NewsletterSettings(sender="news@localhost")})
    assert sender_address(here) == "news@localhost"


def test_a_discreet_reader_sees_a_name_that_gives_nothing_away() -> None:
    here = site()
    assert sender_name(here, "be", discreet=False) == "Становішча ў Аркадыі"
    assert "Arcadia" not in sender_name(here, "en", discreet=True)
    named = here.model_copy(
        update={"newsletter": NewsletterSettings(sender_name={"en": "Arcadia weekly"}, discreet_name={"en": "Anna"})}
    )
    assert sender_name(named, "en", discreet=False) == "Arcadia weekly"
    assert sender_name(named, "be", discreet=True) == "Anna"

"""Addresses of relays: what each means, and what is refused."""

from __future__ import annotations

import pytest

from barograph.base.site import SiteSettings, site
from barograph.newsletter.relays import Relay, RelayError, read_relays


def site_with(smtp_url: str) -> SiteSettings:
    newsletter = site().newsletter.model_copy(update={"connections": 8, "per_second": 0.0})
    return site().model_copy(update={"smtp_url": smtp_url, "newsletter": newsletter})


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("smtp://127.0.0.1", Relay("127.0.0.1", 25, tls="none")),
        ("smtp://localhost:2525", Relay("localhost", 2525, tls="none")),
        ("smtp://[::1]:2525", Relay("::1", 2525, tls="none")),
        ("smtp://127.0.0.1?tls=starttls", Relay("127.0.0.1", 25, tls="starttls")),
        ("smtp://mx.example.org", Relay("mx.example.org", 25, tls="starttls")),
        ("smtp://mx.example.org?tls=none", Relay("mx.example.org", 25, tls="none")),
        ("smtp://[2001:db8::1]", Relay("2001:db8::1", 25, tls="starttls")),
        ("smtp://anna:secret@mx.example.org", Relay("mx.example.org", 587, "anna", "secret", "starttls")),
        ("smtps://anna:secret@mx.example.org", Relay("mx.example.org", 465, "anna", "secret", "implicit")),
        ("smtps://mx.example.org:4650/", Relay("mx.example.org", 4650, tls="implicit")),
        ("smtp://a%40b:p%2Fq%2C@127.0.0.1:25", Relay("127.0.0.1", 25, "a@b", "p/q,", "none")),
        ("smtp://127.0.0.1?connections=3&per_second=2.5", Relay("127.0.0.1", 25, connections=3, per_second=2.5)),
    ],
)
def test_an_address_says_how_a_relay_is_reached(address: str, expected: Relay) -> None:
    assert read_relays(site_with(address)) == [expected]


def test_several_relays_are_separated_by_commas() -> None:
    relays = read_relays(site_with("smtp://127.0.0.1:1, smtps://mx.example.org?connections=2,"))
    assert [(relay.name, relay.connections) for relay in relays] == [("127.0.0.1:1", 8), ("mx.example.org:465", 2)]


def test_what_an_address_leaves_out_comes_from_the_settings() -> None:
    settings = site_with("smtp://127.0.0.1")
    newsletter = settings.newsletter.model_copy(update={"connections": 5, "per_second": 7.0})
    relay = read_relays(settings.model_copy(update={"newsletter": newsletter}))[0]
    assert (relay.connections, relay.per_second) == (5, 7.0)


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("", "no relay takes the newsletter"),
        (" , ", "no relay takes the newsletter"),
        ("mx.example.org:25", "smtp:// or smtps://"),
        ("http://mx.example.org", "smtp:// or smtps://"),
        ("smtp://", "smtp:// or smtps://"),
        ("smtp://mx.example.org:many", "is the port a number"),
        ("smtp://mx.example.org:70000", "is the port a number"),
        ("smtp://mx.example.org:0", "the port 0"),
        ("smtp://::1:25", "in brackets"),
        ("smtp://[::1", "in brackets"),
        ("smtp://mx.example.org/secret", "has a path"),
        ("smtp://anna@mx.example.org", "both or neither"),
        ("smtp://:secret@mx.example.org", "both or neither"),
        ("smtp://anna:secret@mx.example.org?tls=none", "in the clear"),
        ("smtp://mx.example.org?tls=maybe", "neither none nor starttls"),
        ("smtps://mx.example.org?tls=none", "always means TLS"),
        ("smtp://mx.example.org?speed=9", "unknown or repeated"),
        ("smtp://mx.example.org?connections=1&connections=2", "unknown or repeated"),
        ("smtp://mx.example.org?connections=0", "from 1 to 200"),
        ("smtp://mx.example.org?connections=201", "from 1 to 200"),
        ("smtp://mx.example.org?connections=two", "from 1 to 200"),
        ("smtp://mx.example.org?per_second=-1", "per_second"),
        ("smtp://mx.example.org?per_second=nan", "per_second"),
        ("smtp://mx.example.org?per_second=inf", "per_second"),
    ],
)
def test_an_unclear_address_is_refused_with_advice(address: str, complaint: str) -> None:
    with pytest.raises(RelayError, match="BAROGRAPH_SMTP_URL") as refusal:
        read_relays(site_with(address))
    assert complaint in str(refusal.value)


def test_a_password_is_in_no_message_and_no_representation() -> None:
    with pytest.raises(RelayError) as refusal:
        read_relays(site_with("smtp://127.0.0.1,smtp://anna:hunter2@mx.example.org?tls=none"))
    assert "hunter2" not in str(refusal.value)
    assert "address 2 of 2" in str(refusal.value)
    assert "hunter2" not in repr(Relay("127.0.0.1", 25, "anna", "hunter2"))

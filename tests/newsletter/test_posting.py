"""Single mails on their way to a relay."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from barograph.base.site import SiteSettings, site
from barograph.newsletter.confirmations import send_due
from barograph.newsletter.posting import Mail, PostingError, post
from barograph.newsletter.relays import RelayError
from tests.newsletter.sink import Sink
from tests.newsletter.visitors import Visitors


def site_with(*relays: Sink | int) -> SiteSettings:
    ports = [relay if isinstance(relay, int) else relay.port for relay in relays]
    return site().model_copy(update={"smtp_url": ",".join(f"smtp://127.0.0.1:{port}" for port in ports)})


def mail(recipient: str) -> Mail:
    return Mail(recipient, f"To: {recipient}\r\nMessage-ID: <{recipient}>\r\n\r\nHello\r\n.dot\r\n".encode())


MAILS = [mail(f"{name}@example.org") for name in ("a", "b", "c")]


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as once:
        once.bind(("127.0.0.1", 0))
        port: int = once.getsockname()[1]
        return port


def test_mails_go_out_on_one_connection_from_the_return_address() -> None:
    with Sink() as relay:
        assert post(site_with(relay), MAILS) == []
        assert [taken.recipient for taken in relay.taken] == [mail.recipient for mail in MAILS]
        assert {taken.return_path for taken in relay.taken} == {"newsletter@example.org"}
        assert relay.connections == 1


def test_when_the_first_relay_is_away_the_second_takes_all(closed_port: int) -> None:
    with Sink() as relay:
        assert post(site_with(closed_port, relay), MAILS) == []
        assert len(relay.taken) == 3


def test_when_no_relay_answers_the_operator_hears_which_and_nobodys_address(closed_port: int) -> None:
    with pytest.raises(PostingError, match=rf"127\.0\.0\.1:{closed_port} \(ConnectionRefusedError\)") as error:
        post(site_with(closed_port), MAILS)
    assert "example.org" not in str(error.value)


def test_without_a_relay_the_operator_hears_what_to_set() -> None:
    with pytest.raises(RelayError, match="BAROGRAPH_SMTP_URL"):
        post(site().model_copy(update={"smtp_url": ""}), MAILS)


@pytest.mark.parametrize(
    ("rule", "left", "taken"),
    [
        ("rcpt b@* 0 450 4.2.1 Later", "b", "ac"),
        ("dot b@* 0 451 4.3.0 Later", "b", "ac"),
        ("rcpt b@* 0 550 5.1.1 Nobody", "", "ac"),
        ("dot b@* 0 554 5.7.1 No", "", "ac"),
        ("rcpt b@* 0 421 4.3.2 Goodbye", "bc", "a"),
        # The connection breaks after the dot: nobody knows whether the relay has it, so it is not sent again.
        ("taken b@* 0 drop", "c", "ab"),
        ("dot b@* 0 drop", "c", "a"),
        ("mail * 0 450 4.3.2 Later", "abc", ""),
    ],
)
def test_what_a_relay_surely_did_not_take_is_given_back(rule: str, left: str, taken: str) -> None:
    with Sink(rules=[rule]) as relay:
        assert "".join(mail.recipient[0] for mail in post(site_with(relay), MAILS)) == left
        assert "".join(mail.recipient[0] for mail in relay.taken) == taken


def test_neither_a_mail_nor_an_error_shows_an_address() -> None:
    assert "a@example.org" not in repr(MAILS)


@pytest.mark.django_db(databases=["subscribers"])
def test_a_sign_up_becomes_a_mail_in_a_mailbox(tmp_path: Path) -> None:
    visitors = Visitors(tmp_path)
    visitors.sign_up("anna@example.net", language="be")
    visitors.empty()
    with Sink() as relay:
        assert send_due(keys=visitors.keys, site=site_with(relay), now=visitors.now) == 1
        (taken,) = relay.taken
    assert taken.recipient == "anna@example.net"
    assert b"\r\nAuto-Submitted: auto-generated\r\n" in taken.data

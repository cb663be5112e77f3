"""Opening a connection: hello, TLS, password, and when a relay is not to be used."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from barograph.newsletter.deliveries import Outgoing
from barograph.newsletter.relays import Relay, Tls
from barograph.newsletter.smtp import READY, TAKEN, Patience
from barograph.newsletter.smtp_opening import RelayDownError, open_connection
from tests.newsletter.scripted import READ, scripted
from tests.newsletter.sink import Sink
from tests.postgres import free_port

MESSAGE = Outgoing("anna@example.org", "b@example.net", (b"Subject: hello\r\n\r\n", b"Hello\r\n"))


class Certificate(NamedTuple):
    server: ssl.SSLContext
    client: ssl.SSLContext


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for 127.0.0.1, and somebody who trusts it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "relay")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file: Path = tmp_path_factory.mktemp("certificate") / "relay.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return Certificate(server, ssl.create_default_context(cafile=file))


class Inbox:
    """What aiosmtpd does with messages: keep them."""

    def __init__(self) -> None:
        self.contents: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        self.contents.append(envelope.content)
        return "250 2.0.0 Ok"


def check(*about: Any) -> AuthResult:
    data = about[-1]
    return AuthResult(success=data == LoginPassword(b"anna", b"secret"), handled=False)


@contextmanager
def relay_of_others(**options: Any) -> Iterator[tuple[int, Inbox]]:
    """aiosmtpd, which is not ours."""
    controller = Controller(Inbox(), hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller.port, controller.handler
    finally:
        controller.stop()


def send_one(relay: Relay, trusted: ssl.SSLContext | None = None) -> None:
    """Open a connection, and hand a message over."""

    async def run() -> None:
        connection = await open_connection(relay, Patience(5, 5, 5), trusted)
        assert await connection.offer(MESSAGE) is READY
        assert (await connection.deliver(MESSAGE))[0] is TAKEN
        await connection.close()

    asyncio.run(run())


@pytest.mark.parametrize("tls", ["starttls", "implicit", "none"])
@pytest.mark.parametrize("excluded", ["LOGIN", "PLAIN"])
def test_a_message_goes_over_tls_with_a_password(tls: Tls, excluded: str, certificate: Certificate) -> None:
    options: dict[str, Any] = {"authenticator": check, "auth_exclude_mechanism": [excluded]}
    options["auth_required"] = options["auth_require_tls"] = tls == "starttls"
    if tls != "none":
        options["tls_context" if tls == "starttls" else "ssl_context"] = certificate.server
    options["require_starttls"] = tls == "starttls"
    with relay_of_others(**options) as (port, inbox):
        send_one(Relay("127.0.0.1", port, "anna", "secret", tls), certificate.client)
        assert inbox.contents == [b"Subject: hello\r\n\r\nHello\r\n"]


def test_a_wrong_password_is_reported_without_it() -> None:
    with (
        relay_of_others(authenticator=check, auth_require_tls=False) as (port, _),
        pytest.raises(RelayDownError, match=r"^answered AUTH with 535 5\.7\.8$"),
    ):
        send_one(Relay("127.0.0.1", port, "anna", "wrong"))


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_relay_that_cannot_prove_its_name_gets_nothing(tls: Tls, certificate: Certificate) -> None:
    options = {"tls_context" if tls == "starttls" else "ssl_context": certificate.server}
    with relay_of_others(**options) as (port, inbox):
        with pytest.raises(RelayDownError, match=r"begin TLS|be reached"):
            send_one(Relay("127.0.0.1", port, tls=tls))
        assert inbox.contents == []


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("connect * 0 554 5.3.2 No", "greeted us with 554 5.3.2"),
        ("connect * 0 421 4.3.2 Busy", "greeted us with 421 4.3.2"),
        ("connect * 0 drop", "the connection broke"),
        ("connect * 0 stall", "did not answer in time"),
        ("ehlo * 0 450 4.3.2 Later", "answered EHLO with 450 4.3.2"),
        ("ehlo * 0 550 No", "answered HELO with 550"),
        ("ehlo * 0 drop", "the connection broke"),
        ("ehlo * 0 stall", "did not answer in time"),
    ],
)
def test_a_relay_that_does_not_let_us_in_is_down(rule: str, why: str) -> None:
    async def run(port: int) -> None:
        await open_connection(Relay("127.0.0.1", port), Patience(5, 0.2 if "stall" in rule else 5, 5))

    with Sink(rules=[rule]) as sink, pytest.raises(RelayDownError, match=why):
        asyncio.run(run(sink.port))


def test_a_relay_that_knows_no_ehlo_is_greeted_with_helo() -> None:
    with Sink(rules=["ehlo * 1 502 5.5.1 What?"]) as sink:
        send_one(Relay("127.0.0.1", sink.port))
        assert sink.commands[:2] == ["EHLO", "HELO"]
        assert len(sink.taken) == 1


def test_nobody_listens() -> None:
    with scripted() as port:
        pass
    with pytest.raises(RelayDownError, match="cannot be reached"):
        send_one(Relay("127.0.0.1", port))


@pytest.mark.parametrize(
    ("relay", "why"),
    [
        (Relay("127.0.0.1", 0, tls="starttls"), "offers no STARTTLS"),
        (Relay("127.0.0.1", 0, "anna", "secret"), "takes no password"),
    ],
)
def test_without_tls_or_password_where_they_are_wanted_nothing_is_sent(relay: Relay, why: str) -> None:
    with Sink() as sink:
        with pytest.raises(RelayDownError, match=why):
            send_one(Relay(relay.host, sink.port, relay.user, relay.password, relay.tls))
        assert sink.commands == ["EHLO"]


def test_words_slipped_in_before_tls_are_not_taken_for_the_relays(certificate: Certificate) -> None:
    """As in CVE-2011-0411: a reply in the clear that would be read as if it had come under TLS."""
    script = [b"220 hello\r\n", READ, b"250-hello\r\n250 STARTTLS\r\n", READ, b"220 go\r\n250 AUTH PLAIN\r\n", READ]
    with scripted(script) as port, pytest.raises(RelayDownError):
        send_one(Relay("127.0.0.1", port, "anna", "secret", tls="starttls"), certificate.client)


def test_our_machines_name_is_not_told() -> None:
    heard: list[bytes] = []
    script = [b"220 hello\r\n", READ, b"550 no\r\n", READ, b"550 no\r\n"]
    with scripted(script, heard=heard) as port, pytest.raises(RelayDownError):
        send_one(Relay("127.0.0.1", port))
    assert heard == [b"EHLO [127.0.0.1]\r\n", b"HELO [127.0.0.1]\r\n"]

"""Opening a connection to a relay: greeting, EHLO (RFC 5321), STARTTLS (RFC 3207), AUTH (RFC 4954)."""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64encode
from ipaddress import ip_address

from barograph.newsletter.relays import Relay
from barograph.newsletter.replies import Reply
from barograph.newsletter.smtp import Connection, Patience


class RelayDownError(Exception):
    """A relay cannot be used now; the message, the rest of a sentence about it, holds no secret."""


async def open_connection(relay: Relay, patience: Patience, tls: ssl.SSLContext | None = None) -> Connection:
    """A connection that is ready for messages. Raises RelayDownError.

    ``tls`` says whom to trust; the authorities this machine knows when left out.
    """
    context = (tls or ssl.create_default_context()) if relay.tls != "none" else None
    connection = await _connect(relay, patience, context if relay.tls == "implicit" else None)
    try:
        _wanted(connection, await connection.greeting(), 2, "greeted us with")
        offered = await _say_hello(connection)
        if context and relay.tls == "starttls":
            offered = await _encrypt(connection, offered, context)
        if relay.user:
            await _log_in(connection, offered.get("AUTH", "").split())
    except BaseException:
        connection.abort("not opened")
        raise
    connection.pipelining = "PIPELINING" in offered
    return connection


async def _connect(relay: Relay, patience: Patience, context: ssl.SSLContext | None) -> Connection:
    try:
        async with asyncio.timeout(patience.connect):
            _, connection = await asyncio.get_running_loop().create_connection(
                lambda: Connection(relay, patience),
                relay.host,
                relay.port,
                ssl=context,
                server_hostname=relay.host if context else None,
            )
    except (OSError, TimeoutError) as error:
        raise RelayDownError(f"cannot be reached ({_short(error)})") from error
    return connection


async def _say_hello(connection: Connection) -> dict[str, str]:
    """What the relay offers, by keyword. A neutral name: a machine's own name would travel with every message."""
    own = ip_address(connection.own_address.partition("%")[0])
    name = f"[IPv6:{own}]" if own.version == 6 else f"[{own}]"
    replies = await connection.ask(f"EHLO {name}\r\n".encode())
    if replies and replies[0].kind == 5:  # it knows SMTP of 1982 only
        _wanted(connection, await connection.ask(f"HELO {name}\r\n".encode()), 2, "answered HELO with")
        return {}
    lines = _wanted(connection, replies, 2, "answered EHLO with").lines[1:]
    words = [line.decode("ascii", "replace").upper().partition(" ") for line in lines]
    return {keyword: rest for keyword, _, rest in words}


async def _encrypt(connection: Connection, offered: dict[str, str], context: ssl.SSLContext) -> dict[str, str]:
    if "STARTTLS" not in offered:
        raise RelayDownError("offers no STARTTLS, and mail must not travel in the clear")
    _wanted(connection, await connection.ask(b"STARTTLS\r\n"), 2, "answered STARTTLS with")
    try:
        async with asyncio.timeout(connection.patience.connect):
            await connection.encrypt(context)
    except (OSError, TimeoutError) as error:
        raise RelayDownError(f"could not begin TLS ({_short(error)})") from error
    return await _say_hello(connection)  # what was said in the clear counts no more


async def _log_in(connection: Connection, mechanisms: list[str]) -> None:
    user, password = connection.relay.user.encode(), connection.relay.password.encode()
    if "PLAIN" in mechanisms:  # RFC 4616
        secret = b64encode(b"\0" + user + b"\0" + password)
        _wanted(connection, await connection.ask(b"AUTH PLAIN " + secret + b"\r\n"), 2, "answered AUTH with")
    elif "LOGIN" in mechanisms:
        _wanted(connection, await connection.ask(b"AUTH LOGIN\r\n"), 3, "answered AUTH with")
        _wanted(connection, await connection.ask(b64encode(user) + b"\r\n"), 3, "answered AUTH with")
        _wanted(connection, await connection.ask(b64encode(password) + b"\r\n"), 2, "answered AUTH with")
    else:
        raise RelayDownError("takes no password (neither AUTH PLAIN nor LOGIN)")


def _wanted(connection: Connection, replies: list[Reply], kind: int, what: str) -> Reply:
    """The reply, if it is of this kind."""
    if replies and replies[0].kind == kind:
        return replies[0]
    raise RelayDownError(f"{what} {replies[0].reason}" if replies else connection.lost or "said nothing")


def _short(error: BaseException) -> str:
    """An error of the network in a few words."""
    return getattr(error, "strerror", None) or type(error).__name__

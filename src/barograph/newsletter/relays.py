"""The relays that take the newsletter's mail, read out of ``smtp_url``.

``smtp://`` is plain SMTP (RFC 5321), upgraded with STARTTLS (RFC 3207); ``smtps://`` is TLS from the first byte
(RFC 8314). To this machine itself no TLS is needed; to any other it is, unless the address says ``?tls=none``.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from barograph.base.newsletter_settings import NewsletterSettings
from barograph.base.site import SiteSettings
from barograph.newsletter.errors import NewsletterError

Tls = Literal["none", "starttls", "implicit"]

MOST_CONNECTIONS = 200
WHERE = "BAROGRAPH_SMTP_URL (smtp_url in barograph.toml)"
EXAMPLE = "write smtp://host:port, smtp://user:password@host:port or smtps://user:password@host"


class RelayError(NewsletterError):
    """The addresses of the relays are missing or wrong; the message never repeats them, for they hold passwords."""


@dataclass(frozen=True)
class Relay:
    """A mail server that takes our messages. ``per_second`` counts messages over all connections; 0 is no limit."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: Tls = "none"
    connections: int = 8
    per_second: float = 0.0

    @property
    def name(self) -> str:
        """How it is called in messages to the operator."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def read_relays(site: SiteSettings) -> list[Relay]:
    """The relays of a site, in the order of ``smtp_url``; raises RelayError when there is none or one is not clear."""
    addresses = [address.strip() for address in site.smtp_url.split(",") if address.strip()]
    if not addresses:
        raise RelayError(f"no relay takes the newsletter: set {WHERE}; {EXAMPLE}")
    relays = []
    for number, address in enumerate(addresses, start=1):
        try:
            relays.append(_relay(address, site.newsletter))
        except ValueError as error:
            raise RelayError(f"{WHERE}: address {number} of {len(addresses)} {error}") from None
    return relays


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself, so that nobody is between."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _relay(address: str, settings: NewsletterSettings) -> Relay:
    """One relay; raises ValueError with the rest of a sentence about the address."""
    parts, port = _split(address)
    options = _options(parts.query)
    host, user, password = parts.hostname or "", unquote(parts.username or ""), unquote(parts.password or "")
    tls = _tls(parts.scheme, host, options.get("tls"))
    if bool(user) != bool(password):
        raise ValueError("has a user without a password, or the other way round; write both or neither")
    if user and tls == "none" and not is_loopback(host):
        raise ValueError("would send a password over the network in the clear; leave out tls=none, or the password")
    return Relay(
        host=host,
        port=port or _usual_port(tls, with_user=bool(user)),
        user=user,
        password=password,
        tls=tls,
        connections=_connections(options.get("connections", str(settings.connections))),
        per_second=_rate(options.get("per_second", str(settings.per_second))),
    )


def _split(address: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise ValueError(f"cannot be read (is the port a number, is an IPv6 address in brackets?); {EXAMPLE}") from None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError(f"does not begin with smtp:// or smtps:// and a host; {EXAMPLE}")
    if parts.path.strip("/") or parts.fragment or port == 0:
        raise ValueError(f"has a path, a “#” or the port 0 (in a password, write / as %2F and # as %23); {EXAMPLE}")
    return parts, port


def _options(query: str) -> dict[str, str]:
    pairs = parse_qsl(query, keep_blank_values=True)
    options = dict(pairs)
    if len(options) < len(pairs) or options.keys() - {"connections", "per_second", "tls"}:
        raise ValueError("has unknown or repeated options after “?”; there are connections, per_second and tls")
    return options


def _tls(scheme: str, host: str, wish: str | None) -> Tls:
    if scheme == "smtps":
        if wish is not None:
            raise ValueError("has tls= although smtps:// always means TLS; leave it out")
        return "implicit"
    if wish == "none" or (wish is None and is_loopback(host)):
        return "none"
    if wish not in {None, "starttls"}:
        raise ValueError("has a tls= that is neither none nor starttls")
    return "starttls"


def _usual_port(tls: Tls, *, with_user: bool) -> int:
    """465 and 587 are where users hand in mail (RFC 8314, RFC 6409), 25 where servers do."""
    if tls == "implicit":
        return 465
    return 587 if with_user else 25


def _connections(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_CONNECTIONS):
        raise ValueError(f"has connections= that is not a number from 1 to {MOST_CONNECTIONS}")
    return int(text)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = -1
    if not 0 <= rate < float("inf"):
        raise ValueError("has per_second= that is not a number, 0 for no limit")
    return rate

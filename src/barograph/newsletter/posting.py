"""Handing single mails to a relay (RFC 5321), such as confirmations. Editions go their own, quicker way."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from barograph.base.site import SiteSettings
from barograph.newsletter.addresses import domain_of
from barograph.newsletter.errors import NewsletterError
from barograph.newsletter.relays import Relay, read_relays
from barograph.newsletter.sender_address import return_address, sender_address

TIMEOUT = 30
"""Seconds that a relay has for each answer."""


class PostingError(NewsletterError):
    """No relay takes mail at the moment."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one reader, with its headers; its lines may end as they like."""

    recipient: str = field(repr=False)
    content: bytes = field(repr=False)


def post(site: SiteSettings, mails: Sequence[Mail]) -> list[Mail]:
    """Hand mails to the first relay that answers; returns those that were surely not taken and may be tried again.

    A mail that the relay refuses for good is not among them, nor one of which it is unknown, because the connection
    broke, whether the relay has it. Raises PostingError when no relay answers, and then none was taken.
    """
    left: list[Mail] = []
    with _connected(read_relays(site), domain_of(sender_address(site))) as relay:
        for done, mail in enumerate(mails):
            if relay.sock is None:  # it said 421 and hung up
                return [*left, *mails[done:]]
            try:
                if not _hand_over(relay, return_address(site), mail):
                    left.append(mail)
            except (OSError, smtplib.SMTPException):
                return [*left, *mails[done + 1 :]]
    return left


def _hand_over(relay: smtplib.SMTP, return_path: str, mail: Mail) -> bool:
    """Whether this mail is done with: taken, or refused for good."""
    try:
        relay.sendmail(return_path, [mail.recipient], mail.content)
    except smtplib.SMTPRecipientsRefused as refused:
        ((code, _),) = refused.recipients.values()
    except smtplib.SMTPResponseException as refused:
        code = refused.smtp_code
    else:
        return True
    return code >= 500


@contextmanager
def _connected(relays: Sequence[Relay], own_name: str) -> Iterator[smtplib.SMTP]:
    """A connection to the first relay that answers. Raises PostingError."""
    reasons = []
    for relay in relays:
        try:
            connection = _connect(relay, own_name)
        except (OSError, smtplib.SMTPException) as error:
            # Only the kind of error: a relay's own words are not ours to repeat.
            reasons.append(f"{relay.name} ({type(error).__name__})")
            continue
        try:
            yield connection
        finally:
            with suppress(OSError, smtplib.SMTPException):
                connection.quit()
            connection.close()
        return
    raise PostingError(
        f"no relay takes confirmation mails: {', '.join(reasons)}; check that it runs and what smtp_url says about it. "
        "They are sent when it answers again"
    )


def _connect(relay: Relay, own_name: str) -> smtplib.SMTP:
    if relay.tls == "implicit":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            relay.host, relay.port, own_name, timeout=TIMEOUT, context=ssl.create_default_context()
        )
    else:
        connection = smtplib.SMTP(relay.host, relay.port, own_name, timeout=TIMEOUT)
    try:
        if relay.tls == "starttls":
            connection.starttls(context=ssl.create_default_context())
        if relay.user:
            connection.login(relay.user, relay.password)
    except BaseException:
        connection.close()
        raise
    return connection

"""Mail that comes to us: bounces and unsubscriptions. It is read and thrown away; nothing is ever answered (RFC 3834).

It lies in the Maildir or mbox that ``newsletter.incoming`` names, or comes through a pipe from the local mail server
(``barograph newsletter incoming``).
"""

from __future__ import annotations

import mailbox
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Literal
from uuid import UUID

from barograph.base.site import SiteSettings
from barograph.newsletter.arrived import MOST, Arrived, possible_tokens, read_arrived, read_report, returned_delivery
from barograph.newsletter.bounces import record_bounce
from barograph.newsletter.erasing import erase_subscriber, forget_traces
from barograph.newsletter.errors import NewsletterError
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.sender_address import return_address
from barograph.trust.tokens import Purpose, TokenError, TokenPublicKey, read_token

Kind = Literal["bounce", "delay", "unsubscription", "other"]
"""What a mail was. A delay is no bounce: the mail server goes on trying, and says so when it gives up."""
AT_ONCE = 1000
"""How many mails are read in one go, so that whoever waits for the rest of the work does not wait long."""


class IncomingError(NewsletterError):
    """The mailbox that ``newsletter.incoming`` names cannot be used; the message says why."""


def read_incoming(*, keys: SenderKeys, site: SiteSettings, today: date) -> int:
    """Read mails that lie in the mailbox of ``newsletter.incoming`` and remove them; returns how many.

    Each is removed after what it caused is written durably: after a crash it is read again, which does no harm.
    Raises IncomingError when the mailbox cannot be read.
    """
    if site.newsletter.incoming is None:
        return 0
    path = site.folder / site.newsletter.incoming
    if not path.exists():
        return 0  # mail servers make it with the first mail
    count = 0
    try:
        with _opened(path) as box:
            for number in islice(list(box.iterkeys()), AT_ONCE):
                try:
                    file = box.get_file(number)
                except KeyError:
                    continue  # another process was quicker
                with closing(file):
                    raw = file.read(MOST)
                handle_message(raw, tokens=keys.known_tokens, site=site, today=today)
                box.discard(number)
                count += 1
    except mailbox.ExternalClashError:
        return 0  # the mail server is writing; the next time will do
    except OSError as error:
        raise IncomingError(
            f"newsletter.incoming: {path} cannot be read ({type(error).__name__}): it must be a Maildir or an mbox "
            "that the sender's user may change"
        ) from error
    return count


def handle_message(raw: bytes, *, tokens: Iterable[TokenPublicKey], site: SiteSettings, today: date) -> Kind:
    """Do what a mail asks for, or drop it; returns what it was. No mail, whatever is in it, raises anything.

    ``tokens`` are the keys whose links are taken: public ones, so that a mail server's pipe needs no secret.
    """
    mail = read_arrived(raw)
    delivery = returned_delivery(mail, return_address(site))
    report = read_report(mail) if delivery is not None else None
    if delivery is not None and report is not None:
        if report.action == "failed":
            record_bounce(delivery=delivery, status=report.status, today=today)
            return "bounce"
        return "delay" if report.action == "delayed" else "other"
    if (subscriber := _who_unsubscribes(mail, tokens, today)) is not None:
        if erase_subscriber(subscriber, today=today):
            forget_traces()
        return "unsubscription"
    return "other"


def _who_unsubscribes(mail: Arrived, tokens: Iterable[TokenPublicKey], today: date) -> UUID | None:
    """The subscriber whose token stands in the subject. Whoever has the token may use it, from any address."""
    tokens = list(tokens)
    for text in possible_tokens(mail):
        try:
            token = read_token(text, tokens, today=today)
        except TokenError:
            continue
        if token.purpose == Purpose.UNSUBSCRIBE:
            return UUID(bytes=token.number)
    return None


@contextmanager
def _opened(path: Path) -> Iterator[mailbox.Maildir | mailbox.mbox]:
    if path.is_dir():
        yield mailbox.Maildir(path, create=False)
        return
    box = mailbox.mbox(path, create=False)
    try:
        box.lock()
        try:
            yield box
        finally:
            box.flush()  # an mbox is written anew, without what was removed
            box.unlock()
    finally:
        box.close()

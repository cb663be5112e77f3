"""What the newsroom asks of the sender: to send an edition, to try some readers again, to send somebody a test.

An order says which edition and never which words: those come from the signed release alone.
"""

from __future__ import annotations

import base64
import logging
import re
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from barograph.base.campaigns import TEST_CONTEXT, Order, take_orders
from barograph.base.site import SiteSettings
from barograph.newsletter import posting
from barograph.newsletter.addresses import AddressError, normalise
from barograph.newsletter.campaigns import read_mails
from barograph.newsletter.errors import NewsletterError
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.messages import test_message
from barograph.newsletter.models import Campaign
from barograph.newsletter.posting import Mail
from barograph.newsletter.recovery import retry
from barograph.newsletter.signed_release import open_release
from barograph.trust.sealing import SealError

TESTS_AN_HOUR = 20
"""Tests that are sent, whoever asks: a newsroom in strange hands must not be a way to write to strangers."""
LOG = logging.getLogger(__name__)
Post = Callable[[SiteSettings, Sequence[Mail]], list[Mail]]


class OrderError(NewsletterError):
    """An order cannot be carried out; the message says why."""


class Orders:
    """Takes up orders and carries them out, all but the sending, which it names."""

    def __init__(self, *, keys: SenderKeys, site: SiteSettings, post: Post = posting.post) -> None:
        self.keys, self.site, self.post = keys, site, post
        self.problems: dict[str, str] = {}
        """What could not be done last, by edition."""
        self._tests: deque[datetime] = deque()
        self._refused: set[str] = set()

    def take_up(self, now: datetime) -> list[str]:
        """Do what was ordered; returns the editions that are to be sent and have no campaign yet.

        Such an order's file stays until the campaign is there, so that a crash forgets no order, or until it was
        refused.
        """
        to_send, refused = [], set(self._refused)
        for file, order in take_orders(self.site.newsletter_folder):
            is_new = order.kind == "send" and not Campaign.objects.filter(edition=order.edition).exists()
            if is_new and order.edition not in refused:
                to_send.append(order.edition)
                continue
            try:
                if not is_new:
                    self._carry_out(order, now)
                    self.problems.pop(order.edition, None)
            except NewsletterError as error:
                self.problems[order.edition] = str(error)
                LOG.warning("An order for %s (%s) was not carried out: %s", order.edition, order.kind, error)
            file.unlink(missing_ok=True)
        self._refused -= refused
        return to_send

    def refuse(self, edition: str, why: str) -> None:
        """Have the order to send an edition that cannot be sent removed; the newsroom sees why, and may order again."""
        self.problems[edition] = why
        self._refused.add(edition)

    def _carry_out(self, order: Order, now: datetime) -> None:
        if order.kind == "retry":
            campaign = Campaign.objects.filter(edition=order.edition).first()
            if campaign is None:
                raise OrderError("it was never sent, so there is nobody to try again")
            retry(campaign=campaign, reasons=order.reasons)
        elif order.kind == "test":
            self._send_test(order, now)

    def _send_test(self, order: Order, now: datetime) -> None:
        while self._tests and self._tests[0] <= now - timedelta(hours=1):
            self._tests.popleft()
        if len(self._tests) >= TESTS_AN_HOUR:
            raise OrderError(f"{TESTS_AN_HOUR} tests were sent within the hour: order it again later")
        mails = read_mails(open_release(self.site), order.edition)
        if order.language not in mails:
            raise OrderError(f"the release has no mail of it in “{order.language}”")
        self._tests.append(now)
        outgoing = test_message(
            site=self.site, keys=self.keys, mail=mails[order.language], address=self._address(order), sent_on=now
        )
        # SMTP's doubling of dots is done again by whoever posts it.
        content = re.sub(rb"^\.\.", b".", b"".join(outgoing.pieces), flags=re.MULTILINE)
        if self.post(self.site, [Mail(outgoing.recipient, content)]):
            raise OrderError("the relay puts off mail to this address: order the test again later")

    def _address(self, order: Order) -> str:
        try:
            sealed = base64.b64decode(order.sealed_address, validate=True)
            return normalise(self.keys.open_drop(sealed, TEST_CONTEXT).decode())
        except (SealError, AddressError, ValueError) as error:
            # Neither the address nor what was wrong with it belongs in a log.
            raise OrderError("the address of a test cannot be read: order it again") from error

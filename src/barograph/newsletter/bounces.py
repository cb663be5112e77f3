"""Bounces: what a refused or returned delivery says about a reader's mailbox, and when a reader is removed for it.

Statuses are those of RFC 3463: class (4 not now, 5 never), subject, detail.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Literal

from django.db import transaction

from barograph.newsletter import DATABASE
from barograph.newsletter.models import Campaign, Delivery, Erased, Subscriber

SOFT_BOUNCES = 3
"""As many, and the reader is removed."""
MEMORY = timedelta(weeks=3)
"""A soft bounce counts no more when nothing has bounced for so long."""
STATUS = re.compile(r"(?<![\d.])([245]\.[0-7]\.\d{1,3})(?![\d.])")
"""An enhanced status among other words; neither a version nor an IP address, which have other numbers around."""

# No such mailbox (5.1.1), no such host (5.1.2), no address at all (5.1.3), moved away (5.1.6), a host that takes
# no mail (5.1.10, RFC 7505), a mailbox that was closed (5.2.1): writing again helps nobody and harms our name.
_HARD = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
# What somebody thinks of us or of the letter says nothing about the mailbox: our address (x.1.7, x.1.8), the letter's
# length (x.2.3, x.3.4), our commands (x.5), the text (x.6), and above all policy (x.7): when a provider blocks us for
# a month, none of its readers is lost.
_NOT_THE_READERS = re.compile(r"[45]\.(?:1\.[78]|2\.3|3\.4|[567]\.\d+)")


def kind_of(status: str) -> Literal["hard", "soft", "none"]:
    """What a status says about the reader's mailbox: gone for good, not in order now, or nothing.

    ``status`` may have other words around it, such as a reply code. A refusal without an enhanced status is soft,
    since nobody knows what it means.
    """
    found = STATUS.search(status)
    if found is None:
        return "soft"
    if found[1] in _HARD:
        return "hard"
    if found[1].startswith("2") or _NOT_THE_READERS.fullmatch(found[1]):
        return "none"
    return "soft"


def record_bounce(*, delivery: int, status: str, today: date) -> None:
    """Note that a delivery was refused for good, or came back, and what it means for its reader.

    A hard bounce removes the reader at once. So do three soft ones, each within three weeks of the one before; on
    one day there is one at most, so the same bounce told twice counts once. A delivery that seemed sent has failed;
    its row stays. That a later mail is taken proves nothing, because our relay takes all of them: time alone heals.
    """
    with transaction.atomic(using=DATABASE):
        row = Delivery.objects.select_for_update().filter(pk=delivery).first()
        if row is None:
            return
        if row.state in (Delivery.State.SENT, Delivery.State.UNKNOWN):
            _fail(row, status)
        kind = kind_of(status)
        reader = Subscriber.objects.select_for_update().only("soft_bounces", "bounced_on").filter(pk=row.subscriber)
        subscriber = reader.first()
        if subscriber is None or kind == "none" or (kind == "soft" and subscriber.bounced_on == today):
            return
        if kind == "hard" or _soft_bounces(subscriber, today) >= SOFT_BOUNCES:
            _remove(subscriber, today)
        else:
            reader.update(soft_bounces=_soft_bounces(subscriber, today), bounced_on=today)


def _soft_bounces(subscriber: Subscriber, today: date) -> int:
    """How many there are with today's."""
    recent = subscriber.bounced_on is not None and today - subscriber.bounced_on <= MEMORY
    return subscriber.soft_bounces + 1 if recent else 1


def _remove(subscriber: Subscriber, today: date) -> None:
    # A backup that is put back must not bring a dead address back either.
    Erased.objects.bulk_create([Erased(id=subscriber.pk, day=today)], ignore_conflicts=True)
    subscriber.delete()


def _fail(row: Delivery, status: str) -> None:
    """Mark a delivery that came back, also in the counts that a settled campaign keeps."""
    found = STATUS.search(status)
    before, row.state, row.reason, row.next_try = row.state, Delivery.State.FAILED, found[1] if found else "", None
    row.save(update_fields=["state", "reason", "next_try"])
    campaign = Campaign.objects.select_for_update().get(pk=row.campaign_id)
    counts, reasons = campaign.summary.get("counts"), campaign.summary.get("reasons")
    if campaign.settled_at is None or not counts or reasons is None:
        return
    counts[before] = counts.get(before, 0) - 1
    counts["failed"] = counts.get("failed", 0) + 1
    reasons[row.reason] = reasons.get(row.reason, 0) + 1
    campaign.save(update_fields=["summary"])

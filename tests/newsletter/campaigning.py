"""Subscribers and campaigns for tests, made quickly."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date
from uuid import UUID

from barograph.base.drops import Choices
from barograph.base.mail import UNSUBSCRIBE, EditionMail, Part, mail_file
from barograph.newsletter.keys import RowKeys, SenderKeys
from barograph.newsletter.models import Campaign, Delivery, Subscriber
from barograph.newsletter.readers import Reader, seal_reader

EDITION = "2024-01-22"
DAY = date(2024, 1, 1)


def make_keys() -> SenderKeys:
    """Keys that cost nothing and are those of no other test."""
    return SenderKeys.make()


def reader(address: str, choices: Choices) -> Reader:
    """A reader with a link that looks like one and leads nowhere: signing a real one takes long for thousands."""
    return Reader(address, choices, hashlib.sha512(address.encode()).hexdigest()[:112], DAY)


def subscriber(keys: RowKeys, address: str, choices: Choices | None = None) -> Subscriber:
    """A subscriber's row, not saved."""
    number = uuid.uuid4()
    return Subscriber(
        id=number,
        sealed=seal_reader(keys, number, reader(address, choices or Choices("en"))),
        index=keys.index(address),
        generation=keys.generation,
        since=DAY,
    )


def subscribe(keys: SenderKeys, *addresses: str, choices: Choices | None = None) -> list[UUID]:
    """Save subscribers with these addresses; their ids."""
    rows = [subscriber(keys.row_keys, address, choices) for address in addresses]
    Subscriber.objects.bulk_create(rows, batch_size=500)
    return [row.id for row in rows]


def mail(
    language: str = "en", *, sections: tuple[str, ...] = ("economy",), changed: tuple[str, ...] = ()
) -> EditionMail:
    """A small mail with these sections."""
    foot = Part("", f'<p><a href="{UNSUBSCRIBE}">Unsubscribe</a></p></body></html>', f"Unsubscribe: {UNSUBSCRIBE}\n")
    parts = (
        Part("", "<!doctype html><html><body><h1>The week</h1>", "The week\n\n"),
        *(Part(section, f"<h2>{section}</h2>", f"{section}\n\n", section) for section in sections),
        foot,
    )
    return EditionMail(
        EDITION, language, f"The week in {language}", parts, parts, parts[:-1], changed, "https://example.org/"
    )


def mail_files(*mails: EditionMail) -> dict[str, bytes]:
    """What a release has of these mails, by path."""
    return {mail_file(one.edition, one.language): one.to_json() for one in mails}


def queue(*subscribers: UUID, edition: str = EDITION) -> Campaign:
    """A campaign with a queued delivery for each subscriber, numbered as they come from 1."""
    campaign = Campaign.objects.create(edition=edition, sequence=1, manifest_hash="0" * 64)
    Delivery.objects.bulk_create(
        Delivery(id=number, campaign=campaign, subscriber=subscriber, language="en")
        for number, subscriber in enumerate(subscribers, start=1)
    )
    return campaign


def states(campaign: Campaign) -> dict[int, str]:
    """Where each delivery stands."""
    return dict(Delivery.objects.filter(campaign=campaign).order_by("pk").values_list("pk", "state"))

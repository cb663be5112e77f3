"""Subscribers, sealed as the sender seals them, with addresses that nobody has."""

from __future__ import annotations

import uuid
from datetime import date

from barograph.base.drops import Choices
from barograph.newsletter.keys import RowKeys, SenderKeys
from barograph.newsletter.limits import asked_index
from barograph.newsletter.models import Asked, SignUp, Subscriber
from barograph.newsletter.readers import Reader, open_reader, seal_reader
from barograph.trust.tokens import Purpose

TODAY = date(2024, 1, 22)


def sealed(keys: SenderKeys, number: uuid.UUID, address: str, row_keys: RowKeys | None = None) -> dict[str, object]:
    """The columns of a sealed row."""
    of = row_keys or keys.row_keys
    token = keys.tokens.sign(Purpose.UNSUBSCRIBE, number.bytes)
    reader = Reader(address, Choices("be", ("economy",), "changes", "notice"), token, TODAY)
    return {
        "id": number,
        "sealed": seal_reader(of, number, reader),
        "index": of.index(address),
        "generation": of.generation,
    }


def make_subscribers(keys: SenderKeys, count: int) -> list[str]:
    """Subscribers and their addresses: ``reader0@example.org`` and so on."""
    addresses = [f"reader{number}@example.org" for number in range(count)]
    rows = [Subscriber(since=TODAY, **sealed(keys, uuid.uuid4(), address)) for address in addresses]
    Subscriber.objects.bulk_create(rows)
    return addresses


def make_sign_up(keys: SenderKeys, address: str) -> SignUp:
    """A wish that waits, and the note that its address was asked."""
    from django.utils import timezone

    row = SignUp.objects.create(asked_on=TODAY, expires_at=timezone.now(), **sealed(keys, uuid.uuid4(), address))
    Asked.objects.create(
        index=asked_index(keys.row_keys.index(address), SignUp.Kind.SUBSCRIBE),
        generation=keys.row_keys.generation,
        day=TODAY,
    )
    return row


def addresses(keys: SenderKeys, model: type[Subscriber | SignUp] = Subscriber) -> list[str]:
    """All addresses that these keys find in the rows, by opening them and by their index."""
    found = []
    for row in model.objects.all():
        reader = open_reader(keys.rows_of(row.generation), row.pk, row.sealed)
        assert bytes(row.index) == keys.rows_of(row.generation).index(reader.address)
        found.append(reader.address)
    return sorted(found)

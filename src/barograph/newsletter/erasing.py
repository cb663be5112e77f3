"""Erasing a reader: everything goes, and what stays is a random number and a day."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import connections, transaction

from barograph.newsletter import DATABASE
from barograph.newsletter.limits import asked_index
from barograph.newsletter.models import Asked, Delivery, Erased, SignUp, Subscriber


def erase_subscriber(number: UUID, *, today: date) -> bool:
    """Remove a subscriber, what waits to be sent to it, and what it asked for; note the number and the day.

    Everything in one transaction. Whether there was anything to erase: a second time there is not.
    """
    with transaction.atomic(using=DATABASE):
        subscriber = Subscriber.objects.select_for_update().only("index").filter(pk=number).first()
        if subscriber is None:
            return False
        index = bytes(subscriber.index)
        Delivery.objects.filter(subscriber=number).delete()
        SignUp.objects.filter(index=index).delete()
        Asked.objects.filter(index__in=[asked_index(index, kind) for kind in SignUp.Kind]).delete()
        subscriber.delete()
        Erased.objects.bulk_create([Erased(id=number, day=today)], ignore_conflicts=True)
    return True


def erased_on(number: UUID) -> date | None:
    """The day on which a number's data was erased; nothing for a number of which nothing was."""
    return Erased.objects.filter(pk=number).values_list("day", flat=True).first()


def was_erased(number: UUID) -> bool:
    """Whether the data of the subscriber with this number was erased."""
    return erased_on(number) is not None


def forget_traces() -> None:
    """Let SQLite empty its log of changes (WAL), where erased rows stand until they are written over.

    In the file itself they are overwritten at once (``PRAGMA secure_delete``). Another process that reads may hold
    the log back; then the next call does it. PostgreSQL keeps its own house.
    """
    connection = connections[DATABASE]
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

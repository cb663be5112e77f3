"""Replacing the sender's keys: every row is sealed anew, then the old key is destroyed.

Whatever the old key opened, a stolen backup of the database or a box copied long ago, stays closed from then on.

The steps are in such an order that a crash between any two of them loses nothing, and the next run goes on where it
was: the key file holds the old row keys until no row needs them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from typing import Any

from django.db import connections, models, transaction

from barograph.base.progress import Progress, silent
from barograph.newsletter import DATABASE
from barograph.newsletter.keys import RowKeys, SenderKeys
from barograph.newsletter.limits import EVERYBODY, asked_index
from barograph.newsletter.models import Asked, Budget, SignUp, Subscriber
from barograph.newsletter.readers import open_reader, seal_reader
from barograph.trust.sealing import SealError, SealingKey
from barograph.trust.tokens import TokenKey

BATCH = 2000
"""Rows in one transaction."""
_SEALED: tuple[type[Subscriber | SignUp], ...] = (Subscriber, SignUp)


@dataclass(frozen=True, slots=True)
class Steps:
    """What a rotation needs from outside: each is called with the keys as they are then."""

    write: Callable[[SenderKeys], None]
    """Writes the key file anew, whole or not at all."""
    publish: Callable[[SenderKeys], object]
    """Gives the edge the public halves."""
    empty_box: Callable[[SenderKeys], object]
    """Takes in what is sealed to the old sealing key."""


def rotate_keys(
    keys: SenderKeys, steps: Steps, *, today: date, keep_days: int = 0, progress: Progress = silent
) -> tuple[SenderKeys, int]:
    """New keys in place of the old ones, and how many rows could not be opened (those stay as they are).

    The old sealing key opens what comes from an edge on another machine for ``keep_days`` more; with 0 it is destroyed
    at once. Links in old mails go on working: the public half of the key that signed them stays known. No other
    process may use the keys meanwhile (``newsletter.in_use``).
    """
    if keys.old_row_keys is None:
        keys = _successor(keys)
        steps.write(keys)
    steps.publish(keys)
    unreadable = _reseal(keys, progress)
    steps.empty_box(keys)
    keys = replace(keys, old_row_keys=None)
    if keep_days:
        keys = replace(keys, older_until=today + timedelta(days=keep_days))
    else:
        keys = replace(keys, sealing=keys.sealing[:1], older_until=None)
    steps.write(keys)
    return keys, unreadable


def _successor(keys: SenderKeys) -> SenderKeys:
    """Fresh keys that can still open what the old ones sealed.

    ``messages`` stays: a campaign under way must find its deliveries and Message-IDs again, and they open nothing.
    """
    tokens = TokenKey.make()
    return replace(
        keys,
        sealing=(SealingKey.make(), *keys.sealing),
        tokens=tokens,
        known_tokens=(tokens.public, *keys.known_tokens),
        row_keys=RowKeys.make(keys.row_keys.generation + 1),
        old_row_keys=keys.row_keys,
    )


def _reseal(keys: SenderKeys, progress: Progress) -> int:
    """Move all rows to the new generation, a batch in a transaction; how many could not be opened."""
    old = keys.rows_of(keys.row_keys.generation - 1)
    asked = {bytes(index) for index in Asked.objects.filter(generation=old.generation).values_list("index", flat=True)}
    unreadable = 0
    moved = (_reseal_batch(model, rows, old, keys.row_keys, asked) for model, rows in _batches(old.generation))
    for readable in progress(chain.from_iterable(moved)):
        unreadable += not readable
    # An index cannot be made anew without its address. Those of readers whose rows we hold went along above; the
    # others are forgotten, so that an address that never confirmed may be asked once more, a little early.
    Asked.objects.exclude(generation=keys.row_keys.generation).delete()
    Budget.objects.exclude(domain=EVERYBODY).delete()  # the budget for all still holds in this hour
    return unreadable


def _batches(generation: int) -> Iterator[tuple[type[Subscriber | SignUp], list[Any]]]:
    """Rows of the old generation, in the order of their ids, so that none is looked at twice."""
    for model in _SEALED:
        waiting = model.objects.filter(generation=generation).order_by("pk")
        rows = list(waiting.values_list("pk", "sealed", "index")[:BATCH])
        while rows:
            yield model, rows
            rows = list(waiting.filter(pk__gt=rows[-1][0]).values_list("pk", "sealed", "index")[:BATCH])


def _reseal_batch(
    model: type[Subscriber | SignUp], rows: list[Any], old: RowKeys, new: RowKeys, asked: set[bytes]
) -> Iterator[bool]:
    """Seal rows anew and find them under a new index; whether each could be opened."""
    changes, counts, readable = [], [], []
    for number, sealed, old_index in rows:
        try:
            reader = open_reader(old, number, sealed)
        except SealError:
            readable.append(False)
            continue
        index = new.index(reader.address)
        changes.append((seal_reader(new, number, reader), index, new.generation, number))
        for kind in SignUp.Kind:
            before = asked_index(bytes(old_index), kind)
            if before in asked:
                counts.append((asked_index(index, kind), new.generation, before))
        readable.append(True)
    with transaction.atomic(using=DATABASE):
        _update(model, ("sealed", "index", "generation"), "id", changes)
        _update(Asked, ("index", "generation"), "index", counts)
    yield from readable


def _update(model: type[models.Model], changed: tuple[str, ...], where: str, rows: list[Any]) -> None:
    """One UPDATE for each row, sent together: ten times as fast as ``bulk_update``."""
    connection = connections[DATABASE]
    options = model._meta  # noqa: SLF001 (public in all but name)
    fields = [field for name in (*changed, where) for field in options.concrete_fields if field.name == name]
    columns = [connection.ops.quote_name(str(field.column)) for field in fields]
    setting = ", ".join(f"{column} = %s" for column in columns[:-1])
    table = connection.ops.quote_name(options.db_table)
    values = [
        tuple(field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True))
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {setting} WHERE {columns[-1]} = %s", values)  # noqa: S608 (our names)

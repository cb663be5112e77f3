"""Once a week the rows are put in an order that says nothing, and the database's file is written anew.

Otherwise the order of the rows would tell in which order readers came, for whoever saw them come on a wire; and the
file would keep the places where erased rows were.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connections, models, transaction
from django.db.models import Max

from barograph.newsletter import DATABASE
from barograph.newsletter.models import Asked, SignUp, Subscriber
from barograph.newsletter.statuses import prune

FILE = "tidied"
"""In the sender's folder: the day on which it was done last."""
EVERY = timedelta(days=7)


def tidy_if_due(folder: Path, now: datetime) -> bool:
    """Tidy up unless that was done within the week; whether it was done.

    Others wait meanwhile, half a minute for a million readers, so this is for a time when nothing is sent.
    """
    today = now.date()
    if today - _last(folder / FILE) < EVERY:
        return False
    prune(now)
    with transaction.atomic(using=DATABASE), connections[DATABASE].cursor() as cursor:
        _number_again(cursor)
        if connections[DATABASE].vendor == "sqlite":
            for model in (Subscriber, SignUp):
                _write_again(cursor, model)
    if connections[DATABASE].vendor == "sqlite":  # PostgreSQL does so by itself, and keeps no order of coming
        with connections[DATABASE].cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (folder / FILE).write_text(today.isoformat(), encoding="ascii")
    return True


def _last(file: Path) -> date:
    try:
        return date.fromisoformat(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return date.min


def _number_again(cursor: Any) -> None:
    """Count the rows of ``Asked`` anew in the order of their indexes, which is no order to anybody without the key."""
    last = Asked.objects.aggregate(last=Max("pk"))["last"] or 0
    table, index = _names(Asked)
    columns = f"{index}, generation, day"
    cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} ORDER BY {index}")  # noqa: S608
    Asked.objects.filter(pk__lte=last).delete()


def _write_again(cursor: Any, model: type[models.Model]) -> None:
    """Write rows again in the order of their ids, which are random: SQLite keeps them in the order of writing."""
    table, _ = _names(model)
    cursor.execute(f"CREATE TEMPORARY TABLE moved AS SELECT * FROM {table} ORDER BY id")  # noqa: S608
    cursor.execute(f"DELETE FROM {table}")  # noqa: S608
    cursor.execute(f"INSERT INTO {table} SELECT * FROM moved")  # noqa: S608
    cursor.execute("DROP TABLE moved")


def _names(model: type[models.Model]) -> tuple[str, str]:
    """A model's table and its column “index”, which is a word of SQL."""
    name = connections[DATABASE].ops.quote_name
    return name(model._meta.db_table), name("index")  # noqa: SLF001 (public in all but name)

"""The record of everything public, read through Django's connection."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from barograph.base.site import site
from barograph.release.reading import RecordReader
from barograph.release.record import Record


class DjangoDatabase:
    """Answers the queries of ``release.reading``."""

    def rows(self, sql: str) -> Iterable[tuple[Any, ...]]:
        """The rows of a query."""
        with connection.cursor() as cursor:
            cursor.execute(sql)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def read_record() -> Record:
    """Everything public: the current publication of each edition, oldest first, and the standing pages."""
    return RecordReader(DjangoDatabase(), site()).read()

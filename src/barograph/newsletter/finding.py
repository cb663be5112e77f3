"""Finding a reader's rows by the address, for whoever has the sender's keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.db import models

from barograph.newsletter.keys import SenderKeys

Row = TypeVar("Row", bound=models.Model)


def indexes(keys: SenderKeys, text: str) -> tuple[bytes, ...]:
    """Under which indexes an address may stand: the present one first, and while keys are rotated the old one too."""
    both = (keys.row_keys, keys.old_row_keys)
    return tuple(each.index(text) for each in both if each is not None)


def rows_by_address(rows: models.QuerySet[Row], keys: SenderKeys, addresses: Iterable[str]) -> dict[str, Row]:
    """Which of the addresses have a row there, and the row."""
    of_index = {index: address for address in addresses for index in indexes(keys, address)}
    found = rows.filter(index__in=list(of_index))
    return {of_index[bytes(row.index)]: row for row in found}  # type: ignore[attr-defined]  # each model here has one

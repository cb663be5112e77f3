"""What the newsroom and the sender tell each other, in files: how campaigns stand, and orders to the sender.

They share no database. The sender writes ``status.json``; the newsroom puts orders in a folder that the
sender empties. Neither holds an address: the one in an order for a test is sealed.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from barograph.base.whole_file import whole_file

TEST_CONTEXT = b"barograph test 1"
"""What the address in an order for a test is sealed with."""
OrderKind = Literal["send", "retry", "test"]
_ORDERS: tuple[OrderKind, ...] = ("send", "retry", "test")
_LONGEST_ORDER = 65_536
STATES = ("queued", "claimed", "sent", "deferred", "failed", "unknown")
"""Where a delivery can stand; ``barograph newsletter status`` counts them."""


@dataclass(frozen=True, slots=True)
class CampaignStatus:
    """How the sending of one edition stands. ``reasons`` counts those not reached by what the relay said."""

    number: int
    edition: str
    state: Literal["sending", "waiting", "settled"]
    counts: Mapping[str, int]
    reasons: Mapping[str, int] = field(default_factory=dict)
    started: str = ""
    ended: str = ""
    per_second: float = 0.0
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """How everything stands at one moment (``at``, ISO 8601): campaigns, the newest first, and how many subscribe."""

    at: str
    campaigns: tuple[CampaignStatus, ...] = ()
    subscribers: Mapping[str, int] = field(default_factory=dict)
    """By language; a language with fewer than ten is counted under “other”."""
    warnings: tuple[str, ...] = ()
    """What an operator should look at, such as a budget that ran out."""


@dataclass(frozen=True, slots=True)
class Order:
    """Something the newsroom asks of the sender."""

    kind: OrderKind
    edition: str
    language: str = ""
    sealed_address: str = ""
    """Of a test: the address it goes to, sealed to the sender (base64)."""
    reasons: tuple[str, ...] = ()
    """Of a retry: only those with these reasons; all when empty."""
    by: str = ""


def write_status(folder: Path, status: Status) -> None:
    """Write ``status.json``, whole or not at all."""
    _write(folder / "status.json", json.dumps(asdict(status), ensure_ascii=False, indent=1))


def read_status(folder: Path) -> Status | None:
    """How things stood when the sender last said so, or ``None``."""
    try:
        values = json.loads((folder / "status.json").read_text(encoding="utf-8"))
        campaigns = tuple(CampaignStatus(**campaign) for campaign in values.pop("campaigns"))
        return Status(**{**values, "campaigns": campaigns, "warnings": tuple(values["warnings"])})
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def give_order(folder: Path, order: Order) -> None:
    """Put an order where the sender finds it."""
    _write(folder / "orders" / f"{secrets.token_hex(8)}.json", json.dumps(asdict(order), ensure_ascii=False))


def waiting_orders(folder: Path) -> list[Order]:
    """The orders that the sender has not taken up yet, oldest first; nothing is changed."""
    # Whatever is missing here was taken by the sender meanwhile, or is rubbish, which the sender removes.
    return [order for file in _order_files(folder) if (order := _read_order(file)) is not None]


def take_orders(folder: Path) -> Iterator[tuple[Path, Order]]:
    """The orders that wait, oldest first, each with its file: remove it when it is done. Rubbish is removed at once.

    A newsroom in strange hands can put anything there: what is no plain file is not touched, and an order is read to
    the last type.
    """
    for file in _order_files(folder):
        if order := _read_order(file):
            yield file, order
        else:
            file.unlink(missing_ok=True)


def _order_files(folder: Path) -> list[Path]:
    """The plain files among the orders, oldest first; no link is followed."""
    found = []
    with suppress(OSError), os.scandir(folder / "orders") as entries:  # without a folder there are none
        for entry in entries:
            if entry.name.endswith(".json") and entry.is_file(follow_symlinks=False):
                with suppress(FileNotFoundError):
                    found.append((entry.stat(follow_symlinks=False).st_mtime_ns, Path(entry.path)))
    return [file for _, file in sorted(found)]


def _read_order(file: Path) -> Order | None:
    try:
        with file.open("rb") as opened:
            values = json.loads(opened.read(_LONGEST_ORDER))
        order = Order(**{**values, "reasons": tuple(values.get("reasons", ()))})
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return None
    texts: tuple[object, ...] = (order.edition, order.language, order.sealed_address, order.by, *order.reasons)
    # Editions and languages are named in the sender's log.
    fine = order.kind in _ORDERS and all(isinstance(text, str) and text.isprintable() for text in texts)
    return order if fine else None


def _write(file: Path, text: str) -> None:
    # The other side may be another user's; that the folder is closed to strangers is what protects it.
    with whole_file(file, replaces=True, mode=0o644) as opened:
        opened.write(text.encode())

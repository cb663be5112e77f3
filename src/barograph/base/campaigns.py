"""What the newsroom and the sender tell each other, in files: how campaigns stand, and orders to the sender.

They share no database. The sender writes ``status.json``; the newsroom puts orders in a folder that the
sender empties. Neither holds an address: the one in an order for a test is sealed.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

TEST_CONTEXT = b"barograph test 1"
"""What the address in an order for a test is sealed with."""
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

    kind: Literal["send", "retry", "test"]
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
    found = []
    for file in (folder / "orders").glob("*.json"):
        try:
            found.append((file.stat().st_mtime_ns, _read_order(file)))
        except (OSError, ValueError, TypeError, AttributeError):
            continue  # The sender has taken it meanwhile, or it is rubbish, which the sender removes.
    return [order for _, order in sorted(found, key=lambda entry: entry[0])]


def take_orders(folder: Path) -> Iterator[tuple[Path, Order]]:
    """The orders that wait, oldest first, each with its file: remove it when it is done. Rubbish is removed at once."""
    files = sorted((folder / "orders").glob("*.json"), key=lambda file: file.stat().st_mtime_ns)
    for file in files:
        try:
            order = _read_order(file)
        except (OSError, ValueError, TypeError, AttributeError):
            file.unlink(missing_ok=True)
            continue
        yield file, order


def _read_order(file: Path) -> Order:
    values = json.loads(file.read_text(encoding="utf-8"))
    return Order(**{**values, "reasons": tuple(values.get("reasons", ()))})


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)

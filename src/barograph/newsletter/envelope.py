"""What surely belongs to one delivery: its Message-ID, and the address to which its bounces come (VERP)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from barograph.newsletter.keys import SenderKeys

_VERP = re.compile(r"\+([0-9a-f]{16})@", re.IGNORECASE)


def message_number(keys: SenderKeys, delivery: int) -> str:
    """The part of the Message-ID before the @: the same on every try, and it tells nobody who it is for."""
    return keys.derive(b"message", delivery.to_bytes(8, "big"))[:16].hex()


def message_id(keys: SenderKeys, delivery: int, host: str) -> str:
    """The Message-ID of a delivery, without the angle brackets. ``host`` is that of the address in From."""
    return f"{message_number(keys, delivery)}@{host}"


def return_path(delivery: int, address: str) -> str:
    """The address that bounces of a delivery go to: ``address`` with the delivery's number before the @."""
    local, _, host = address.rpartition("@")
    return f"{local}+{delivery:016x}@{host}"


def delivery_of(texts: Iterable[str], address: str) -> int | None:
    """The delivery whose return path stands first in some texts, such as headers; ``None`` when there is none.

    ``address`` is what the return paths are made from. Hosts on the way may have changed small letters to capitals.
    """
    local, _, host = address.lower().rpartition("@")
    for text in texts:
        for found in _VERP.finditer(text):
            before = text[max(0, found.start() - len(local)) : found.start()].lower()
            if before == local and text[found.end() : found.end() + len(host)].lower() == host:
                number = int(found[1], 16)
                return number if number < 2**63 else None
    return None

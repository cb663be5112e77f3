"""The shelf: what is made in the background for a release, kept until what it was made from changes.

Offline copies, data and cards take longer than pages, so no publication waits for them. Each is an ``Item``: the path
it gets in the release, a key that is a hash of all it is made from, and what makes it. A release carries the items that
lie on the shelf when it is built; those that are made later are in the next one. Since the key says what an item was
made from, nothing on the shelf can be out of date, and a build never has to ask when it was made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from barograph.base.whole_file import whole_file


@dataclass(frozen=True, slots=True)
class Item:
    """One file of a release that is made in the background."""

    path: str
    """Where it lies in the release."""
    key: str
    """``key_of`` everything that its content depends on."""
    make: Callable[[], bytes] = field(compare=False, repr=False)
    """Makes the content: the same bytes for the same key."""


def key_of(*parts: object) -> str:
    """A hash of the ``repr`` of some values, in hexadecimal digits."""
    return hashlib.sha256("\0".join(map(repr, parts)).encode()).hexdigest()


class Shelf:
    """A folder with a file for each key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, item: Item) -> Path:
        """Where the content of an item lies, if it was made."""
        return self.folder / item.key[:2] / item.key[2:]

    def has(self, item: Item) -> bool:
        """Whether an item was made."""
        return self.file(item).is_file()

    def size(self, item: Item) -> int | None:
        """The size of an item in bytes, or ``None`` when it was not made yet."""
        try:
            return self.file(item).stat().st_size
        except OSError:
            return None

    def put(self, item: Item) -> None:
        """Make an item and lay it on the shelf; whole or not at all."""
        content = item.make()
        with whole_file(self.file(item), replaces=True) as file:
            file.write(content)

    def missing(self, items: Iterable[Item]) -> list[Item]:
        """Those of some items that are still to be made, each key once."""
        found = {item.key: item for item in items if not self.has(item)}
        return list(found.values())

    def keep_only(self, items: Iterable[Item]) -> int:
        """Throw away what belongs to none of ``items``; returns how many files went."""
        wanted = {self.file(item) for item in items}
        gone = 0
        for file in self.folder.glob("??/*"):
            if file not in wanted:
                file.unlink()
                gone += 1
        return gone

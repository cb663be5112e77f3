"""The shelf: what is made in the background for a release, kept until what it was made from changes.

Offline copies, data and cards take longer than pages, so no publication waits for them. Each is an ``Item``: the path
it gets in the release, a key that is a hash of all it is made from, and what makes it. A release carries the items that
lie on the shelf when it is built; those that are made later are in the next one. Since the key says what an item was
made from, nothing on the shelf can be out of date, and a build never has to ask when it was made.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from barograph.base.whole_file import whole_file

_SETS = "together.json"


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
    """A folder with a file for each key, and the sets of items that went out together last."""

    def __init__(self, folder: Path, until: int | None = None) -> None:
        """``until`` is a ``state``: what was laid on the shelf after it is not seen."""
        self.folder = folder
        self._until = until

    def file(self, item: Item) -> Path:
        """Where the content of an item lies, if it was made."""
        return self.folder / item.key[:2] / item.key[2:]

    def has(self, item: Item) -> bool:
        """Whether an item was made."""
        return self.size(item) is not None

    def size(self, item: Item) -> int | None:
        """The size of an item in bytes, or ``None`` when it was not made yet."""
        try:
            found = self.file(item).stat()
        except OSError:
            return None
        return found.st_size if self._until is None or found.st_mtime_ns <= self._until else None

    def put(self, item: Item) -> None:
        """Make an item and lay it on the shelf; whole or not at all."""
        content = item.make()
        with whole_file(self.file(item), replaces=True) as file:
            file.write(content)
        self.touch()

    @property
    def state(self) -> int:
        """A number that is higher whenever something was laid on the shelf or taken from it."""
        if self._until is not None:
            return self._until
        try:
            return self.folder.stat().st_mtime_ns
        except OSError:
            return 0

    def still(self) -> Shelf:
        """The shelf as it is now, for a build: all its pages are to see the same, also while more is laid on it."""
        return Shelf(self.folder, self.state)

    def touch(self) -> None:
        """Have everything that is on the shelf seen, whatever the times that a copy of it has given its files."""
        if self.folder.is_dir():
            os.utime(self.folder)

    def missing(self, items: Iterable[Item]) -> list[Item]:
        """Those of some items that are still to be made, each key once."""
        found = {item.key: item for item in items if not self.has(item)}
        return list(found.values())

    def together(self, name: str, items: Sequence[Item]) -> list[Item]:
        """Items that belong together, if all of them were made; otherwise those that were the last time, if any."""
        if all(self.has(item) for item in items):
            return list(items)
        earlier = [Item(path, key, _made_before) for path, key in self._sets().get(name, {}).items()]
        return earlier if all(self.has(item) for item in earlier) else []

    def remember(self, name: str, items: Iterable[Item]) -> None:
        """These items belong together, and stay until all of the next ones were made."""
        sets = {**self._sets(), name: {item.path: item.key for item in items}}
        with whole_file(self.folder / _SETS, replaces=True) as file:
            file.write(json.dumps(sets, indent=1).encode())

    def keep_only(self, items: Iterable[Item]) -> int:
        """Throw away what belongs to none of ``items``, nor to a set remembered; returns how many files went."""
        wanted = {item.key for item in items} | {key for found in self._sets().values() for key in found.values()}
        gone = 0
        for file in self.folder.glob("??/*"):
            if file.parent.name + file.name not in wanted:
                file.unlink()
                gone += 1
        if gone:
            self.touch()
        return gone

    def _sets(self) -> dict[str, dict[str, str]]:
        """Path and key of the items of each set. A file that cannot be read holds none: they are made anew."""
        try:
            found: dict[str, dict[str, str]] = json.loads((self.folder / _SETS).read_bytes())
        except (OSError, ValueError):
            return {}
        return found


def _made_before() -> bytes:
    raise AssertionError("an item of an earlier set lies on the shelf, and is never made again")

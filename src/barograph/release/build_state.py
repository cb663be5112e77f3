"""What the last build knew: of which units the current release was made, and what they showed.

It is a memory, not a record: when it is lost, or does not belong to the release that is served, the next build renders
everything, and comes to the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from barograph.base.whole_file import whole_file

FILE = "build.json"
NOT_COUNTED = -1
"""Stands for the number of missing items where none at all was made."""


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit of the release that is served."""

    fingerprint: str
    files: tuple[str, ...]
    """Paths of what was rendered, without their compressed copies."""
    items: tuple[str, ...] = ()
    """Paths of what was on the shelf."""
    lacking: int = 0
    """How many of the items that it has or shows were not made yet, or ``NOT_COUNTED``."""
    keys: tuple[str, ...] = ()
    """The keys of ``items`` in their order, of a unit whose items go out together; none of any other."""

    @property
    def made(self) -> Mapping[str, str]:
        """The keys of items by path, as far as they were kept."""
        return dict(zip(self.items, self.keys, strict=False))


@dataclass(frozen=True)
class BuildState:
    """Everything that a build which renders only what changed has to know of the one before."""

    base: str
    """The fingerprint of what all pages depend on."""
    manifest: str
    """SHA-256 of the ``SHA256SUMS`` that this belongs to."""
    shelf: int
    """``Shelf.state`` at the time."""
    units: Mapping[str, KnownUnit] = field(default_factory=dict)

    def write(self, file: Path) -> None:
        """Keep it. After a loss of power it may be damaged, and is then as good as lost."""
        units = {
            name: (unit.fingerprint, unit.files, unit.items, unit.lacking, unit.keys)
            for name, unit in self.units.items()
        }
        content = json.dumps({"base": self.base, "manifest": self.manifest, "shelf": self.shelf, "units": units})
        with whole_file(file, replaces=True, lasting=False) as opened:
            opened.write(content.encode())


def read_state(file: Path) -> BuildState | None:
    """What the last build left, or ``None`` where that is missing, damaged or of another version."""
    try:
        found = json.loads(file.read_bytes())
        units = {
            name: KnownUnit(fingerprint, tuple(files), tuple(items), lacking, tuple(keys))
            for name, (fingerprint, files, items, lacking, keys) in found["units"].items()
        }
        return BuildState(found["base"], found["manifest"], int(found["shelf"]), units)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None

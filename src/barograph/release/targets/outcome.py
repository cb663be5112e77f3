"""What comes of copying a release to a target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from barograph.trust.manifest import SUMS_FILE, read_sums
from barograph.trust.verify import verify_release


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What had to be sent: files, and their size in bytes. What the target had already does not count."""

    files: int
    bytes: int


class TargetError(Exception):
    """A release could not be copied to a target. ``what`` went wrong, and how to ``mend`` it."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what}. {mend}")
        self.what, self.mend = what, mend


def whole_manifest(release: Path) -> Mapping[str, str]:
    """The hashes of a release's files by path. Raises TargetError when the release is damaged: it must not travel."""
    problems = verify_release(release)
    if problems:
        raise TargetError(f"the release {release.name} is damaged ({problems[0]})", "Run “barograph build --full”.")
    return read_sums((release / SUMS_FILE).read_bytes())

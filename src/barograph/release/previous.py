"""The release that is served now, as the next one has to know it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

from barograph.base.release_folders import ReleaseFolderError, current_release, release_folders
from barograph.release.folder import own_manifest
from barograph.trust.chain import CHAIN_FILE, ChainError, Link, read_chain, write_chain
from barograph.trust.manifest import SIGNATURE_FILE, SUMS_FILE
from barograph.trust.stamp import FIRST, Stamp, StampError


@dataclass(frozen=True)
class PreviousRelease:
    """A release that was built here, so that what it says of itself is believed."""

    folder: Path

    @classmethod
    def just_built(cls, folder: Path, sums: bytes, hashes: Mapping[str, str]) -> PreviousRelease:
        """One that this process has written itself, so that it need not read what it has just written."""
        release = cls(folder)
        vars(release).update(sums=sums, hashes=hashes)
        return release

    @cached_property
    def sums(self) -> bytes:
        """The content of its ``SHA256SUMS``."""
        return (self.folder / SUMS_FILE).read_bytes()

    @cached_property
    def manifest(self) -> str:
        """SHA-256 of that."""
        return hashlib.sha256(self.sums).hexdigest()

    @cached_property
    def hashes(self) -> Mapping[str, str]:
        """Hashes of its files by path."""
        return own_manifest(self.folder)

    @property
    def stamp(self) -> Stamp:
        """Its number and the rest of its trusted comment as it is now, for a release may be signed again.

        One from before there were stamps has only its number.
        """
        try:
            return Stamp.of_signature((self.folder / SIGNATURE_FILE).read_bytes())
        except (OSError, StampError):
            return Stamp(int(self.folder.name.partition("-")[0]) or 1, FIRST, date.min, FIRST)

    @property
    def built_on(self) -> date:
        """The day on which it was built (UTC)."""
        return datetime.fromtimestamp((self.folder / SUMS_FILE).stat().st_mtime, UTC).date()

    @cached_property
    def chain(self) -> bytes:
        """The content of its list of earlier releases; nothing in a release from before there was one."""
        try:
            return (self.folder / CHAIN_FILE).read_bytes()
        except FileNotFoundError:
            return b""

    def next_chain(self) -> bytes:
        """The list of the release that follows: the same, and this one. Raises ReleaseFolderError for a damaged one."""
        try:
            earlier = read_chain(self.chain)
        except ChainError as error:
            raise ReleaseFolderError(
                f"{self.folder / CHAIN_FILE} is damaged ({error}): put back a copy of this release, such as a mirror’s"
            ) from error
        return write_chain([*earlier, Link(self.stamp.sequence, self.manifest, self.stamp.edition, self.built_on)])


def previous_release(releases: Path) -> PreviousRelease | None:
    """The release that is served, or ``None`` before the first. Raises ReleaseFolderError as ``current_release``."""
    folder = current_release(releases)
    return PreviousRelease(folder) if folder else None


def last_signed(releases: Path, served: PreviousRelease | None) -> PreviousRelease | None:
    """The release with the highest number on the disk, mostly the one ``served``; ``None`` where there is none."""
    folders = release_folders(releases)
    if not folders:
        return None
    return served if served and served.folder == folders[-1] else PreviousRelease(folders[-1])

"""The releases there were: what is known of each, and its list of files, from the disk or from the log."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from barograph.base.release_folders import CURRENT, current_release, release_folders
from barograph.release.manifest_log import keeps, kept_sequences, manifest_hash, read_manifest, read_signature
from barograph.release.previous import PreviousRelease
from barograph.trust.chain import ChainError, read_chain
from barograph.trust.manifest import SIGNATURE_FILE, SUMS_FILE
from barograph.trust.stamp import Stamp, StampError


class NoSuchReleaseError(Exception):
    """There is no release of that name; the message says which there are."""


@dataclass(frozen=True, slots=True)
class PastRelease:
    """One release that was built here. ``folder`` is its name if it is still on the disk."""

    sequence: int
    manifest: str
    """SHA-256 of its manifest, in hexadecimal digits."""
    edition: str | None
    expires: date | None
    """Edition and last day are unknown of releases from before signatures named them."""
    built_on: date | None
    """Known of the current release, and of those that its chain names."""
    folder: str | None
    is_current: bool


def past_releases(releases: Path) -> list[PastRelease]:
    """Every release that is on the disk or in the log of manifests, oldest first.

    Raises ManifestLogError for a log that is damaged, and OSError.
    """
    if not releases.is_dir():
        return []
    current = current_release(releases)
    folders = _folders(releases)
    days = _days(current)
    found = []
    for sequence in sorted({*folders, *kept_sequences(releases)}):
        folder = folders.get(sequence)
        stamp = _stamp((folder / SIGNATURE_FILE).read_bytes() if folder else read_signature(releases, sequence))
        found.append(
            PastRelease(
                sequence,
                _hash_of(folder) if folder else manifest_hash(releases, sequence),
                edition=stamp.edition if stamp else None,
                expires=stamp.expires if stamp else None,
                built_on=days.get(sequence),
                folder=folder.name if folder else None,
                is_current=folder is not None and folder == current,
            )
        )
    return found


def read_list(releases: Path, name: str) -> bytes:
    """The manifest of the release that ``name`` means: its number, ``current``, or a folder anywhere.

    Raises NoSuchReleaseError, and ManifestLogError for a log that is damaged.
    """
    if name.isascii() and name.isdecimal():
        folder = _folders(releases).get(int(name))
        if folder is None and keeps(releases, int(name)):
            return read_manifest(releases, int(name))
        if folder is None:
            raise NoSuchReleaseError(f"there is no release {name}; “barograph release list” names those there are")
    else:
        folder = releases / CURRENT if name == CURRENT else Path(name)
    try:
        return (folder / SUMS_FILE).read_bytes()
    except OSError as error:
        raise NoSuchReleaseError(f"{folder / SUMS_FILE} cannot be read ({error.strerror}): name a release") from error


def _folders(releases: Path) -> dict[int, Path]:
    """The releases on the disk by their numbers; of two with one number the one that is served."""
    current = current_release(releases)
    folders = [*release_folders(releases), *([current] if current else [])] if releases.is_dir() else []
    return {int(folder.name.split("-")[0]): folder for folder in folders}


def _days(current: Path | None) -> dict[int, date]:
    """The days on which the current release and the earlier ones that it tells of were built."""
    if current is None:
        return {}
    release = PreviousRelease(current)
    days = {release.stamp.sequence: release.built_on}
    with suppress(ChainError):  # whether a file is damaged is asked by “verify”
        days |= {link.sequence: link.built_on for link in read_chain(release.chain)}
    return days


def _stamp(signature: bytes) -> Stamp | None:
    with suppress(StampError):  # one from before there were stamps
        return Stamp.of_signature(signature)
    return None


def _hash_of(folder: Path) -> str:
    return hashlib.sha256((folder / SUMS_FILE).read_bytes()).hexdigest()

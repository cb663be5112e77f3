"""The last steps of a build: what is rendered is written, signed, put on the disk, and served by switching one link."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from barograph.base.release_folders import KEPT, ReleaseFolderError, folder_name, make_current, prune
from barograph.release import folder as folders
from barograph.release.draft import Draft
from barograph.release.manifest_log import keep_manifest, keeps
from barograph.release.previous import PreviousRelease
from barograph.trust.manifest import SIGNATURE_FILE, SUMS_FILE
from barograph.trust.minisign import SigningKey
from barograph.trust.stamp import Stamp


def switch_to(
    draft: Draft,
    key: SigningKey,
    stamp: Stamp,
    *,
    releases: Path,
    previous: PreviousRelease | None,
    kept: int = KEPT,
) -> PreviousRelease:
    """Write what of a draft is not written yet, sign it, and make it the release that is served; returns that.

    Whenever this is interrupted, even by the loss of power, ``current`` is a whole release: the old one or the new one.
    To be called within ``folder.only_builder``, which clears away what was left. Raises ReleaseFolderError when the
    release that is served lacks a file that it should have.
    """
    sums = write_own_sums(draft.hashes)
    building = draft.folder or _filled_folder(draft, sums, releases, previous, kept)
    signature = key.sign(sums, str(stamp))
    folders.write_file(building, SUMS_FILE, sums)
    folders.write_file(building, SIGNATURE_FILE, signature)
    folder = releases / folder_name(stamp.sequence, hashlib.sha256(sums).hexdigest())
    folders.settle(building, folder, key.public)
    make_current(releases, folder.name)
    if previous:
        _keep_if_missed(releases, previous)
    follows = previous is not None and previous.stamp.sequence == stamp.sequence - 1
    keep_manifest(releases, stamp.sequence, sums, signature, previous.sums if previous and follows else None)
    prune(releases, kept)
    return PreviousRelease.just_built(folder, sums, draft.hashes)


def _keep_if_missed(releases: Path, release: PreviousRelease) -> None:
    """Keep the list of a release in the log, if the build that made it was interrupted before it did."""
    number = release.stamp.sequence
    if not (keeps(releases, number) or keeps(releases, number + 1)):
        keep_manifest(releases, number, release.sums, (release.folder / SIGNATURE_FILE).read_bytes(), None)


def write_own_sums(hashes: Mapping[str, str]) -> bytes:
    """The content of ``SHA256SUMS``, as ``trust.manifest.write_sums`` writes it, for paths that were checked."""
    return "".join([f"{hashes[path]}  {path}\n" for path in sorted(hashes)]).encode()


def _filled_folder(draft: Draft, sums: bytes, releases: Path, previous: PreviousRelease | None, kept: int) -> Path:
    """A folder with the files of the release that is served, and those that the draft has in memory."""
    served = previous.folder if previous else None
    try:
        building, unwritten = folders.open_folder(releases, served, draft.held, sums, kept)
        for path in unwritten:
            folders.write_file(building, path, draft.contents[path])
    except (FileNotFoundError, KeyError) as error:
        raise ReleaseFolderError(
            f"{served} is damaged: it lacks {error}. Build everything anew with “barograph build --full”."
        ) from error
    return building

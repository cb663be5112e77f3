"""Releases out of a few files, written as a build writes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from barograph.release.draft import Draft
from barograph.release.folder import new_folder, only_builder
from barograph.release.path_names import check_names
from barograph.release.previous import previous_release
from barograph.release.switching import switch_to
from barograph.trust.chain import CHAIN_FILE
from barograph.trust.manifest import PUBLIC_KEY_FILE
from barograph.trust.minisign import SigningKey
from barograph.trust.stamp import FIRST, Stamp

EXPIRES = date(2999, 12, 31)


def write_release(
    releases: Path,
    files: Iterable[tuple[str, bytes]],
    *,
    sequence: int,
    key: SigningKey,
    kept: int = 5,
    full: bool = False,
    expires: date = EXPIRES,
) -> Path:
    """A release of ``files``; with ``full`` nothing is taken from the release before."""
    with only_builder(releases, patience=0):
        previous = previous_release(releases)
        fresh = full or previous is None
        draft = Draft(new_folder(releases) if fresh else None, previous, compress=True)
        for path, content in files:
            draft.put(path, content)
        draft.put(PUBLIC_KEY_FILE, key.public.text)
        again = previous is not None and previous.stamp.sequence == sequence
        before = previous if previous is not None and previous.stamp.sequence < sequence else None
        draft.put(CHAIN_FILE, previous.chain if previous and again else before.next_chain() if before else b"")
        check_names(draft.hashes)
        known = previous.stamp.previous if previous and again else before.manifest if before else FIRST
        stamp = Stamp(sequence, FIRST, expires, known)
        return switch_to(draft, key, stamp, releases=releases, previous=previous, kept=kept).folder

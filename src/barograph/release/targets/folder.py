"""Copying a release to a folder: another disk, a mounted share, the place that a web server reads from.

Such a folder is a mirror of the site, made from this side: a folder for each release, unchanged files linked, and
``current``, a link that is swapped when every file of the copy was checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from barograph.base.progress import Counter, Progress
from barograph.base.release_folders import KEPT, ReleaseFolderError
from barograph.base.release_settings import Target
from barograph.mirror.mirroring import mirror_release
from barograph.mirror.source import FolderSource, SourceError
from barograph.release.folder import own_manifest
from barograph.release.targets.outcome import TargetError, Uploaded
from barograph.trust.head import RefusedReleaseError
from barograph.trust.manifest import PUBLIC_KEY_FILE
from barograph.trust.minisign import KeyFileError, PublicKey


def upload_to_folder(target: Target, release: Path, progress: Progress, folder: Path) -> Uploaded:
    """Copy a release to a folder target. ``folder`` is the site's, for relative paths. Raises TargetError."""
    place = folder / target.to
    source = _Release(release)
    counter = Counter(progress, len(own_manifest(release)))

    def count(things: Iterable[Any]) -> Iterator[Any]:
        for thing in things:
            counter.one()
            yield thing

    try:
        key = PublicKey.read((release / PUBLIC_KEY_FILE).read_bytes())
        copy = mirror_release(source, place, key, progress=count, kept=KEPT)
    except RefusedReleaseError as error:
        raise TargetError(
            f"{place} does not take the release {release.name}: {error}",
            "Run “barograph build”; where this site was restored, see “Back up and restore” in its how-to.",
        ) from error
    except (ReleaseFolderError, SourceError, KeyFileError) as error:
        raise TargetError(str(error), "Then try again.") from error
    except OSError as error:
        raise TargetError(
            f"{place}: the copy failed ({error.strerror or error})",
            "Look whether the disk is there, has room, may be written to and knows links, which FAT does not.",
        ) from error
    counter.rest()
    sent = source.read if copy.is_new else set()
    return Uploaded(len(sent), sum((copy.folder / path).stat().st_size for path in sent))


class _Release(FolderSource):
    """A release that remembers what was read of it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.read: set[str] = set()

    def fetch(self, path: str, file: BinaryIO, limit: int) -> None:
        """Copy a file."""
        super().fetch(path, file, limit)
        self.read.add(path)

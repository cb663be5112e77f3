"""Copying a release whose list of hashes was believed: every file is checked against it before it is kept."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from barograph.base.progress import Progress
from barograph.base.release_folders import OUTGOING, make_folder, remove
from barograph.base.whole_file import sync_folder
from barograph.mirror.source import CONNECTIONS, Source, WrongFileError
from barograph.trust.head import Head, RefusedReleaseError
from barograph.trust.manifest import SUMS_FILE, Problem, check_folder, open_plain

LARGEST_FILE = 256 * 1024 * 1024
"""Bytes; a file that is larger was not written by a release."""
WORK = ".mirroring"
"""What is on its way: whole files that a later run can take up."""


def clear_leftovers(dest: Path) -> None:
    """Remove what lies around once the newest release is served, whichever run it is from."""
    remove(dest / WORK)
    remove(dest / OUTGOING)


class Copy:
    """A release that is being copied to ``.mirroring/release``, each file by way of ``.mirroring/parts``.

    ``held`` is the folder of a release that is here already, with the hashes in its list: a file that has the same
    hash in both lists is linked, not fetched.
    """

    def __init__(self, source: Source, dest: Path, held: tuple[Path, Mapping[str, str]] | None) -> None:
        self.source, self.dest = source, dest
        self.release, self.parts = dest / WORK / "release", dest / WORK / "parts"
        self._held = held
        self.fetched = self.linked = 0

    def fill(self, head: Head, files: Mapping[str, bytes], progress: Progress) -> None:
        """Bring together all files of a release; ``files`` are those that came with its head.

        Raises WrongFileError, SourceError, RefusedReleaseError and OSError.
        """
        self._tidy(head.hashes)
        self._make_folders(head.hashes)
        for path, content in files.items():
            with self._part(path) as part:
                part.write(content)
        wanted = [path for path in head.hashes if not (self.release / path).exists()]
        with ThreadPoolExecutor(CONNECTIONS) as threads:
            for was_linked in progress(threads.map(lambda path: self._obtain(path, head.hashes[path]), wanted)):
                self.linked += was_linked
                self.fetched += not was_linked
        problems = check_folder(self.release, head.hashes)
        if problems:
            raise RefusedReleaseError(tuple(problems))

    def settle(self, folder: Path) -> None:
        """Give the copy its name, when all of it is on the disk."""
        os.sync()
        if folder.exists():  # and damaged
            folder.rename(self.dest / OUTGOING)
        self.release.rename(folder)
        sync_folder(self.dest)

    def _tidy(self, hashes: Mapping[str, str]) -> None:
        """Keep of an earlier run what is right in this release, and nothing else."""
        remove(self.dest / OUTGOING)
        remove(self.parts)
        self.parts.mkdir(parents=True)
        if not self.release.is_dir():
            make_folder(self.release)
        for problem in check_folder(self.release, hashes):
            with suppress(FileNotFoundError, NotADirectoryError):
                remove(self.release / problem.file)

    def _make_folders(self, paths: Iterable[str]) -> None:
        parents = {path[:at] for path in paths for at in range(len(path)) if path[at] == "/"}
        for parent in sorted(parents):
            if not (self.release / parent).is_dir():
                make_folder(self.release / parent)

    def _obtain(self, path: str, digest: str) -> bool:
        """Link a file that is here already, or fetch it; whether it was linked."""
        if self._link(path, digest):
            return True
        with self._part(path) as part:
            self.source.fetch(path, part, LARGEST_FILE)
            part.seek(0)
            if hashlib.file_digest(part, "sha256").hexdigest() != digest:  # type: ignore[arg-type, unused-ignore]
                raise WrongFileError(Problem(path, f"was changed: its hash is not the one in {SUMS_FILE}"))
        return False

    def _link(self, path: str, digest: str) -> bool:
        """Whether the release at hand has this very file. It is read: a damaged one must not be passed on."""
        if self._held is None or self._held[1].get(path) != digest:
            return False
        old = self._held[0] / path
        try:
            with open_plain(old) as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != digest:  # type: ignore[arg-type, unused-ignore]
                    return False
            os.link(old, self.release / path)
        except OSError:  # gone, or the disk has no links, or no more of them
            return False
        return True

    @contextmanager
    def _part(self, path: str) -> Iterator[BinaryIO]:
        """A file that appears under its path at the end of the block, so that what is there is whole."""
        descriptor, name = tempfile.mkstemp(dir=self.parts)
        try:
            with os.fdopen(descriptor, "w+b") as part:
                yield part
                os.fchmod(descriptor, 0o644)
            Path(name).replace(self.release / path)
        finally:
            Path(name).unlink(missing_ok=True)

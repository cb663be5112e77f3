"""What the next release holds, while it is being put together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from barograph.release.build_state import KnownUnit
from barograph.release.compression import SUFFIX, compressed, is_text
from barograph.release.folder import write_file
from barograph.release.path_names import clash
from barograph.release.previous import PreviousRelease
from barograph.trust.manifest import check_path


class Draft:
    """The units and files of the next release.

    With a ``folder`` every file is written to it at once. Without one, files wait in memory until it is known what
    changed, and those of ``previous`` are taken as they are where they are the same. A text file gets a compressed copy
    when it changes, and keeps it; with ``compress`` each gets one. So only a first release is without.
    """

    def __init__(
        self, folder: Path | None = None, previous: PreviousRelease | None = None, *, compress: bool = False
    ) -> None:
        self.folder = folder
        self.previous = previous
        self.compress = compress
        self.held: Mapping[str, str] = previous.hashes if previous else {}
        self.units: dict[str, KnownUnit] = {}
        self.hashes: dict[str, str] = {}
        """SHA-256 of every file by path."""
        self.contents: dict[str, bytes] = {}
        """What waits to be written."""

    def put(self, path: str, content: bytes) -> None:
        """One file. A picture may come with each of its texts.

        Raises ReleaseFolderError for a path that comes again with another content, and ManifestError for one that
        would leave the folder.
        """
        digest = hashlib.sha256(content).hexdigest()
        if self.hashes.setdefault(path, digest) != digest:
            raise clash(path, path)
        is_same = self.held.get(path) == digest
        if self.folder is not None or not is_same:
            check_path(path)
            self._take(path, content)
        if is_text(path):
            has_one = is_same and path + SUFFIX in self.held
            if has_one or self.compress or (self.previous is not None and not is_same):
                self._put_copy(path, content, has_one=has_one)

    def keep(self, name: str, unit: KnownUnit) -> None:
        """A unit of the release that is served, with its files as they are."""
        self.units[name] = unit
        self.keep_files((*unit.files, *unit.items))

    def keep_files(self, paths: Iterable[str]) -> None:
        """Files of the release that is served, as they are."""
        held, hashes = self.held, self.hashes
        for path in paths:
            hashes[path] = held[path]
            small = path + SUFFIX
            if small in held:
                hashes[small] = held[small]
            elif self.compress and self.previous and is_text(path):
                self._put_copy(path, (self.previous.folder / path).read_bytes(), has_one=False)

    def _put_copy(self, path: str, content: bytes, *, has_one: bool) -> None:
        """The compressed copy of a text file. ``has_one`` says whether the same file has one in ``previous``."""
        small = path + SUFFIX
        if has_one and self.folder is None:
            self.hashes[small] = self.held[small]
        else:
            gz = compressed(content)
            self.hashes[small] = hashlib.sha256(gz).hexdigest()
            self._take(small, gz)

    def add(self, units: Mapping[str, KnownUnit], hashes: Mapping[str, str]) -> None:
        """Units that another process wrote to the same folder. Raises ReleaseFolderError as ``put`` does."""
        self.units |= units
        for path in self.hashes.keys() & hashes.keys():
            if self.hashes[path] != hashes[path]:
                raise clash(path, path)
        self.hashes |= hashes

    def _take(self, path: str, content: bytes) -> None:
        if self.folder is None:
            self.contents[path] = content
            return
        try:
            write_file(self.folder, path, content)
        except FileExistsError:
            # A picture of several texts. Another process may be writing it at this moment, so its hash is compared.
            if not (self.folder / path).is_file():
                raise clash(path, path) from None
        except NotADirectoryError:
            raise clash(path, path.rpartition("/")[0]) from None

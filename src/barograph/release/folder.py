"""Release folders: each is written beside the others, and becomes the current one in a single step.

``releases/000042-0123456789ab/`` is a release: its number, and the beginning of the hash of its list
of hashes. ``releases/current`` is a link to the one that is served. A file that did not change is
the same file on the disk in both (a hard link), so that a release of thousands of pages costs what
changed in it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from barograph.trust.manifest import PUBLIC_KEY_FILE, SIGNATURE_FILE, SUMS_FILE, check_path, open_plain, write_sums
from barograph.trust.minisign import SigningKey
from barograph.trust.verify import verify_release

CURRENT = "current"
KEPT = 5
"""How many releases stay on the disk, the current one among them."""

_NAME = re.compile(r"(\d{6,})-[0-9a-f]{12}")
_LOCK = ".lock"
_BUILDING = ".building"
_OUTGOING = ".outgoing"
_NEXT_LINK = ".current"


class ReleaseFolderError(Exception):
    """A release cannot be written as asked; the message says which path is in the way and what to do."""


def write_release(
    releases: Path,
    files: Iterable[tuple[str, bytes]],
    *,
    sequence: int,
    key: SigningKey,
    comment: str,
    kept: int = KEPT,
) -> Path:
    """Writes, signs and makes current a release of ``files`` (path and content), and returns its folder.

    ``minisign.pub``, ``SHA256SUMS`` and its signature are added here. ``files`` may be a generator:
    one file at a time is in memory. The same files with the same ``sequence``, ``key`` and ``comment``
    (the signature's trusted comment, one line of ASCII) give the same bytes and the same folder.

    Whenever this is interrupted, even by the loss of power, ``current`` is a whole release: the old one
    or the new one. The next run clears away what was left. Releases older than the last ``kept`` go.

    Raises ReleaseFolderError when another build is running or a path is there twice, and ManifestError
    for a path that would leave the folder.
    """
    releases.mkdir(parents=True, exist_ok=True)
    with _only_builder(releases):
        _clear_leftovers(releases)
        try:
            building = _Building(releases / _BUILDING, current_release(releases))
            building.add(PUBLIC_KEY_FILE, key.public.text)
            for path, content in files:
                building.add(path, content)
            sums = building.seal(key, comment)
            name = f"{sequence:06d}-{hashlib.sha256(sums).hexdigest()[:12]}"
            _settle(releases / _BUILDING, releases / name, key)
            _make_current(releases, name)
            _prune(releases, kept)
        finally:
            _clear_leftovers(releases)
    return releases / name


def current_release(releases: Path) -> Path | None:
    """The folder of the release that is served, or ``None`` before the first.

    Raises ReleaseFolderError when ``current`` is something else than a link to one.
    """
    link = releases / CURRENT
    if not link.is_symlink():
        if link.exists():
            raise ReleaseFolderError(f"{link} is not a link to a release: move it away and build again")
        return None
    folder = releases / link.readlink()
    return folder if folder.is_dir() else None


def release_folders(releases: Path) -> list[Path]:
    """All releases on the disk, oldest first."""
    found = []
    for folder in releases.iterdir():
        match = _NAME.fullmatch(folder.name)
        if match and folder.is_dir() and not folder.is_symlink():
            found.append((int(match[1]), folder.name, folder))
    return [folder for _, _, folder in sorted(found)]


class PathNames:
    """The paths of a release so far: no two of them may meet on a disk that does not tell “A” from “a”."""

    def __init__(self) -> None:
        self._names = {_folded(name): name for name in (SUMS_FILE, SIGNATURE_FILE)}

    def claim(self, path: str) -> list[str]:
        """Takes a path, and returns the folders that are new with it, outermost first.

        Raises ManifestError for a path that would leave the folder, ReleaseFolderError for one that is
        there already, or differs from another in nothing but capital letters or the way its letters are coded.
        """
        check_path(path)
        ends = [at for at, character in enumerate(path) if character == "/"]
        new = [path[: at + 1] for at in ends if self._is_new(path, path[:at], path[: at + 1])]
        if not self._is_new(path, path, path):
            raise _clash(path, path)
        self._names |= {_folded(name.removesuffix("/")): name for name in [*new, path]}
        return new

    def _is_new(self, path: str, name: str, spelling: str) -> bool:
        taken = self._names.get(_folded(name))
        if taken not in (None, spelling):
            raise _clash(path, taken)
        return taken is None


class _Building:
    """A release folder that is being filled."""

    def __init__(self, folder: Path, previous: Path | None) -> None:
        self.folder = folder
        self.previous = previous
        self.hashes: dict[str, str] = {}
        self.names = PathNames()
        _make_folder(folder)

    def add(self, path: str, content: bytes) -> None:
        """One file of the release."""
        for name in self.names.claim(path):
            _make_folder(self.folder / name)
        self.hashes[path] = hashlib.sha256(content).hexdigest()
        self._put(path, content)

    def seal(self, key: SigningKey, comment: str) -> bytes:
        """Adds the list of hashes and its signature, and returns the list, when all of it is on the disk."""
        sums = write_sums(self.hashes)
        self._put(SUMS_FILE, sums)
        self._put(SIGNATURE_FILE, key.sign(sums, comment))
        # One sync of everything takes a fifth of the time that one for each file does.
        os.sync()
        return sums

    def _put(self, path: str, content: bytes) -> None:
        if not self._link(path, content):
            with (self.folder / path).open("xb") as file:
                os.fchmod(file.fileno(), 0o644)
                file.write(content)

    def _link(self, path: str, content: bytes) -> bool:
        """Whether the previous release's file has this very content and could be linked.

        It is compared byte by byte, not by its hash in the old list: a damaged file must not be passed on.
        """
        if self.previous is None:
            return False
        old = self.previous / path
        try:
            with open_plain(old) as file:
                if os.fstat(file.fileno()).st_size != len(content) or file.read() != content:
                    return False
            os.link(old, self.folder / path)
        except OSError:  # not there, or the disk has no links, or no more of them: then it is written
            return False
        return True


@contextmanager
def _only_builder(releases: Path) -> Iterator[None]:
    with (releases / _LOCK).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ReleaseFolderError(
                f"another build is writing to {releases}: wait until it has ended and build again"
            ) from error
        yield


def _settle(building: Path, folder: Path, key: SigningKey) -> None:
    """Gives a finished release its name, or takes the folder that has this name if it is whole."""
    if folder.is_dir() and not verify_release(folder, key.public):
        # The comment is the one thing that the name does not cover.
        (building / SIGNATURE_FILE).replace(folder / SIGNATURE_FILE)
    else:
        if folder.exists():
            # Damaged, so that nothing is lost if this is the one moment at which ``current`` leads nowhere.
            folder.rename(folder.with_name(_OUTGOING))
        building.rename(folder)
    _sync_folder(folder.parent)


def _make_current(releases: Path, name: str) -> None:
    (releases / _NEXT_LINK).symlink_to(name, target_is_directory=True)
    (releases / _NEXT_LINK).replace(releases / CURRENT)
    _sync_folder(releases)


def _prune(releases: Path, kept: int) -> None:
    current = current_release(releases)
    others = [folder for folder in release_folders(releases) if folder != current]
    for folder in others[: max(0, len(others) - (kept - 1))]:
        _remove(releases / _OUTGOING)
        # Renamed first: a folder with a release's name is a whole release.
        folder.rename(releases / _OUTGOING)


def _clear_leftovers(releases: Path) -> None:
    for name in (_BUILDING, _OUTGOING, _NEXT_LINK):
        _remove(releases / name)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _make_folder(folder: Path) -> None:
    """A folder that a web server may read, whatever the builder's umask."""
    folder.mkdir()
    folder.chmod(0o755)


def _clash(path: str, taken: str | None) -> ReleaseFolderError:
    return ReleaseFolderError(f"“{path}” cannot be in a release that has “{taken}”: give one of them another address")


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path.casefold())


def _sync_folder(folder: Path) -> None:
    """Makes a renaming last: until then a loss of power may undo it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Release folders side by side: each is there whole, and one of them is the current one, switched to in a single step.

``releases/000042-0123456789ab/`` is a release: its number, and the beginning of the hash of its list of hashes.
``releases/current`` is a link to the one that is served. The folders of a site and those of a mirror are laid out
alike, so that any web server can serve either.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from barograph.base.whole_file import sync_folder

CURRENT = "current"
OUTGOING = ".outgoing"
NEXT_LINK = ".current"
KEPT = 5
"""How many releases stay on the disk, the current one among them."""

_NAME = re.compile(r"(\d{6,})-[0-9a-f]{12}")
_LOCK = ".lock"


class ReleaseFolderError(Exception):
    """A release cannot be written as asked; the message says which path is in the way and what to do."""


def folder_name(sequence: int, manifest: str) -> str:
    """The name of a release's folder, by its number and the SHA-256 of its list of hashes, in hexadecimal digits."""
    return f"{sequence:06d}-{manifest[:12]}"


def current_release(releases: Path) -> Path | None:
    """The folder of the release that is served, or ``None`` before the first.

    Raises ReleaseFolderError when ``current`` is something else than a link to one.
    """
    link = releases / CURRENT
    if not link.is_symlink():
        if link.exists():
            raise ReleaseFolderError(f"{link} is not a link to a release: move it away and run again")
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


@contextmanager
def only_writer(releases: Path) -> Iterator[None]:
    """Keeps everybody else from writing releases here. Raises ReleaseFolderError when somebody is."""
    with (releases / _LOCK).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ReleaseFolderError(
                f"another process is writing to {releases}: wait until it has ended and run this again"
            ) from error
        yield


def make_current(releases: Path, name: str) -> None:
    """Serves the release of this name from now on."""
    remove(releases / NEXT_LINK)
    (releases / NEXT_LINK).symlink_to(name, target_is_directory=True)
    (releases / NEXT_LINK).replace(releases / CURRENT)
    sync_folder(releases)


def prune(releases: Path, kept: int) -> None:
    """Removes all releases but the last ``kept``; the current one stays in any case."""
    current = current_release(releases)
    others = [folder for folder in release_folders(releases) if folder != current]
    for folder in others[: max(0, len(others) - (kept - 1))]:
        remove(releases / OUTGOING)
        # Renamed first: a folder with a release's name is a whole release.
        folder.rename(releases / OUTGOING)
    remove(releases / OUTGOING)


def make_folder(folder: Path | str) -> None:
    """A folder that a web server may read, whatever the builder's umask. Raises OSError."""
    os.mkdir(folder, 0o755)  # noqa: PTH102 (strings are quicker, for ten thousand in a row)
    if stat.S_IMODE(os.stat(folder).st_mode) != 0o755:  # noqa: PTH116
        Path(folder).chmod(0o755)


def remove(path: Path) -> None:
    """Removes a file, a link, or a folder with all that is in it, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)

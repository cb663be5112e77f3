"""Release folders: each is made ready beside the others, and becomes the current one in a single step.

``release/000042-0123456789ab/`` is a release: its number, and the beginning of the hash of its list of hashes.
``release/current`` is a link to the one that is served. A file that did not change is the same file on the disk in all
of them (a hard link). The oldest of the folders that are kept is not thrown away: it is brought up to date and becomes
the next release, so that a release of thousands of pages costs what changed in it, not what it has.
"""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from barograph.base.meanwhile import meanwhile
from barograph.base.release_folders import (
    KEPT,
    NEXT_LINK,
    OUTGOING,
    ReleaseFolderError,
    make_folder,
    only_writer,
    release_folders,
    remove,
)
from barograph.base.whole_file import sync_folder
from barograph.trust.manifest import SIGNATURE_FILE, SUMS_FILE, check_path
from barograph.trust.minisign import PublicKey
from barograph.trust.verify import verify_release

BUILDING = ".building"
STALE = ".stale"
"""What the oldest release had and the next one has not. To put a file aside takes a tenth of the time that deleting it
does, which can be done once the release is served."""
PATIENCE = 600.0
"""Seconds for which a build waits until another has ended: all of ten years may take minutes on a small machine."""
PAUSE = 0.4
"""Seconds from one sync to the next while everything is written."""
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_PATH_AT = 66
"""Where the path begins in a line of a manifest: after the hash and two spaces."""


@contextmanager
def only_builder(releases: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Keeps other builds away, waiting for one to end, and leaves nothing half-made behind.

    Raises ReleaseFolderError when another is still running after ``patience`` seconds.
    """
    releases.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        _enter_when_free(held, releases, patience)
        _clear_leftovers(releases)
        try:
            yield
        finally:
            _clear_leftovers(releases)


def _enter_when_free(held: ExitStack, releases: Path, patience: float) -> None:
    last_try = time.monotonic() + patience
    while True:
        try:
            held.enter_context(only_writer(releases))
        except ReleaseFolderError:
            if time.monotonic() >= last_try:
                raise
            time.sleep(0.05)
        else:
            return


def own_manifest(folder: Path) -> dict[str, str]:
    """Hashes by path in the manifest of a release that was built here, read without the checks of ``read_sums``."""
    return _by_path(_lines((folder / SUMS_FILE).read_bytes()))


def _lines(sums: bytes) -> list[str]:
    return sums.decode().split("\n")[:-1]


def _by_path(lines: Iterable[str]) -> dict[str, str]:
    return {line[_PATH_AT:]: line[:64] for line in lines}


def open_folder(
    releases: Path, previous: Path | None, held: Mapping[str, str], sums: bytes, kept: int = KEPT
) -> tuple[Path, set[str]]:
    """A folder with those files of the previous release that the next one wants, and the paths still to be written.

    ``held`` are the hashes of the previous release by path, and ``sums`` is the manifest of the next one. With as many
    releases on the disk as are kept, the oldest is brought up to date; before that, files are linked into a new folder.
    """
    wanted = _lines(sums)
    building = releases / BUILDING
    others = [folder for folder in release_folders(releases) if folder != previous]
    if previous and len(others) >= kept - 1 > 0:
        oldest = others[0]
        there = set(_lines((oldest / SUMS_FILE).read_bytes()))
        oldest.rename(building)
        missing = _by_path(line for line in wanted if line not in there)
        stale = _by_path(there.difference(wanted))
        make_folder(releases / STALE)
        for number, path in enumerate((SUMS_FILE, SIGNATURE_FILE, *stale)):
            with suppress(FileNotFoundError):
                os.rename(f"{building}/{path}", f"{releases}/{STALE}/{number}")  # noqa: PTH104 (strings, as below)
        _remove_empty_folders(building, stale.keys() - missing.keys())
    else:
        make_folder(building)
        missing = _by_path(wanted)
    unwritten = set()
    for path, digest in missing.items():
        if previous and held.get(path) == digest:
            link_file(f"{previous}/{path}", building, path)
        else:
            unwritten.add(path)
    return building, unwritten


def new_folder(releases: Path) -> Path:
    """An empty folder to build a release in."""
    building = releases / BUILDING
    make_folder(building)
    return building


def make_folders(folder: Path, addresses: Iterable[str]) -> None:
    """Make the folders of pages below ``folder``, before anybody writes these. Raises ManifestError and OSError."""
    for address in addresses:
        check_path(f"{address}index.html")
        _make_folder_for(f"{folder}/{address}")


@contextmanager
def syncing() -> Iterator[None]:
    """Bring to the disk meanwhile what anybody writes, so that little is left for ``settle``."""
    with ExitStack() as held:
        with suppress(RuntimeError):  # no thread is to be had: ``settle`` will do it all
            held.enter_context(meanwhile(os.sync, pause=PAUSE, name="sync"))
        yield


def link_file(source: str, folder: Path, path: str) -> None:
    """Give a folder a file that is there already; a copy, where the disk has no links or no more of them."""
    target = f"{folder}/{path}"
    try:
        os.link(source, target)
    except OSError:
        _make_folder_for(target)
        _link_or_copy(source, target)


def write_file(folder: Path, path: str, content: bytes) -> None:
    """Give a folder a new file, that a web server may read. Raises FileExistsError for one that is there."""
    target = f"{folder}/{path}"  # a string, for ten thousand paths in a row
    try:
        descriptor = os.open(target, _NEW, 0o644)
    except FileNotFoundError:
        _make_folder_for(target)
        descriptor = os.open(target, _NEW, 0o644)
    try:
        if stat.S_IMODE(os.fstat(descriptor).st_mode) != 0o644:  # the builder's umask is another; to look is cheaper
            os.fchmod(descriptor, 0o644)
        left = memoryview(content)
        while left:
            left = left[os.write(descriptor, left) :]
    finally:
        os.close(descriptor)


def settle(building: Path, folder: Path, key: PublicKey) -> None:
    """Give a finished release its name, or take the folder that has this name if it is whole.

    Everything is on the disk before: one sync of everything takes a fifth of the time that one for each file does.
    """
    os.sync()
    if folder.is_dir() and not verify_release(folder, key):
        # The comment is the one thing that the name does not cover.
        (building / SIGNATURE_FILE).replace(folder / SIGNATURE_FILE)
    else:
        if folder.exists():
            # Damaged, so that nothing is lost if this is the one moment at which ``current`` leads nowhere.
            folder.rename(folder.with_name(OUTGOING))
        building.rename(folder)
    sync_folder(folder.parent)


def _make_folder_for(file: str) -> None:
    """The folders that lead to a file; another process of the same build may be making them, too."""
    folder = file.rpartition("/")[0]
    try:
        make_folder(folder)
    except FileNotFoundError:
        _make_folder_for(folder)
        with suppress(FileExistsError):
            make_folder(folder)
    except FileExistsError:
        pass


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:
        shutil.copyfile(source, target)
        Path(target).chmod(0o644)


def _remove_empty_folders(folder: Path, gone: Iterable[str]) -> None:
    """Take away the folders that are empty now that some files have gone."""
    for parent in sorted({path.rpartition("/")[0] for path in gone}, key=len, reverse=True):
        at = parent
        while at:
            try:
                (folder / at).rmdir()
            except OSError:  # there is something left in it
                break
            at = at.rpartition("/")[0]


def _clear_leftovers(releases: Path) -> None:
    for name in (BUILDING, STALE, OUTGOING, NEXT_LINK):
        remove(releases / name)

"""Mirroring: the newest release of a source, checked to the last file, becomes the one that is served here.

``DEST/current`` is a link to a release at all times: the last one that was whole and right. What is on its way lies in
``DEST/.mirroring`` and is taken up by the next run, whatever ended this one. ``DEST/mirror.pub`` is the key that every
release has to be signed with, or with one that follows from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

from barograph.base.progress import Progress, silent
from barograph.base.release_folders import (
    ReleaseFolderError,
    current_release,
    folder_name,
    make_current,
    only_writer,
    prune,
    release_folders,
)
from barograph.base.whole_file import whole_file
from barograph.mirror.copying import Copy, clear_leftovers
from barograph.mirror.source import Source, SourceError, WrongFileError
from barograph.trust.head import Head, RefusedReleaseError, check_head, head_files, largest
from barograph.trust.manifest import SIGNATURE_FILE, SUMS_FILE, ManifestError, check_folder
from barograph.trust.minisign import KeyFileError, PublicKey
from barograph.trust.verify import read_head

KEPT = 3
"""How many releases a mirror keeps, the one that is served among them."""
KEY_FILE = "mirror.pub"
ATTEMPTS = 4
"""How often a copy is begun when the source changes while it is made."""


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What a run did. ``fetched`` and ``linked`` count files that came, and that were here already."""

    head: Head
    folder: Path
    is_new: bool
    fetched: int = 0
    linked: int = 0


def mirror_release(
    source: Source,
    dest: Path,
    key: PublicKey | None = None,
    *,
    today: date | None = None,
    progress: Progress = silent,
    kept: int = KEPT,
) -> Mirrored:
    """Make the newest release of ``source`` the one that ``dest/current`` leads to, if it is to be believed.

    ``key`` is the publisher's; it is remembered in ``dest`` and may be left out the next time. ``today`` is the day in
    UTC. Releases beyond the last ``kept`` are removed.

    Raises RefusedReleaseError for a release that is forged, damaged, expired, older than the one here or of another
    past; SourceError when the source cannot be read now; ReleaseFolderError when another run is writing to ``dest``,
    or what is there cannot be read; KeyFileError when there is no key; OSError. Whatever is raised, what ``dest``
    serves and keeps is as it was.
    """
    dest.mkdir(parents=True, exist_ok=True)
    with only_writer(dest):
        trusted = key or _remembered(dest)
        newest = _newest(dest)
        after = newest[1] if newest else None
        for _ in range(ATTEMPTS):
            source.begin()
            files = _fetch_head(source)
            try:
                checked = check_head(files, trusted, today=today or datetime.now(UTC).date(), after=after)
                mirrored = _take(source, dest, checked.accepted(), files, newest, progress)
            except (RefusedReleaseError, WrongFileError) as error:
                if _is_still_at(source, files):
                    raise _refusal(error) from error
            else:
                clear_leftovers(dest)
                prune(dest, kept)
                _remember(dest, trusted)
                return mirrored
    raise SourceError(f"the source changed {ATTEMPTS} times while it was copied: try again later")


def _take(
    source: Source,
    dest: Path,
    head: Head,
    files: Mapping[str, bytes],
    newest: tuple[Path, Head] | None,
    progress: Progress,
) -> Mirrored:
    """Serve a release whose head was accepted: the one that is served, one that is here, or a copy of it."""
    folder = dest / folder_name(head.stamp.sequence, head.manifest)
    copy = Copy(source, dest, (newest[0], newest[1].hashes) if newest else None)
    is_new = folder != current_release(dest)
    if is_new and (not folder.is_dir() or check_folder(folder, head.hashes)):
        copy.fill(head, files, progress)
        copy.settle(folder)
    elif files[SIGNATURE_FILE] != (folder / SIGNATURE_FILE).read_bytes():
        # The one thing that a folder's name does not cover: it was renewed.
        _write(folder / SIGNATURE_FILE, files[SIGNATURE_FILE])
    if is_new:
        make_current(dest, folder.name)
    return Mirrored(head, folder, is_new, copy.fetched, copy.linked)


def _newest(dest: Path) -> tuple[Path, Head] | None:
    """The newest release that was mirrored before, by its own head; nothing on the first run.

    It is believed with the key that it carries: it was checked when it came. A damaged one does not count, as long as
    there is another. Raises ReleaseFolderError when there is none that could say what was here.
    """
    folders = release_folders(dest)
    for folder in reversed(folders):
        with suppress(RefusedReleaseError):
            return folder, check_head(read_head(folder), None).accepted()
    if folders:
        raise ReleaseFolderError(
            f"no release in {dest} can be read any more, so nobody can say what is older than it: look at them with "
            "“barograph verify”, or mirror to an empty folder"
        )
    return None


def _fetch_head(source: Source) -> dict[str, bytes]:
    """The files that say which release a source has; one that it lacks is left out. Raises SourceError."""
    files: dict[str, bytes] = {}
    paths = [SUMS_FILE, SIGNATURE_FILE]
    for path in paths:
        with suppress(WrongFileError):
            files[path] = _read(source, path)
        if path == SIGNATURE_FILE:
            with suppress(ManifestError):  # check_head says what is wrong with it
                paths += head_files(files.get(SUMS_FILE, b""))
    return files


def _read(source: Source, path: str) -> bytes:
    file = BytesIO()
    source.fetch(path, file, largest(path))
    return file.getvalue()


def _is_still_at(source: Source, files: Mapping[str, bytes]) -> bool:
    """Whether a source has the release of which it showed these files: otherwise a newer one came in between."""
    source.begin()
    for path in (SUMS_FILE, SIGNATURE_FILE):
        with suppress(WrongFileError):
            if _read(source, path) != files.get(path):
                return False
    return True


def _refusal(error: RefusedReleaseError | WrongFileError) -> RefusedReleaseError:
    return RefusedReleaseError((error.problem,)) if isinstance(error, WrongFileError) else error


def _remembered(dest: Path) -> PublicKey:
    file = dest / KEY_FILE
    try:
        return PublicKey.read(file.read_bytes())
    except FileNotFoundError as error:
        raise KeyFileError(f"there is no {file} yet: give the publisher's key with --public-key, once") from error
    except KeyFileError as error:
        raise KeyFileError(f"{file}: {error}. Give the publisher's key with --public-key.") from error


def _remember(dest: Path, key: PublicKey) -> None:
    """Keep a key with which a release was accepted, for the runs to come."""
    file = dest / KEY_FILE
    if not file.exists() or file.read_bytes() != key.text:
        _write(file, key.text)


def _write(file: Path, content: bytes) -> None:
    with whole_file(file, replaces=True, mode=0o644) as opened:
        opened.write(content)

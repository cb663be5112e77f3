"""The list of a folder's files and their hashes, in the format of ``sha256sum`` of the coreutils."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

SUMS_FILE = "SHA256SUMS"
SIGNATURE_FILE = "SHA256SUMS.minisig"
PUBLIC_KEY_FILE = "minisign.pub"
UNLISTED = frozenset({SUMS_FILE, SIGNATURE_FILE})
"""The two files that cannot be in the list: the list and its signature."""

_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_NO_NAMES = frozenset({"", ".", ".."})
_UNFIT = re.compile(r"[\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class ManifestError(ValueError):
    """A list of hashes is not one, or a path cannot stand in it; the message says which line or path."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with one file of a folder."""

    file: str
    what: str

    def __str__(self) -> str:
        """One line that is safe to print, whatever the file is called."""
        return f"{self.file if self.file.isprintable() else ascii(self.file)}: {self.what}"


def check_path(path: str) -> None:
    """Refuses, with ManifestError, a path that could leave the folder or that some tool would read differently.

    Backslashes and control characters are among them: ``sha256sum`` writes them in a code of its own,
    and they are good for nothing in an address.
    """
    parts = path.split("/")
    if not _NO_NAMES.isdisjoint(parts):
        raise ManifestError(f"“{path}” is not a path inside the folder")
    if path == "-":
        raise ManifestError("“-” cannot be a file's name: sha256sum takes it for its standard input")
    if _UNFIT.search(path):
        raise ManifestError(f"{path!a} contains a backslash or a control character")
    if len(path.encode()) > 255 and any(len(part.encode()) > 255 for part in parts):
        raise ManifestError(f"“{path}” has a part of more than 255 bytes, which no file system takes")


def write_sums(hashes: Mapping[str, str]) -> bytes:
    """The content of ``SHA256SUMS`` for hashes by path, sorted by the bytes of the paths.

    Raises ManifestError for a path that ``check_path`` refuses.
    """
    for path in hashes:
        check_path(path)
    ordered = sorted(hashes, key=str.encode)
    return "".join(f"{hashes[path]}  {path}\n" for path in ordered).encode()


def read_sums(content: bytes) -> dict[str, str]:
    """Hashes by path out of ``SHA256SUMS``.

    Takes only what ``write_sums`` writes, to the byte: whatever else some tool might make of another
    form, nobody will have to find out. Raises ManifestError.
    """
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise ManifestError("it is not text in UTF-8") from error
    hashes: dict[str, str] = {}
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise ManifestError(f"line {number} is not a hash, two spaces and a path")
        hashes[match[2]] = match[1]
    if write_sums(hashes) != content:
        raise ManifestError("its lines are not in order, are there twice, or the last one has no end")
    for path in UNLISTED & hashes.keys():
        raise ManifestError(f"it lists {path}, which cannot be in it")
    return hashes


def check_folder(folder: Path, hashes: Mapping[str, str]) -> list[Problem]:
    """What differs between a folder and its list: missing, changed and extra files, and links, sorted by path."""
    listed = set(hashes) | UNLISTED
    folders = {path[:at] for path in listed for at in range(len(path)) if path[at] == "/"}
    problems = []
    seen = set()
    for path, entry in _walk(folder):
        seen.add(path)
        if entry.is_dir(follow_symlinks=False):
            if path not in folders:
                problems.append(Problem(path, "this folder is not part of the release"))
        elif not entry.is_file(follow_symlinks=False):
            problems.append(Problem(path, "is not a plain file (links and devices have no place in a release)"))
        elif path not in listed:
            problems.append(Problem(path, f"is not listed in {SUMS_FILE}"))
        elif path in hashes:
            problems += _check_file(Path(entry.path), path, hashes[path])
    problems += [Problem(path, "is missing") for path in listed - seen]
    return sorted(problems, key=lambda problem: problem.file)


def open_plain(path: Path) -> BinaryIO:
    """Opens a plain file for reading, following no link and waiting for no pipe. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(f"{path} is not a plain file")
    return os.fdopen(descriptor, "rb")


def _check_file(file: Path, path: str, expected: str) -> list[Problem]:
    try:
        with open_plain(file) as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()  # type: ignore[arg-type, unused-ignore]
    except OSError as error:
        return [Problem(path, f"cannot be read ({error.strerror or error})")]
    return [] if found == expected else [Problem(path, f"was changed: its hash is not the one in {SUMS_FILE}")]


def _walk(folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Everything in a folder with its path, following no link. However deep a forger nests folders, it comes back."""
    waiting = [""]
    while waiting:
        below = waiting.pop()
        with os.scandir(folder / below) as entries:
            for entry in entries:
                yield below + entry.name, entry
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{below}{entry.name}/")

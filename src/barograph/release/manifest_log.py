"""The log of manifests: the signed list of every release there ever was, in ``manifests/`` beside the release folders.

``000057.changes`` holds what release 57 changed in the list of release 56, as text: a line ``from`` and a line ``to``
with the SHA-256 of the two lists, then ``- path`` for what went and ``+ hash  path`` for what came or became another.
Each 64th release, and one that changed most of its files, has its whole list instead, ``000064.sums.gz``. So the log
of a thousand releases costs what was changed in them, and each can be read. ``000057.minisig`` is the signature.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from pathlib import Path

from barograph.base.whole_file import whole_file
from barograph.release.compression import compressed

FOLDER = "manifests"
WHOLE_EACH = 64
"""One list in so many is kept whole: no more files than that are read for any."""

_NAME = re.compile(r"(\d{6,})\.(?:changes|sums\.gz)", re.ASCII)
_HEAD = re.compile(rb"from ([0-9a-f]{64})\nto ([0-9a-f]{64})\n")
_PATH_AT = 66
"""Where the path begins in a line of a manifest: after the hash and two spaces."""


class ManifestLogError(Exception):
    """A manifest cannot be kept or read; the message says which file is in the way and what to do."""


def keep_manifest(releases: Path, sequence: int, sums: bytes, signature: bytes, previous: bytes | None) -> None:
    """Keep the list of hashes of a release and its signature.

    ``sums``, ``signature``: the content of its ``SHA256SUMS`` and ``SHA256SUMS.minisig``; ``previous``: the list of
    release ``sequence - 1``, if there was one. May be called again: with the same list after a crash, with a renewed
    signature, and with another list as long as no later release is kept. Raises ManifestLogError where one is, and
    OSError.
    """
    if keeps(releases, sequence + 1) and manifest_hash(releases, sequence) != _sha256(sums):
        raise ManifestLogError(
            f"release {sequence} is in {releases / FOLDER} with another list of files, and release {sequence + 1} "
            "after it: the past is never rewritten. Build the next release instead."
        )
    _write(_file(releases, sequence, "minisig"), signature)
    changes = None if sequence % WHOLE_EACH == 0 else _changes(releases, sequence, sums, previous)
    if changes is None:
        _write(_file(releases, sequence, "sums.gz"), compressed(sums))
        _file(releases, sequence, "changes").unlink(missing_ok=True)
    else:
        _write(_file(releases, sequence, "changes"), changes)
        _file(releases, sequence, "sums.gz").unlink(missing_ok=True)


def keep_signature(releases: Path, sequence: int, signature: bytes) -> None:
    """Keep the renewed signature of a release whose list is kept already. Raises OSError."""
    _write(_file(releases, sequence, "minisig"), signature)


def read_manifest(releases: Path, sequence: int) -> bytes:
    """The ``SHA256SUMS`` of a release, to the byte. Raises ManifestLogError when it, or one it is built on, is gone."""
    links: list[tuple[Path, bytes]] = []
    at = sequence
    while not _file(releases, at, "sums.gz").exists():
        file = _file(releases, at, "changes")
        try:
            links.append((file, file.read_bytes()))
        except FileNotFoundError:
            raise _gap(releases, sequence, at) from None
        at -= 1
    sums = _decompressed(_file(releases, at, "sums.gz"))
    for file, changes in reversed(links):
        sums = _apply(sums, changes, file)
    return sums


def read_signature(releases: Path, sequence: int) -> bytes:
    """The ``SHA256SUMS.minisig`` of a release: the newest one it had. Raises ManifestLogError when it is not kept."""
    file = _file(releases, sequence, "minisig")
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise ManifestLogError(f"the signature of release {sequence} is not kept: there is no {file}") from None


def kept_sequences(releases: Path) -> list[int]:
    """The numbers of the releases whose lists are kept, in their order."""
    folder = releases / FOLDER
    found = (_NAME.fullmatch(file.name) for file in folder.iterdir()) if folder.is_dir() else ()
    return sorted({int(match[1]) for match in found if match})


def keeps(releases: Path, sequence: int) -> bool:
    """Whether the list of a release is kept."""
    return any(_file(releases, sequence, kind).exists() for kind in ("changes", "sums.gz"))


def manifest_hash(releases: Path, sequence: int) -> str:
    """The SHA-256 of a kept list, in hexadecimal digits, without putting it together.

    Raises ManifestLogError, and OSError where it is not kept.
    """
    file = _file(releases, sequence, "changes")
    if not file.exists():
        return _sha256(_decompressed(_file(releases, sequence, "sums.gz")))
    with file.open("rb") as opened:
        head = _HEAD.match(opened.read(200))
    if head is None:
        raise _damaged(file, "it does not begin with two hashes")
    return head[2].decode()


def _changes(releases: Path, sequence: int, sums: bytes, previous: bytes | None) -> bytes | None:
    """What a list changed in the one before; nothing where that one is not kept, or little would be saved."""
    if previous is None or not keeps(releases, sequence - 1):
        return None
    before, now = set(_lines(previous)), _lines(sums)
    came = sorted((line for line in now if line not in before), key=_path)
    went = sorted({_path(line) for line in before.difference(now)} - {_path(line) for line in came})
    known = _sha256(previous)
    if 2 * (len(came) + len(went)) > len(now) or manifest_hash(releases, sequence - 1) != known:
        return None
    head = f"from {known}\nto {_sha256(sums)}\n".encode()
    return b"".join([head, *(b"- %b\n" % path for path in went), *(b"+ %b\n" % line for line in came)])


def _apply(sums: bytes, changes: bytes, file: Path) -> bytes:
    """The list after some changes, checked on both sides."""
    head = _HEAD.match(changes)
    if head is None or head[1].decode() != _sha256(sums):
        raise _damaged(file, "it does not follow on the list before it")
    lines = {_path(line): line for line in _lines(sums)}
    for change in _lines(changes[head.end() :]):
        if change.startswith(b"- "):
            lines.pop(change[2:], None)
        else:
            lines[_path(change[2:])] = change[2:]
    result = b"".join(lines[path] + b"\n" for path in sorted(lines))
    if head[2].decode() != _sha256(result):
        raise _damaged(file, "what it makes does not have the hash that it names")
    return result


def _decompressed(file: Path) -> bytes:
    try:
        return gzip.decompress(file.read_bytes())
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise _damaged(file, str(error)) from error


def _write(file: Path, content: bytes) -> None:
    """A file that was written before with this content is left alone."""
    if file.exists() and file.read_bytes() == content:
        return
    with whole_file(file, replaces=True, mode=0o644) as opened:
        opened.write(content)


def _file(releases: Path, sequence: int, kind: str) -> Path:
    return releases / FOLDER / f"{sequence:06d}.{kind}"


def _lines(content: bytes) -> list[bytes]:
    return content.split(b"\n")[:-1]


def _path(line: bytes) -> bytes:
    return line[_PATH_AT:]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _gap(releases: Path, sequence: int, missing: int) -> ManifestLogError:
    if missing == sequence:
        return ManifestLogError(f"the list of release {sequence} is not kept in {releases / FOLDER}")
    return ManifestLogError(
        f"the list of release {sequence} cannot be put together: that of release {missing}, on which it is built, "
        f"is gone from {releases / FOLDER}. Put back your copy of {_file(releases, missing, 'changes').name}, or of "
        f"{_file(releases, missing, 'sums.gz').name}."
    )


def _damaged(file: Path, why: str) -> ManifestLogError:
    return ManifestLogError(f"{file} is damaged: {why}. Put back your copy of it.")

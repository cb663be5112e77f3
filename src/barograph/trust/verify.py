"""Whether a folder is, to the byte, the release that the holder of a key signed.

``check_release`` is the whole answer, for whoever is to believe a release. ``verify_release`` leaves out what a release
says of itself: the build asks it whether a folder of its own was damaged.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path

from barograph.trust.chain import CHAIN_FILE
from barograph.trust.head import Head, Verified, check_head, head_files, largest
from barograph.trust.manifest import (
    PUBLIC_KEY_FILE,
    SIGNATURE_FILE,
    SUMS_FILE,
    ManifestError,
    Problem,
    check_folder,
    open_plain,
    read_sums,
)
from barograph.trust.minisign import KeyFileError, PublicKey, SignatureError

OWN_KEY_WARNING = (
    f"The release was checked with the key that it carries itself ({PUBLIC_KEY_FILE}). A forged release would carry "
    "a key of its own: get the publisher's key by another way and give it with --public-key."
)
"""To be shown whenever a folder was verified without a key that the reader trusts already."""


def check_release(
    folder: Path, key: PublicKey | None, *, today: date | None = None, after: Head | None = None
) -> Verified:
    """Everything that is wrong with a release, and what it says: its head as ``check_head`` has it, and every file.

    The files are compared even where the head is refused, so that the changed one is named, unless the list of files
    is itself unreadable. Where ``key`` is ``None``, show ``OWN_KEY_WARNING``. Raises NotADirectoryError when there is
    no such folder, and OSError when a folder in it cannot be read.
    """
    _need_folder(folder)
    files = read_head(folder)
    checked = check_head(files, key, today=today, after=after)
    if SUMS_FILE not in files:
        return checked
    try:
        hashes = checked.head.hashes if checked.head else read_sums(files[SUMS_FILE])
    except ManifestError:  # which is among the problems already
        return checked
    named = {problem.file for problem in checked.problems}
    others = [problem for problem in check_folder(folder, hashes) if problem.file not in named]
    return Verified(checked.head, (*checked.problems, *others))


def read_head(folder: Path) -> dict[str, bytes]:
    """The files of a folder that ``check_head`` wants, by path; one that is no plain file or too large is left out."""
    paths = [SUMS_FILE, SIGNATURE_FILE, PUBLIC_KEY_FILE, CHAIN_FILE]
    sums = _read(folder / SUMS_FILE, largest(SUMS_FILE))
    with suppress(ManifestError):  # check_head will say so
        paths += head_files(sums or b"")
    found = {path: sums if path == SUMS_FILE else _read(folder / path, largest(path)) for path in paths}
    return {path: content for path, content in found.items() if content is not None}


def verify_release(folder: Path, public_key: PublicKey | None = None) -> list[Problem]:
    """Every file that is not as it was signed, or nothing. What the release says of itself is not asked.

    ``public_key`` is the publisher's key as the reader has it from elsewhere; without one the key in
    the folder is taken, which finds damage but no forgery: show ``OWN_KEY_WARNING`` then. The files
    are compared even where the signature fails, so that the changed one is named. Raises
    NotADirectoryError when there is no such folder.
    """
    _need_folder(folder)
    problems = _check_signature(folder, public_key)
    sums = _read(folder / SUMS_FILE, largest(SUMS_FILE))
    if sums is None:
        return problems
    try:
        hashes = read_sums(sums)
    except ManifestError as error:
        return [*problems, Problem(SUMS_FILE, f"is not a list of hashes: {error}")]
    if PUBLIC_KEY_FILE not in hashes:
        problems.append(Problem(PUBLIC_KEY_FILE, f"is not listed in {SUMS_FILE}"))
    named = {problem.file for problem in problems}
    return problems + [problem for problem in check_folder(folder, hashes) if problem.file not in named]


def read_public_key(given: str) -> PublicKey:
    """The key that a reader names: a ``minisign.pub`` file, or the key itself (“RW…”).

    Raises KeyFileError when it is neither.
    """
    if given.startswith("RW") and len(given) == 56:
        return PublicKey.read(given)
    try:
        return PublicKey.read(Path(given).read_bytes())
    except OSError as error:
        if given.startswith("RW"):
            raise KeyFileError(f"{given} is not a whole public key: it has 56 characters, “RW” and 54 more") from error
        raise KeyFileError(
            f"the public key {given} cannot be read ({error.strerror}): name a minisign.pub file"
        ) from error
    except KeyFileError as error:
        raise KeyFileError(f"{given}: {error}") from error


def _check_signature(folder: Path, trusted: PublicKey | None) -> list[Problem]:
    contents = {name: _read(folder / name, largest(name)) for name in (SUMS_FILE, SIGNATURE_FILE, PUBLIC_KEY_FILE)}
    problems = [
        Problem(name, "is missing, or is not a plain file") for name, content in contents.items() if content is None
    ]
    sums, signature, own = contents.values()
    key = trusted
    if own is not None:
        try:
            carried = PublicKey.read(own)
            key = trusted or carried
            if carried != key:
                problems.append(Problem(PUBLIC_KEY_FILE, "is another key than the one you trust"))
        except KeyFileError as error:
            problems.append(Problem(PUBLIC_KEY_FILE, str(error)))
    if sums is not None and signature is not None and key is not None:
        try:
            key.check(sums, signature)
        except SignatureError as error:
            problems.append(Problem(SIGNATURE_FILE, f"is not a signature of {SUMS_FILE}: {error}"))
    return problems


def _need_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is not a folder: name the folder of a release, such as release/current")


def _read(path: Path, most: int) -> bytes | None:
    """The content of a plain file of at most so many bytes, or nothing."""
    try:
        with open_plain(path) as file:
            content = file.read(most + 1)
    except OSError:
        return None
    return content if len(content) <= most else None

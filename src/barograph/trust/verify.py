"""Whether a folder is, to the byte, the release that the holder of a key signed."""

from __future__ import annotations

from pathlib import Path

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


def verify_release(folder: Path, public_key: PublicKey | None = None) -> list[Problem]:
    """Everything that is wrong with a release, or nothing.

    ``public_key`` is the publisher's key as the reader has it from elsewhere; without one the key in
    the folder is taken, which finds damage but no forgery: show ``OWN_KEY_WARNING`` then. The files
    are compared even where the signature fails, so that the changed one is named. Raises
    NotADirectoryError when there is no such folder.
    """
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is not a folder: name the folder of a release, such as release/current")
    problems = _check_signature(folder, public_key)
    sums = _read(folder / SUMS_FILE)
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
        raise KeyFileError(
            f"the public key {given} cannot be read ({error.strerror}): name a minisign.pub file"
        ) from error
    except KeyFileError as error:
        raise KeyFileError(f"{given}: {error}") from error


def _check_signature(folder: Path, trusted: PublicKey | None) -> list[Problem]:
    contents = {name: _read(folder / name) for name in (SUMS_FILE, SIGNATURE_FILE, PUBLIC_KEY_FILE)}
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


def _read(path: Path) -> bytes | None:
    """The content of a plain file, or nothing."""
    try:
        with open_plain(path) as file:
            return file.read()
    except OSError:
        return None

"""The head of a release: its signed list, the signature, and the few files that say which release this is.

Who copies a release file by file checks the head first, and fetches nothing more of a release that is forged, older
than the one at hand, expired, or of another past. ``check_release`` asks the same of a whole folder, and then compares
the files. Nothing else in Barograph decides whether a release is to be believed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from barograph.trust.chain import CHAIN_FILE, ChainError, Link, read_chain
from barograph.trust.manifest import (
    PUBLIC_KEY_FILE,
    SIGNATURE_FILE,
    SUMS_FILE,
    ManifestError,
    Problem,
    read_sums,
)
from barograph.trust.minisign import KeyFileError, PublicKey, SignatureError
from barograph.trust.stamp import FIRST, Stamp, StampError
from barograph.trust.succession import LONGEST, Succession, SuccessionError, is_succession_path

LARGEST = 64 * 1024 * 1024
"""Bytes; whatever is larger was not written by a release, and is not read into memory to find that out."""
_SMALL = 16 * 1024
_LONG = frozenset({SUMS_FILE, CHAIN_FILE})


class RefusedReleaseError(Exception):
    """A release is not to be believed. Its message has a line for each of its ``problems``."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Head:
    """What the publisher said about a release, and signed."""

    stamp: Stamp
    manifest: str
    """SHA-256 of ``SHA256SUMS`` in hexadecimal digits: names the release to the byte."""
    key: PublicKey
    """The key that signed it."""
    chain: tuple[Link, ...]
    """The releases before it, oldest first."""
    hashes: Mapping[str, str] = field(repr=False)
    """Hashes of all its files by path."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check of a release found."""

    head: Head | None
    """What is signed; ``None`` where there is no signature to believe, or what it signs is not a release."""
    problems: tuple[Problem, ...]
    """Everything that is wrong; nothing when the release is to be believed."""

    def accepted(self) -> Head:
        """The head of a release with which nothing is wrong. Raises RefusedReleaseError for any other."""
        if self.head is None or self.problems:
            raise RefusedReleaseError(self.problems)
        return self.head


def head_files(sums: bytes) -> list[str]:
    """The paths that ``check_head`` needs beside the list and its signature, out of a list not yet believed, sorted.

    They are ``minisign.pub``, ``releases.txt`` and ``keys/…``. Raises ManifestError when ``sums`` is not a list of
    hashes, or lists more keys than any publisher has.
    """
    return _head_files(read_sums(sums))


def largest(path: str) -> int:
    """How many bytes a file of the head may have; whoever fetches one stops there."""
    return LARGEST if path in _LONG else _SMALL


def check_head(
    files: Mapping[str, bytes], key: PublicKey | None, *, today: date | None = None, after: Head | None = None
) -> Verified:
    """Everything that is wrong with the head of a release, and what it says.

    ``files`` are, by path, ``SHA256SUMS``, ``SHA256SUMS.minisig`` and those that ``head_files`` names; one that is
    not to be had is left out. ``key`` is the publisher's, as the reader has it from elsewhere: the release may be
    signed with it or with one that follows from it by signatures, never with an older one. ``None`` takes the key
    that the release carries, which finds damage but no forgery.

    With ``today`` (the day in UTC) an expired release is refused. With ``after``, the head of the release that was
    accepted last, one with a lower number or an older signature is refused, one that is signed with an older key,
    and one of another past: it must be that very release, or name it with number and hash in ``releases.txt``.
    """
    problems = [
        Problem(path, "is missing, or is not a plain file")
        for path in (SUMS_FILE, SIGNATURE_FILE, PUBLIC_KEY_FILE, CHAIN_FILE)
        if path not in files
    ]
    trusted = [one for one in (key, after.key if after else None) if one is not None]
    signer = _find_signer(files, trusted, problems)
    hashes = _read_hashes(files, problems)
    stamp = _read_stamp(files, signer, problems)
    chain = _read_chain(files, stamp, problems)
    if signer is None or hashes is None or stamp is None:
        return Verified(None, tuple(problems))
    head = Head(stamp, hashlib.sha256(files[SUMS_FILE]).hexdigest(), signer, chain, hashes)
    if today is not None and today > stamp.expires:
        problems.append(Problem(SIGNATURE_FILE, f"expired on {stamp.expires}: look for a newer release"))
    if after is not None:
        problems += _check_after(head, after)
    return Verified(head, tuple(problems))


def _head_files(hashes: Mapping[str, str]) -> list[str]:
    keys = [path for path in hashes if is_succession_path(path)]
    if len(keys) > 2 * LONGEST:
        raise ManifestError(f"it lists {len(keys)} files of keys")
    return sorted({*keys, *({PUBLIC_KEY_FILE, CHAIN_FILE} & hashes.keys())})


def _find_signer(files: Mapping[str, bytes], trusted: list[PublicKey], problems: list[Problem]) -> PublicKey | None:
    """The key that must have signed: the release's own, if all trusted keys lead to it, else the first trusted one."""
    carried = None
    try:
        if PUBLIC_KEY_FILE in files:
            carried = PublicKey.read(files[PUBLIC_KEY_FILE])
        line = Succession.read(files) or (Succession((carried,)) if carried else None)
    except KeyFileError as error:
        problems.append(Problem(PUBLIC_KEY_FILE, str(error)))
        line = None
    except SuccessionError as error:
        problems.append(Problem("keys", str(error)))
        line = Succession((carried,)) if carried else None
    if line is None or carried is None:
        return trusted[0] if trusted else None
    if line.current != carried:
        problems.append(Problem(PUBLIC_KEY_FILE, "is not the last of the keys that follow one another in keys/"))
        line = Succession((carried,))
    strange = [one for one in trusted if one not in line.keys]
    problems += [
        Problem(PUBLIC_KEY_FILE, f"is another key than {one.number}, which you trust, and does not follow from it")
        for one in strange
    ]
    return strange[0] if strange else carried


def _read_hashes(files: Mapping[str, bytes], problems: list[Problem]) -> dict[str, str] | None:
    """The list, if it is one; what else of the head is at hand must be as it says."""
    if SUMS_FILE not in files:
        return None
    try:
        hashes = read_sums(files[SUMS_FILE])
        needed = _head_files(hashes)
    except ManifestError as error:
        problems.append(Problem(SUMS_FILE, f"is not a list of hashes: {error}"))
        return None
    named = {problem.file for problem in problems}
    for path in sorted({PUBLIC_KEY_FILE, CHAIN_FILE, *needed, *filter(is_succession_path, files)} - named):
        if path not in hashes:
            problems.append(Problem(path, f"is not listed in {SUMS_FILE}"))
        elif path not in files:
            problems.append(Problem(path, "is missing, or is not a plain file"))
        elif hashlib.sha256(files[path]).hexdigest() != hashes[path]:
            problems.append(Problem(path, f"was changed: its hash is not the one in {SUMS_FILE}"))
    return hashes


def _read_stamp(files: Mapping[str, bytes], signer: PublicKey | None, problems: list[Problem]) -> Stamp | None:
    """What the signature says, if it holds."""
    if signer is None or SUMS_FILE not in files or SIGNATURE_FILE not in files:
        return None
    try:
        return Stamp.read(signer.check(files[SUMS_FILE], files[SIGNATURE_FILE]))
    except SignatureError as error:
        problems.append(Problem(SIGNATURE_FILE, f"is not a signature of {SUMS_FILE}: {error}"))
    except StampError as error:
        problems.append(Problem(SIGNATURE_FILE, f"{error}: a version before the chain of releases may have made it"))
    return None


def _read_chain(files: Mapping[str, bytes], stamp: Stamp | None, problems: list[Problem]) -> tuple[Link, ...]:
    """The releases before this one; they must end with the one that the stamp names."""
    if CHAIN_FILE not in files:
        return ()
    try:
        chain = tuple(read_chain(files[CHAIN_FILE]))
    except ChainError as error:
        problems.append(Problem(CHAIN_FILE, f"is not a list of releases: {error}"))
        return ()
    last = chain[-1].manifest if chain else FIRST
    if stamp is not None and last != stamp.previous:
        problems.append(Problem(CHAIN_FILE, "does not end with the release that the signature names as the one before"))
    if stamp is not None and chain and chain[-1].sequence >= stamp.sequence:
        problems.append(Problem(CHAIN_FILE, f"ends with number {chain[-1].sequence}, and this is {stamp.sequence}"))
    return chain


def _check_after(head: Head, after: Head) -> list[Problem]:
    """What speaks against taking a release in place of one that was accepted before."""
    old, new = after.stamp, head.stamp
    if new.sequence < old.sequence:
        return [Problem(SIGNATURE_FILE, f"is of number {new.sequence}: you have had the later number {old.sequence}")]
    if new.sequence == old.sequence:
        if head.manifest != after.manifest:
            return [Problem(SUMS_FILE, f"is another release of number {new.sequence} than the one you have had")]
        if new.expires < old.expires:
            return [Problem(SIGNATURE_FILE, f"is older than the one you have had, which holds until {old.expires}")]
        return []
    if all((link.sequence, link.manifest) != (old.sequence, after.manifest) for link in head.chain):
        return [Problem(CHAIN_FILE, f"does not name the release {old.sequence} that you have had: it has another past")]
    return []

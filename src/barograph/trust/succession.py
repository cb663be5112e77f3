"""How one signing key follows another: each old key signs the public half of the next.

A release carries all keys its publisher ever had, the first one first: ``keys/1-A1B2.pub``, ``keys/2-C3D4.pub`` and so
on (a number in the line, and minisign's number of the key), and beside each but the first ``….pub.minisig``, made with
the key before. So whoever trusts any of them can walk to the one that signs now, with ``minisign`` alone. There is no
way back: a release that is signed with an older key than the trusted one is refused, because old keys get lost.
A publisher who never had another key has no such files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from barograph.trust.manifest import open_plain
from barograph.trust.minisign import KeyFileError, PublicKey, SignatureError, SigningKey

FOLDER = "keys"
"""In a release, and in a site's private folder: the keys so far and the signatures by which each follows another."""
LONGEST = 100
"""Keys in a line: one every month for eight years. What is longer was written to keep somebody busy."""

_PATH = re.compile(rf"{FOLDER}/([1-9]\d{{0,2}})-([0-9A-F]{{1,16}})\.pub(\.minisig)?", re.ASCII)
_COMMENT = re.compile(r"key=(\d{1,3}) number=([0-9A-F]{1,16}) after=([0-9A-F]{1,16}) made=\d{4}-\d\d-\d\d", re.ASCII)


class SuccessionError(ValueError):
    """The keys in a release do not follow one another; the message says which."""


def is_succession_path(path: str) -> bool:
    """Whether a file of a release belongs to the line of its keys."""
    return path.startswith(f"{FOLDER}/")


@dataclass(frozen=True, slots=True)
class Succession:
    """The keys of a publisher, the first one first, and for each but the first its signature by the one before."""

    keys: tuple[PublicKey, ...]
    signatures: tuple[bytes, ...] = ()

    @property
    def current(self) -> PublicKey:
        """The key that signs now."""
        return self.keys[-1]

    @classmethod
    def read(cls, files: Mapping[str, bytes]) -> Succession | None:
        """The line of keys in files by path (those below ``keys/``), or ``None`` where there are none.

        Takes only what ``files`` gives, to the byte, and checks every signature. Raises SuccessionError.
        """
        ours = {path: content for path, content in files.items() if is_succession_path(path)}
        if not ours:
            return None
        places: dict[int, str] = {}
        for path in ours:
            match = _PATH.fullmatch(path)
            if match is None:
                raise SuccessionError(f"{path!a} is not a name of a key or of its signature")
            if match[3] is None and places.setdefault(int(match[1]), path) != path:
                raise SuccessionError(f"there are two keys {match[1]}")
        names = [places[place] for place in sorted(places)]
        if not 2 <= len(names) <= LONGEST:
            raise SuccessionError(f"there are {len(names)} keys: a line of keys has 2 to {LONGEST}")
        try:
            found = cls(
                tuple(PublicKey.read(ours[name]) for name in names),
                tuple(ours[f"{name}.minisig"] for name in names[1:]),
            )
        except KeyFileError as error:
            raise SuccessionError(f"one of the keys is none: {error}") from error
        except KeyError as error:
            raise SuccessionError(f"{error.args[0]} is missing") from error
        if found.files() != ours:
            raise SuccessionError("its files are not named and written as a line of keys is")
        found.check()
        return found

    def files(self) -> dict[str, bytes]:
        """The files below ``keys/``, by path, sorted."""
        paths = [f"{FOLDER}/{place}-{key.number}.pub" for place, key in enumerate(self.keys, start=1)]
        contents = {path: key.text for path, key in zip(paths, self.keys, strict=True)}
        signatures = {f"{path}.minisig": made for path, made in zip(paths[1:], self.signatures, strict=True)}
        return dict(sorted({**contents, **signatures}.items()))

    def check(self) -> None:
        """Raises SuccessionError unless each key was signed by the one before, and none is there twice."""
        if len(set(self.keys)) != len(self.keys):
            raise SuccessionError("a key is there twice")
        for place, ((old, new), signature) in enumerate(
            zip(pairwise(self.keys), self.signatures, strict=True), start=2
        ):
            try:
                comment = old.check(new.text, signature)
            except SignatureError as error:
                raise SuccessionError(f"key {place} was not signed by the key before it ({error})") from error
            match = _COMMENT.fullmatch(comment)
            if match is None or (int(match[1]), match[2], match[3]) != (place, new.number, old.number):
                raise SuccessionError(f"the signature of key {place} does not say that it follows key {place - 1}")

    def extended(self, signing: SigningKey, new: PublicKey, made_on: date) -> Succession:
        """The line with one key more, signed with the current one. Raises SuccessionError if ``signing`` is not it."""
        if signing.public != self.current:
            raise SuccessionError(f"the key {signing.public.number} is not the last in the line of keys")
        place = len(self.keys) + 1
        comment = f"key={place} number={new.number} after={self.current.number} made={made_on}"
        longer = Succession((*self.keys, new), (*self.signatures, signing.sign(new.text, comment)))
        longer.check()
        return longer

    def until(self, key: PublicKey) -> Succession | None:
        """The line up to and with a key, or ``None`` when the key is not in it."""
        if key not in self.keys:
            return None
        count = self.keys.index(key) + 1
        return Succession(self.keys[:count], self.signatures[: count - 1])


def read_kept(private: Path) -> Succession | None:
    """The line of keys that a site keeps in its private folder, or ``None`` before there were two.

    A signature without its key is left out: the key is written last, and is not there until then. Raises
    SuccessionError when something is damaged (any release has a copy of these files), and OSError.
    """
    folder = private / FOLDER
    files = {}
    for kept in sorted(folder.glob("[!.]*")) if folder.is_dir() else []:
        with open_plain(kept) as file:
            files[f"{FOLDER}/{kept.name}"] = file.read()
    files = {path: made for path, made in files.items() if path.removesuffix(".minisig") in files}
    return Succession.read(files) if len(files) > 1 else None


def succession_files(private: Path, current: PublicKey) -> list[tuple[str, bytes]]:
    """The files by which a release signed with ``current`` shows how that key came about: path and content, sorted.

    None while the site had no other key, and none when ``current`` does not follow from the keys kept: then somebody
    began anew. Raises SuccessionError when what is kept is damaged, and OSError.
    """
    kept = read_kept(private)
    line = kept.until(current) if kept else None
    return list(line.files().items()) if line and line.signatures else []

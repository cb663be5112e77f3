"""Small signed releases, in memory and on the disk."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from barograph.trust.chain import CHAIN_FILE, Link, read_chain, write_chain
from barograph.trust.manifest import PUBLIC_KEY_FILE, SIGNATURE_FILE, SUMS_FILE, write_sums
from barograph.trust.minisign import SigningKey
from barograph.trust.stamp import FIRST, Stamp
from barograph.trust.succession import Succession

CHEAP = 1024 * 1024
PAGES = {
    "index.html": b"<p>Home</p>",
    "be/index.html": "<p>Галоўная</p>".encode(),
    "be/\u045e kastryčniku.html": b"",
    "assets/a b.css": b"body{}",
}
EDITION = "2024-01-22"
SIGNED_ON = date(2024, 1, 29)
FAR = date(2999, 12, 31)
"""A day on which no test runs."""


def signed(
    files: Mapping[str, bytes],
    key: SigningKey,
    *,
    sequence: int = 1,
    chain: Sequence[Link] = (),
    expires: date = FAR,
    keys: Succession | None = None,
) -> dict[str, bytes]:
    """The files of a whole release by path."""
    line = keys.files() if keys else {}
    release = {**files, **line, PUBLIC_KEY_FILE: key.public.text, CHAIN_FILE: write_chain(chain)}
    stamp = Stamp(sequence, EDITION, expires, chain[-1].manifest if chain else FIRST)
    return sealed(release, key, str(stamp))


def sealed(files: Mapping[str, bytes], key: SigningKey, comment: str) -> dict[str, bytes]:
    """Some files with their list and its signature, whatever they are."""
    sums = write_sums({path: hashlib.sha256(content).hexdigest() for path, content in files.items()})
    return {**files, SUMS_FILE: sums, SIGNATURE_FILE: key.sign(sums, comment)}


def link_to(release: Mapping[str, bytes], key: SigningKey) -> Link:
    """How later releases name this one."""
    stamp = Stamp.read(key.public.check(release[SUMS_FILE], release[SIGNATURE_FILE]))
    return Link(stamp.sequence, hashlib.sha256(release[SUMS_FILE]).hexdigest(), stamp.edition, SIGNED_ON)


def followed(
    before: Mapping[str, bytes], files: Mapping[str, bytes], key: SigningKey, *, expires: date = FAR
) -> dict[str, bytes]:
    """The release after another one, signed with the same key."""
    link = link_to(before, key)
    chain = [*read_chain(before[CHAIN_FILE]), link]
    return signed(files, key, sequence=link.sequence + 1, chain=chain, expires=expires)


def lay_out(folder: Path, files: Mapping[str, bytes]) -> Path:
    """The files on the disk."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def as_found(folder: Path) -> dict[str, bytes]:
    """The files of a folder by path."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}

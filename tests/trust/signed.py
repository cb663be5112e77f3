"""A small signed release, in memory and on the disk."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from barograph.trust.manifest import PUBLIC_KEY_FILE, SIGNATURE_FILE, SUMS_FILE, write_sums
from barograph.trust.minisign import SigningKey

CHEAP = 1024 * 1024
PAGES = {
    "index.html": b"<p>Home</p>",
    "be/index.html": "<p>Галоўная</p>".encode(),
    "be/\u045e kastryčniku.html": b"",
    "assets/a b.css": b"body{}",
}


def signed(files: Mapping[str, bytes], key: SigningKey) -> dict[str, bytes]:
    """The files of a whole release by path."""
    release = {**files, PUBLIC_KEY_FILE: key.public.text}
    sums = write_sums({path: hashlib.sha256(content).hexdigest() for path, content in release.items()})
    return {**release, SUMS_FILE: sums, SIGNATURE_FILE: key.sign(sums, "sequence=1")}


def lay_out(folder: Path, files: Mapping[str, bytes]) -> Path:
    """The files on the disk."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder

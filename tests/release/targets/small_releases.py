"""Releases of a handful of files, for tests of where they go."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path, PurePosixPath

from barograph.base.release_folders import folder_name
from barograph.trust.chain import CHAIN_FILE, Link, write_chain
from barograph.trust.manifest import PUBLIC_KEY_FILE, SIGNATURE_FILE, SUMS_FILE, write_sums
from barograph.trust.minisign import SigningKey
from barograph.trust.stamp import FIRST as FIRST_OF_ALL
from barograph.trust.stamp import Stamp

LINK = re.compile(r'(?:href|src)="([^"]+)"')


def page(*links: str, text: str = "") -> str:
    """A page that leads to some files, by their paths in the release."""
    return "".join(f'<a href="/{link}">{text}</a>' for link in links)


def links_of(content: bytes) -> set[str]:
    """The files that a page leads to."""
    return {link.lstrip("/") for link in LINK.findall(content.decode())}


FIRST: Mapping[str, str] = {
    "assets/style.111.css": "a {}",
    "pictures/gone.webp": "a face",
    "en/index.html": page("assets/style.111.css", "en/economy/old/index.html"),
    "en/economy/old/index.html": page("assets/style.111.css", "pictures/gone.webp", text="old"),
    "en/economy/withdrawn/index.html": page("assets/style.111.css"),
    "en/feed.atom": page("en/economy/old/index.html"),
    "index.html": page("en/index.html"),
    "en/about us/імя.html": "a name that a shell would stumble over: $(touch /tmp/x) ' \"",
}
SECOND: Mapping[str, str] = {
    "assets/style.222.css": "b {}",
    "pictures/new.webp": "a house",
    "data/verdicts.csv": "verdict",
    "en/index.html": page("assets/style.222.css", "en/economy/new/index.html", "data/verdicts.csv"),
    "en/economy/old/index.html": page("assets/style.222.css", "en/economy/new/index.html", text="older"),
    "en/economy/new/index.html": page("assets/style.222.css", "pictures/new.webp", "en/economy/old/index.html"),
    "en/feed.atom": page("en/economy/new/index.html"),
    "index.html": page("en/index.html"),
    "en/about us/імя.html": FIRST["en/about us/імя.html"],
}
"""Both releases have the last two files; all the others are new, changed or gone."""


def make_release(
    releases: Path, number: int, files: Mapping[str, str], key: SigningKey, *, expires: date = date(9999, 12, 31)
) -> Path:
    """A signed release in a folder of its own, which follows those that are there."""
    before = [Link(int(old.name[:6]), manifest_of(old), "-", date(2024, 1, 22)) for old in sorted(releases.glob("0*"))]
    contents = {path: text.encode() for path, text in files.items()}
    contents |= {PUBLIC_KEY_FILE: key.public.text, CHAIN_FILE: write_chain(before)}
    sums = write_sums({path: hashlib.sha256(content).hexdigest() for path, content in contents.items()})
    stamp = Stamp(number, "-", expires, before[-1].manifest if before else FIRST_OF_ALL)
    contents |= {SUMS_FILE: sums, SIGNATURE_FILE: key.sign(sums, str(stamp))}
    folder = releases / folder_name(number, hashlib.sha256(sums).hexdigest())
    for path, content in contents.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


def manifest_of(release: Path) -> str:
    """What names a release to the byte."""
    return hashlib.sha256((release / SUMS_FILE).read_bytes()).hexdigest()


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def is_visible(path: str) -> bool:
    """Whether a file is part of a release, and not of the place it lies in."""
    return not PurePosixPath(path).parts[0].startswith(".")

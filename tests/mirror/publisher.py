"""A publisher of small releases, each with stamp and chain, and what a mirror of them looks like."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from barograph.trust.chain import CHAIN_FILE, Link, write_chain
from barograph.trust.manifest import PUBLIC_KEY_FILE, SIGNATURE_FILE, SUMS_FILE, write_sums
from barograph.trust.minisign import SigningKey
from barograph.trust.stamp import FIRST, Stamp
from tests.release.signing import cheap_key

TODAY = date(2024, 2, 1)
FILES = {"index.html": b"home", "en/index.html": b"<p>one</p>", "en/press/week/index.html": b"text", "be/ў.html": b""}


class Publisher:
    """Publishes into a folder that is laid out like a site's."""

    def __init__(self, folder: Path, key: SigningKey | None = None) -> None:
        self.folder = folder / "release"
        self.folder.mkdir(parents=True)
        self.key = key or cheap_key(folder)
        self.links: list[Link] = []

    def publish(
        self, files: Mapping[str, bytes], *, sequence: int | None = None, expires: date = TODAY + timedelta(days=5)
    ) -> Path:
        """The next release, made the current one."""
        sequence = sequence or (self.links[-1].sequence + 1 if self.links else 1)
        whole = {**files, PUBLIC_KEY_FILE: self.key.public.text, CHAIN_FILE: write_chain(self.links)}
        sums = write_sums({path: hashlib.sha256(content).hexdigest() for path, content in whole.items()})
        return self.lay_out(sums, whole, sequence, expires)

    def lay_out(self, sums: bytes, files: Mapping[str, bytes], sequence: int, expires: date) -> Path:
        """A folder with a signed list, whatever that says."""
        digest = hashlib.sha256(sums).hexdigest()
        stamp = Stamp(sequence, "2024-01-22", expires, self.links[-1].manifest if self.links else FIRST)
        release = self.folder / f"{sequence:06d}-{digest[:12]}"
        for path, content in {**files, SUMS_FILE: sums, SIGNATURE_FILE: self.key.sign(sums, str(stamp))}.items():
            (release / path).parent.mkdir(parents=True, exist_ok=True)
            (release / path).write_bytes(content)
        self.links.append(Link(sequence, digest, "2024-01-22", TODAY))
        self.serve(release)
        return release

    def renew(self, expires: date) -> None:
        """Sign the current release again."""
        sums = (self.folder / "current" / SUMS_FILE).read_bytes()
        before = self.links[-2].manifest if len(self.links) > 1 else FIRST
        stamp = Stamp(self.links[-1].sequence, "2024-01-22", expires, before)
        (self.folder / "current" / SIGNATURE_FILE).write_bytes(self.key.sign(sums, str(stamp)))

    def serve(self, release: Path) -> None:
        """Lead ``current`` to a release."""
        link = self.folder / "next"
        link.symlink_to(release.name)
        link.replace(self.folder / "current")


def served(dest: Path) -> dict[str, bytes]:
    """Every file that a mirror serves, by path; nothing before its first release."""
    current = dest / "current"
    if not current.exists():
        return {}
    files = (Path(folder) / name for folder, _, names in os.walk(current) for name in names)
    return {str(file.relative_to(current)): file.read_bytes() for file in files}

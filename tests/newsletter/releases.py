"""A small signed release with mail in it, on the disk, and the key that it is signed with."""

from __future__ import annotations

import functools
import hashlib
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from barograph.base.site import SiteSettings
from barograph.newsletter.signed_release import PUBLIC_FILE
from barograph.trust.chain import CHAIN_FILE
from barograph.trust.manifest import PUBLIC_KEY_FILE, SIGNATURE_FILE, SUMS_FILE, write_sums
from barograph.trust.minisign import SigningKey, create_key
from barograph.trust.stamp import FIRST, Stamp
from barograph.trust.succession import Succession

CHEAP = 1024 * 1024
"""Memory that a key of the tests costs to open."""


def signing_key() -> SigningKey:
    """The key that the sender trusts."""
    return _key("ours")


@functools.cache
def _key(name: str) -> SigningKey:
    """A key that opens at once; another one for each name."""
    with tempfile.TemporaryDirectory() as folder:
        create_key(Path(folder) / name, "correct horse", memory=CHEAP)
        return SigningKey.open(Path(folder) / name, "correct horse")


def lay_out_release(
    site: SiteSettings, files: Mapping[str, bytes], *, sequence: int = 7, edition: str = "2024-01-22", key: str = "ours"
) -> Path:
    """Make a release of these files the site's current one, signed with a key that its sender trusts."""
    site.private.mkdir(mode=0o700, parents=True, exist_ok=True)
    (site.private / PUBLIC_FILE).write_bytes(signing_key().public.text)
    folder = site.releases / "current"
    content = {**files, PUBLIC_KEY_FILE: _key(key).public.text, CHAIN_FILE: b""}
    sums = write_sums({path: hashlib.sha256(data).hexdigest() for path, data in content.items()})
    signature = _key(key).sign(sums, str(Stamp(sequence, edition, date(2024, 2, 11), FIRST)))
    for path, data in {**content, SUMS_FILE: sums, SIGNATURE_FILE: signature}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def succession_files() -> dict[str, bytes]:
    """What a release carries when the key “theirs” has followed the one that the sender trusts."""
    return Succession((signing_key().public,)).extended(signing_key(), _key("theirs").public, date(2024, 1, 1)).files()

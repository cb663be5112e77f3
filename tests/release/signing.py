"""A signing key for tests of the release: it opens at once."""

from __future__ import annotations

from pathlib import Path

from barograph.trust.minisign import SigningKey, create_key


def cheap_key(folder: Path) -> SigningKey:
    """The key in a folder, made there the first time."""
    path = folder / "signing.key"
    if not path.exists():
        create_key(path, "secret", memory=1024 * 1024)
    return SigningKey.open(path, "secret")

"""Keys that open at once, and small releases signed with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from barograph.trust.minisign import SigningKey, create_key
from barograph.trust.succession import Succession
from tests.trust.signed import CHEAP, PAGES, SIGNED_ON, lay_out, signed


def make_key(folder: Path, name: str) -> SigningKey:
    create_key(folder / name, "correct horse", memory=CHEAP)
    return SigningKey.open(folder / name, "correct horse")


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[SigningKey, SigningKey, SigningKey]:
    """Three keys that have nothing to do with each other, unless a succession says so."""
    folder = tmp_path_factory.mktemp("keys")
    return make_key(folder, "first"), make_key(folder, "second"), make_key(folder, "third")


@pytest.fixture(scope="session")
def key(keys: tuple[SigningKey, SigningKey, SigningKey]) -> SigningKey:
    return keys[0]


@pytest.fixture(scope="session")
def line(keys: tuple[SigningKey, SigningKey, SigningKey]) -> Succession:
    """The three keys, each following the one before."""
    first, second, third = keys
    two = Succession((first.public,)).extended(first, second.public, SIGNED_ON)
    return two.extended(second, third.public, SIGNED_ON)


@pytest.fixture
def release(tmp_path: Path, key: SigningKey) -> Path:
    return lay_out(tmp_path / "000001-abc", signed(PAGES, key))

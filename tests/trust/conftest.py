"""A key that opens at once, and a small release signed with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from barograph.trust.minisign import SigningKey, create_key
from tests.trust.signed import CHEAP, PAGES, lay_out, signed


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    path = tmp_path_factory.mktemp("key") / "signing.key"
    create_key(path, "correct horse", memory=CHEAP)
    return SigningKey.open(path, "correct horse")


@pytest.fixture
def release(tmp_path: Path, key: SigningKey) -> Path:
    return lay_out(tmp_path / "000001-abc", signed(PAGES, key))

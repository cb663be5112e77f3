"""Two releases of one publisher, the second of which changes, adds and takes away."""

from __future__ import annotations

from pathlib import Path

import pytest

from barograph.trust.minisign import SigningKey
from tests.release.signing import cheap_key
from tests.release.targets.small_releases import FIRST, SECOND, make_release


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return cheap_key(tmp_path_factory.mktemp("key"))


@pytest.fixture
def first(tmp_path: Path, key: SigningKey) -> Path:
    return make_release(tmp_path / "release", 1, FIRST, key)


@pytest.fixture
def second(tmp_path: Path, key: SigningKey) -> Path:
    return make_release(tmp_path / "release", 2, SECOND, key)


@pytest.fixture
def third(tmp_path: Path, key: SigningKey) -> Path:
    """The pages of the second one, later."""
    return make_release(tmp_path / "release", 3, SECOND | {"en/later.txt": "later"}, key)

"""A site folder of each test's own, with a signing key that costs nothing to open."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr
from pytest_django import Settings

from barograph.base.site import SiteSettings, site
from barograph.trust.minisign import create_key

PASSPHRASE = "a passphrase for tests"


@pytest.fixture
def own_site(tmp_path: Path, settings: Settings) -> SiteSettings:
    """The site in a folder of its own, able to sign."""
    own = site().model_copy(update={"folder": tmp_path, "key_passphrase": SecretStr(PASSPHRASE)})
    settings.BAROGRAPH = own
    settings.MEDIA_ROOT = tmp_path / "private" / "pictures"
    own.private.mkdir()
    create_key(own.signing_key, PASSPHRASE, memory=2**20)
    return own

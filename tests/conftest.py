"""What every test stands on: a site of its own, nothing of the machine's, and no network."""

from __future__ import annotations

import inspect
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.template.base import Node
from django.utils import translation
from pydantic import SecretStr
from pytest_django import Settings

from barograph.base.site import SiteSettings, site
from barograph.trust.minisign import create_key

TESTS = Path(__file__).parent
TEMPLATES = TESTS.parent / "src" / "barograph" / "templates"


def _settle_in() -> Path:
    """Copy the test site to a folder of this process, and let the environment name nothing else.

    This happens when the file is imported, before anybody reads Django's settings.
    """
    for name in [name for name in os.environ if name.startswith("BAROGRAPH_")]:
        del os.environ[name]
    folder = Path(tempfile.mkdtemp(prefix="barograph-tests-"))
    shutil.copytree(TESTS / "site", folder, dirs_exist_ok=True)
    os.environ["BAROGRAPH_SITE"] = str(folder)
    os.environ["BAROGRAPH_SECRET_KEY"] = "only-for-tests"
    if database := os.environ.get("TESTS_DATABASE_URL"):
        os.environ["BAROGRAPH_DATABASE_URL"] = os.environ["BAROGRAPH_NEWSLETTER__DATABASE_URL"] = database
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    return folder


SITE = _settle_in()
# A busy machine is slow, and that is no failure of a property.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


def pytest_configure() -> None:
    """Load Django's settings, so that pytest-django sets Django up with them."""
    from django.conf import settings

    assert settings.INSTALLED_APPS


def pytest_unconfigure() -> None:
    """Take the site away again."""
    shutil.rmtree(SITE, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use the database, which are run on PostgreSQL again."""
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or names & {"db", "transactional_db", "client", "admin_client"}:
            item.add_marker("database")


class _Undefined:
    """Stands for a variable that a template of ours names and nobody gave.

    Django would print nothing. Other people's templates rely on that, so they go on as ever.
    """

    def __contains__(self, text: str) -> bool:
        return text == "%s"

    def __mod__(self, variable: object) -> str:
        for frame in inspect.stack():
            node = frame.frame.f_locals.get("self")
            origin = getattr(node, "origin", None)
            if isinstance(node, Node) and origin is not None:
                if Path(origin.name).is_relative_to(TEMPLATES):
                    pytest.fail(f"{origin.template_name} uses “{variable}”, which is not defined")
                break
        return ""


@pytest.fixture(autouse=True, scope="session")
def _strict_and_quick() -> None:
    """Undefined variables in our templates are errors, and making a password takes no time."""
    from django.conf import settings
    from django.template import engines

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    engines["django"].engine.string_if_invalid = _Undefined()


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """A browser of one test may have asked for another language; the next test starts in English."""
    yield
    translation.deactivate()


@pytest.fixture
def own_site(tmp_path: Path, settings: Settings) -> SiteSettings:
    """The site in a folder of the test's own, with a signing key that costs nothing to open."""
    passphrase = "a passphrase for tests"
    own = site().model_copy(update={"folder": tmp_path, "key_passphrase": SecretStr(passphrase)})
    settings.BAROGRAPH = own
    settings.MEDIA_ROOT = own.private / "pictures"
    own.private.mkdir(mode=0o700)
    create_key(own.signing_key, passphrase, memory=2**20)
    return own

"""Building the release of this process's site, through Django's database."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from barograph.base.catalogues import translations
from barograph.base.progress import Progress, silent
from barograph.base.site import site
from barograph.release.builder import Builder, Built
from barograph.release.models import Step
from barograph.release.published import DjangoDatabase
from barograph.trust.minisign import KeyFileError, SigningKey

LOG = logging.getLogger(__name__)
_BUILDERS: list[Builder] = []
"""The one of this process, once there is one."""


def build_release(
    *, passphrase: str | None = None, full: bool = False, compress: bool = False, progress: Progress = silent
) -> Built:
    """Make the release of everything that is public now, signed, the one that is served.

    ``passphrase`` opens the signing key; the site's settings have it otherwise. ``full`` renders everything anew,
    ``compress`` makes the compressed copies that are missing.
    Raises KeyFileError when the key cannot be opened, and what ``Builder.build`` raises.
    """
    key = open_signing_key(passphrase)
    waiting = Step.objects.waiting_or_failed().filter(name=Step.Name.BUILD)
    served = list(waiting.values_list("pk", flat=True))
    built = builder().build(key, today=datetime.now(UTC).date(), full=full, compress=compress, progress=progress)
    # Whoever started this build: no publication from before it waits for one any more.
    waiting.filter(pk__in=served).update(status=Step.Status.DONE, ended_at=timezone.now(), error="")
    return built


def warm_up() -> None:
    """Read what is public now, so that the next build has less to do."""
    builder().warm_up()


def renew_release(passphrase: str | None = None) -> bool:
    """Sign the release that is served once more if it was not signed today; whether that was done.

    Without the passphrase nothing is: whoever has it builds by hand.
    """
    if passphrase is None and site().passphrase is None:
        return False
    return builder().renew(open_signing_key(passphrase), today=datetime.now(UTC).date())


def open_signing_key(passphrase: str | None = None) -> SigningKey:
    """The site's signing key. Raises KeyFileError when it is missing or there is no passphrase for it."""
    passphrase = passphrase or site().passphrase
    if passphrase is None:
        raise KeyFileError(
            "The signing key is locked: run “barograph build”, which asks for its passphrase, or start the newsroom "
            "with BAROGRAPH_KEY_PASSPHRASE_FILE naming a file that holds it."
        )
    file = site().signing_key
    return _opened_key(file, passphrase, file.stat().st_mtime_ns if file.exists() else 0)


@lru_cache(maxsize=1)
def _opened_key(file: Path, passphrase: str, _changed: int) -> SigningKey:
    """An opened key stays open: opening takes a second, and its passphrase is in this process's settings anyway."""
    return SigningKey.open(file, passphrase)


def builder() -> Builder:
    """What builds the releases of this process's site. It remembers what it has read and rendered."""
    if not _BUILDERS or _BUILDERS[0].site is not site():
        _BUILDERS[:] = [
            Builder(
                site(),
                DjangoDatabase(),
                gettext_for=partial(translations, site()),
                kept_pictures=Path(settings.MEDIA_ROOT),
            )
        ]
    return _BUILDERS[0]

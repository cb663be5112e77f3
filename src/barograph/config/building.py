"""Building a release without starting Django, which takes longer than most builds."""

from __future__ import annotations

import errno
import os
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from typing import Any

import click
from jinja2 import TemplateSyntaxError

from barograph.base.catalogues import translations
from barograph.base.progress import Progress
from barograph.base.release_folders import ReleaseFolderError, current_release
from barograph.config.passphrase import passphrase_of
from barograph.config.plain_database import PlainDatabase
from barograph.config.site_folder import SiteError, load_site
from barograph.release.builder import Builder, PictureError
from barograph.release.manifest_log import ManifestLogError
from barograph.trust.minisign import KeyFileError, SigningKey
from barograph.trust.succession import SuccessionError

_EXPECTED = (
    SiteError,
    KeyFileError,
    PictureError,
    ReleaseFolderError,
    ManifestLogError,
    SuccessionError,
    ValueError,
    OSError,
)

_LOST = (
    "This site has had releases, and none is here: this one is number 1 again, and whoever had a later one refuses it. "
    "If there is a copy anywhere, delete this release and fetch that with “barograph mirror” before you build."
)


def build_without_django(*, full: bool, progress: Progress) -> dict[str, Any]:
    """Build the release of the site at hand; a full one on all processors. Raises ClickException."""
    try:
        site = load_site()
        key = SigningKey.open(site.signing_key, passphrase_of(site))
        with closing(PlainDatabase(site)) as database:
            if current_release(site.releases) is None and database.has_built():
                click.echo(_LOST, err=True)
            waiting = database.waiting()
            builder = Builder(
                site, database, gettext_for=partial(translations, site), kept_pictures=site.private / "pictures"
            )
            built = builder.build(
                key,
                today=datetime.now(UTC).date(),
                full=full,
                processes=len(os.sched_getaffinity(0)),
                in_child=database.open,
                progress=progress,
            )
            database.built(waiting)
    except TemplateSyntaxError as error:
        where = f"{error.filename or error.name}, line {error.lineno}"
        raise click.ClickException(f"a template cannot be used: {where}: {error.message}") from error
    except _EXPECTED as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise click.ClickException("the disk with the site’s folder is full: make room and build again") from error
        raise click.ClickException(str(error)) from error
    return built.summary()

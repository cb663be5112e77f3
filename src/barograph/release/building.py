"""Building the release: out of the record in the database into a signed folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import trans_real
from jinja2 import Environment

from barograph.base.progress import Progress, silent
from barograph.base.site import site
from barograph.release.folder import write_release
from barograph.release.models import Publication, Release, Step
from barograph.release.pages import render_release
from barograph.release.pictures import PictureError
from barograph.release.published import picture_files, read_record
from barograph.release.render import environment
from barograph.trust.manifest import SUMS_FILE
from barograph.trust.minisign import KeyFileError, SigningKey


def build_release(*, passphrase: str | None = None, progress: Progress = silent) -> Release:
    """Render everything public, sign it, and make it the release that is served. The same record gives the same bytes.

    ``passphrase`` opens the signing key; the site's settings have it otherwise. Raises KeyFileError when the
    key cannot be opened, PictureError for a picture that is gone, ReleaseFolderError while another build runs,
    ValueError for a section that the site does not have.
    """
    key = open_signing_key(passphrase)
    newest = Publication.objects.current().select_related("edition").order_by("pk").last()
    sequence = newest.pk if newest else 0
    comment = f"seq={sequence} edition={newest.edition.slug if newest else '-'}"
    kept = dict(picture_files())
    files = render_release(
        read_record(),
        site(),
        gettext_for=trans_real.translation,
        pictures=lambda name: _picture(kept[name]),
        environment=page_environment(),
    )
    folder = write_release(site().releases, progress(files), sequence=sequence, key=key, comment=comment)
    return _note(folder, sequence)


def open_signing_key(passphrase: str | None = None) -> SigningKey:
    """The site's signing key. Raises KeyFileError when it is missing or there is no passphrase for it."""
    passphrase = passphrase or site().passphrase
    if passphrase is None:
        raise KeyFileError(
            "The signing key is locked: run “barograph build”, which asks for its passphrase, or start the newsroom "
            "with BAROGRAPH_KEY_PASSPHRASE_FILE naming a file that holds it."
        )
    return SigningKey.open(site().signing_key, passphrase)


def page_environment() -> Environment:
    """The templates of the public pages, compiled once into the private folder; a site's own go before ours."""
    own = site().folder / "templates"
    return environment(site().private / "templates", own if own.is_dir() else None)


def _picture(file: str) -> bytes:
    path = Path(settings.MEDIA_ROOT) / file
    try:
        return path.read_bytes()
    except OSError as error:
        raise PictureError(f"{path} is missing ({error.strerror}): put back your copy of it") from error


def _note(folder: Path, sequence: int) -> Release:
    """Write down what was built, and that no publication in it waits for a build any more, whoever started this one."""
    sums = (folder / SUMS_FILE).read_bytes()
    release, _made = Release.objects.update_or_create(
        folder=folder.name,
        defaults={
            "sequence": sequence,
            "manifest_hash": hashlib.sha256(sums).hexdigest(),
            "files": sums.count(b"\n"),
        },
    )
    waiting = [Step.Status.WAITING, Step.Status.FAILED]
    Step.objects.filter(name=Step.Name.BUILD, publication_id__lte=sequence, status__in=waiting).update(
        status=Step.Status.DONE, ended_at=timezone.now(), error=""
    )
    return release

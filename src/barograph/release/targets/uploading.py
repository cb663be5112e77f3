"""Copying a release to a target of any kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from barograph.base.progress import Progress, silent
from barograph.base.release_settings import Target, TargetKind
from barograph.release.targets.folder import upload_to_folder
from barograph.release.targets.outcome import Uploaded
from barograph.release.targets.rsync import upload_with_rsync
from barograph.release.targets.s3 import upload_to_s3

_WAYS: dict[TargetKind, Callable[[Target, Path, Progress, Path], Uploaded]] = {
    "folder": upload_to_folder,
    "rsync": upload_with_rsync,
    "s3": upload_to_s3,
}


def upload(target: Target, release: Path, progress: Progress = silent, *, folder: Path) -> Uploaded:
    """Copy a release to a target; only what changed is sent, in an order in which no reader meets half a release.

    ``release`` is the folder of one release, not the link ``current``; ``folder`` is the site's, for relative paths
    in the settings. Can be repeated at any time, also after it broke off. Raises TargetError.
    """
    return _WAYS[target.kind](target, release, progress, folder)

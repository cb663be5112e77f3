"""Whether targets can be reached, for ``barograph doctor``: nothing is written."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from barograph.base.release_settings import Target
from barograph.release.targets.outcome import TargetError
from barograph.release.targets.rsync_host import RsyncHost
from barograph.release.targets.s3 import Bucket, plain_errors


def reach(target: Target, folder: Path) -> None:
    """Look at a target as an upload would. Raises TargetError with what is wrong and how to mend it."""
    if target.kind == "folder":
        _reach_folder(folder / target.to)
    elif target.kind == "rsync":
        _check_key(target, folder)
        RsyncHost(target, folder).names()
    else:
        bucket = Bucket(target, folder)
        with plain_errors(target.to):
            bucket.objects()


def _reach_folder(place: Path) -> None:
    there = next(path for path in (place, *place.parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise TargetError(f"{there} cannot be written to", "Give it to the user who runs the newsroom.")


def _check_key(target: Target, folder: Path) -> None:
    key = folder / target.ssh_key if target.ssh_key else None
    if key is not None and key.exists() and stat.S_IMODE(key.stat().st_mode) & 0o077:
        raise TargetError(f"others on this machine can read the ssh key {key}", f"chmod go-rwx {key}")

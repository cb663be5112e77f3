"""What ``barograph doctor`` looks at of the places to which releases go: it calls at each, and writes nothing."""

from __future__ import annotations

import stat
from collections.abc import Iterator

from barograph.base.release_settings import Target
from barograph.base.site import SiteSettings
from barograph.config.finding import Finding
from barograph.release.targets.outcome import TargetError
from barograph.release.targets.reaching import reach


def examine_targets(settings: SiteSettings) -> Iterator[Finding]:
    """What is wrong with targets: what is not installed, keys and secrets, hosts that do not answer."""
    for target in settings.release.targets:
        yield from _secrecy(target, settings)
        try:
            reach(target, settings.folder)
        except TargetError as error:
            yield Finding("wrong", f"Releases do not get to “{target.name}”: {error.what}.", error.mend)


def _secrecy(target: Target, settings: SiteSettings) -> Iterator[Finding]:
    """Who else learns what, here and over there."""
    if target.kind == "rsync" and "@" not in target.to.partition(":")[0]:
        yield Finding(
            "note",
            f"The host of “{target.name}” is told the name of the user who runs the newsroom.",
            f'Name a user of the host: to = "USER@{target.to}"',
        )
    if target.secret_key_file is not None:
        file = settings.folder / target.secret_key_file
        if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
            yield Finding("wrong", f"Others on this machine can read {file}.", f"chmod go-rwx {file}")

"""What all pages of a release depend on beside the record: the program, the site's settings, its own templates."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import barograph
from barograph.base.site import SITE_FILE, SiteSettings

_PROGRAM = Path(barograph.__file__).parent
_ROOMS = ("base", "dataset", "release", "templates/release", "templates/edge", "static/release", "locale", "trust")
"""Where the program has what a release is made with."""

_UNSEEN: dict[str, Any] = {
    "database_url": True,
    "secret_key": True,
    "key_passphrase": True,
    "key_passphrase_file": True,
    "hosts": True,
    "https": True,
    "smtp_url": True,
    "release": {"targets", "expires_days"},
}
"""Settings that no page shows."""

_OWN = ("templates", "locale")
"""Folders of a site with templates and words of its own."""


def base_fingerprint(site: SiteSettings) -> str:
    """A hash that changes when any page might, although the record did not."""
    # Secrets are masked in the settings' JSON, and no page shows one.
    parts = [
        program_fingerprint(),
        site.model_dump_json(exclude=_UNSEEN),
        *_stamps(site.folder / name for name in _OWN),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def own_files(folder: Path) -> tuple[str, ...]:
    """Names, sizes and times of a site's settings, templates and words, which a process reads once."""
    return tuple(_stamps(folder / name for name in (SITE_FILE, *_OWN)))


@cache
def program_fingerprint() -> str:
    """A hash of the program's version and of the sizes and times of its files; it does not change in a process."""
    stamps = _stamps(_PROGRAM / room for room in _ROOMS)
    return hashlib.sha256("\n".join([barograph.__version__, *stamps]).encode()).hexdigest()


def _stamps(places: Iterable[Path]) -> Iterator[str]:
    for place in places:
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                found = path.stat()
                yield f"{path} {found.st_size} {found.st_mtime_ns}"

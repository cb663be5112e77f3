"""The folder of a site: reading it, and making a new one."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings.exceptions import SettingsError

from barograph.base.site import SITE_FILE, SiteSettings


class SiteError(Exception):
    """The site's folder or settings cannot be used; the message says where and what to do."""


def site_folder() -> Path:
    """The folder that ``BAROGRAPH_SITE`` names, or the one this process stands in."""
    return Path(os.environ.get("BAROGRAPH_SITE", ".")).resolve()


def load_site() -> SiteSettings:
    """The settings of the site. Raises SiteError when there is none or it says something it must not."""
    folder = site_folder()
    file = folder / SITE_FILE
    if not file.is_file():
        raise SiteError(
            f"{folder} is no site: it has no {SITE_FILE}. Make one with “barograph init {folder}”, "
            "or name a site with --site DIR or BAROGRAPH_SITE."
        )
    try:
        return SiteSettings(folder=folder)
    except ValidationError as error:
        lines = [f"  {'.'.join(str(part) for part in issue['loc'])}: {issue['msg']}" for issue in error.errors()]
        raise SiteError("\n".join([f"{file}, or the environment, has settings that do not hold:", *lines])) from error
    except (SettingsError, OSError, ValueError) as error:
        raise SiteError(f"{file} cannot be read: {error}") from error


def read_secret_key(site: SiteSettings) -> str:
    """The key that signs the newsroom's sessions, from the settings or the private folder."""
    if site.secret_key is not None:
        return site.secret_key.get_secret_value()
    file = site.private / "secret_key"
    try:
        return file.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SiteError(
            f"{file} is missing, so the newsroom cannot sign sessions. Make it with “barograph doctor --mend”, "
            "or give BAROGRAPH_SECRET_KEY_FILE."
        ) from error


def make_private_folder(site_path: Path) -> None:
    """Make ``private`` with a fresh secret key where they are missing; only the owner can look in."""
    private = site_path / "private"
    private.mkdir(mode=0o700, parents=True, exist_ok=True)
    private.chmod(0o700)
    key = private / "secret_key"
    if not key.exists():
        with os.fdopen(os.open(key, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
    (site_path / "release").mkdir(exist_ok=True)

"""Starting Django for a command that works on a site."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click

from barograph.config.site_folder import SiteError, load_site

P = ParamSpec("P")
R = TypeVar("R")


def start_django() -> None:
    """Start Django for the site at hand. Raises ClickException when there is none or it cannot be used."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "barograph.config.settings"
    import django

    try:
        load_site()
        django.setup()
    except SiteError as error:
        raise click.ClickException(str(error)) from error


def with_site(command: Callable[P, R]) -> Callable[P, R]:
    """A command that works on a site: Django is started, and what goes wrong is told in one clear line."""

    @functools.wraps(command)
    def started(*args: P.args, **kwargs: P.kwargs) -> R:
        start_django()
        from django.db import DatabaseError

        from barograph.base.release_folders import ReleaseFolderError
        from barograph.editions.services import NotAllowed
        from barograph.release.builder import PictureError
        from barograph.release.manifest_log import ManifestLogError
        from barograph.trust.minisign import KeyFileError

        try:
            return command(*args, **kwargs)
        except (NotAllowed, KeyFileError, ManifestLogError, PictureError, ReleaseFolderError, ValueError) as error:
            raise click.ClickException(str(error)) from error
        except DatabaseError as error:
            raise click.ClickException(
                f"the database does not answer as it should ({error}). “barograph doctor” says what is wrong with it."
            ) from error

    return started

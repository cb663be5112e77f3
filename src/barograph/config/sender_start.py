"""Starting Django for a command of the newsletter's sender: its own database, its own secrets, nothing else."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click

from barograph.config.site_folder import SiteError, load_site
from barograph.newsletter import DATABASE

P = ParamSpec("P")
R = TypeVar("R")


def start_sender() -> None:
    """Start Django with the sender's settings, and bring its database up to date.

    Raises ClickException when there is no site, or its folder cannot be used.
    """
    os.environ["DJANGO_SETTINGS_MODULE"] = "barograph.config.sender_settings"
    import django

    try:
        site = load_site()
        site.sender_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        django.setup()
    except (SiteError, OSError) as error:
        raise click.ClickException(str(error)) from error


def migrate_subscribers() -> None:
    """Bring the subscribers' database to what the code expects, if it is behind."""
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections[DATABASE])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", database=DATABASE, interactive=False, verbosity=0)


def with_sender(command: Callable[P, R]) -> Callable[P, R]:
    """A command of the sender: Django is started, and what goes wrong is told in one clear line."""

    @functools.wraps(command)
    def started(*args: P.args, **kwargs: P.kwargs) -> R:
        start_sender()
        from django.db import DatabaseError

        from barograph.newsletter.errors import NewsletterError
        from barograph.trust.sender_keys import SenderKeyError

        try:
            migrate_subscribers()
            return command(*args, **kwargs)
        except (NewsletterError, SenderKeyError) as error:
            raise click.ClickException(str(error)) from error
        except DatabaseError as error:
            raise click.ClickException(
                f"the subscribers' database does not answer as it should ({error}): check "
                "newsletter.database_url, or that its file can be written"
            ) from error

    return started

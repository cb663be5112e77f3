"""``barograph migrate``: the database after an update or a change of settings."""

from __future__ import annotations

import click

from barograph.config.django_start import with_site


@click.command()
@with_site
def migrate() -> None:
    """Bring the database in line with this version and with barograph.toml. Safe to repeat; deletes nothing.

    \b
    Example:
      barograph --site mysite migrate
    """
    from barograph.config.preparation import prepare_database

    prepare_database(verbosity=1)

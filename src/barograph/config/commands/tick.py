"""``barograph tick``: what is due."""

from __future__ import annotations

import click

from barograph.config.django_start import with_site


@click.command()
@with_site
def tick() -> None:
    """Publish what is scheduled for now, and take up steps that were left undone.

    “barograph serve” does this by itself; call it from cron where the newsroom is served otherwise.

    \b
    Example:
      * * * * * barograph --site /srv/mysite tick
    """
    from barograph.release.services import tick as do_what_is_due

    do_what_is_due()

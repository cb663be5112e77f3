"""``barograph manage``: Django's own commands."""

from __future__ import annotations

import click

from barograph.config.django_start import with_site


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@with_site
def manage(arguments: tuple[str, ...]) -> None:
    """Run one of Django's own commands on the site.

    \b
    Example:
      barograph --site mysite manage check --deploy
    """
    from django.core.management import execute_from_command_line

    execute_from_command_line(["barograph manage", *arguments])

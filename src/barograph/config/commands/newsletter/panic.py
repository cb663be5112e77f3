"""``barograph newsletter panic``: the keys are destroyed."""

from __future__ import annotations

import click

from barograph.config.site_folder import SiteError, load_site


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def panic(yes: bool) -> None:
    """Destroy the sender's keys and all that they open, at once. Nobody can bring it back.

    The key file and its copies on this machine, the subscribers' database, what lies in the edge's box and all
    orders; the edge says that it is paused, and a process that sends ends. “barograph newsletter keys new” begins
    anew, and a backup can be restored under its keys.

    \b
    Example:
      barograph --site mysite newsletter panic --yes
    """
    from barograph.newsletter.key_file import FILE
    from barograph.newsletter.panic import NOT_DONE, PanicError, destroy_all

    try:
        settings = load_site()
        if not yes:
            click.confirm(f"Destroy the keys and all subscribers in {settings.sender_folder}?", abort=True)
        gone = destroy_all(settings)
    except SiteError as error:
        raise click.ClickException(str(error)) from error
    except PanicError as error:
        raise click.ClickException(f"not everything could be destroyed; {error}") from error
    keys = any(file.name == FILE for file in gone)
    found = f"Files destroyed: {len(gone)}" + (
        ", the keys among them" if keys else "; there were no keys here any more"
    )
    click.echo(f"{found}. The edge is paused.\n{NOT_DONE}")
    if settings.newsletter.database_url:
        click.echo("The rows in PostgreSQL are still there, and nothing opens them now. Drop that database.")

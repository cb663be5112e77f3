"""``barograph doctor``: what is wrong with a site, and how to mend it."""

from __future__ import annotations

import json
import sys

import click

from barograph.config.site_folder import SiteError, load_site, make_private_folder, site_folder


@click.command()
@click.option("--mend", is_flag=True, help="Mend what can be mended without a decision: folders, rights, migrations.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(mend: bool, as_json: bool) -> None:
    """Say what is wrong with a site and how to mend it. Ends with 1 when something is.

    \b
    Example:
      barograph --site mysite doctor
    """
    try:
        load_site()
        if mend:
            make_private_folder(site_folder())
        from barograph.config.django_start import start_django

        start_django()
    except SiteError as error:
        raise click.ClickException(str(error)) from error
    if mend:
        from barograph.config.preparation import prepare_database

        prepare_database()
    from barograph.config.checkup import examine

    findings = examine()
    if as_json:
        rows = [{"level": found.level, "what": found.what, "mend": found.mend} for found in findings]
        click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        for found in findings:
            click.echo(f"{found.level}: {found.what}\n    {found.mend}")
        if not findings:
            click.echo("Nothing is wrong with this site.")
    sys.exit(1 if any(found.level == "wrong" for found in findings) else 0)

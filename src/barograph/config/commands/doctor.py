"""``barograph doctor``: what is wrong with a site, and how to mend it."""

from __future__ import annotations

import json
import sys

import click

from barograph.base.site import SiteSettings
from barograph.config.finding import Finding
from barograph.config.site_folder import SiteError, load_site, make_private_folder


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
        findings = _examine(load_site(), mend=mend)
    except SiteError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        rows = [{"level": found.level, "what": found.what, "mend": found.mend} for found in findings]
        click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        for found in findings:
            click.echo(f"{found.level}: {found.what}\n    {found.mend}")
        if not findings:
            click.echo("Nothing is wrong with this site.")
    sys.exit(1 if any(found.level == "wrong" for found in findings) else 0)


def _examine(settings: SiteSettings, *, mend: bool) -> list[Finding]:
    """What is wrong. A machine that has the edge or the sender alone is not told that it lacks a newsroom."""
    from barograph.config.newsletter_checkup import examine_newsletter, is_newsletter_alone

    if is_newsletter_alone(settings):
        return list(examine_newsletter(settings))
    if mend:
        make_private_folder(settings.folder)
    from barograph.config.django_start import start_django

    start_django()
    if mend:
        from barograph.config.preparation import prepare_database

        prepare_database()
    from barograph.config.checkup import examine

    return examine()

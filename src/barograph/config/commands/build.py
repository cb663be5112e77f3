"""``barograph build``: the signed release."""

from __future__ import annotations

import json

import click

from barograph.config.django_start import with_site
from barograph.config.passphrase import known_passphrase
from barograph.config.progress import shown


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was built as JSON.")
@with_site
def build(as_json: bool) -> None:
    """Build the public pages, sign them, and switch to them in one step.

    What is public was decided by publishing; this only makes it anew, with the same bytes for the same record.

    \b
    Example:
      barograph --site mysite build
    """
    from barograph.base.site import site
    from barograph.release.services import build_release

    release = build_release(passphrase=known_passphrase(), progress=shown("Building", quiet=as_json))
    folder = site().releases / release.folder
    if as_json:
        click.echo(json.dumps({"folder": str(folder), "sequence": release.sequence, "files": release.files}))
    else:
        click.echo(f"{release.files} files in {folder}, which is now release/current.")

"""``barograph build``: the signed release."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from barograph.config.django_start import with_site
from barograph.config.progress import shown

if TYPE_CHECKING:
    from barograph.base.progress import Progress
    from barograph.release.builder import Built


@click.command()
@click.option("--full", is_flag=True, help="Render everything anew, also what has not changed.")
@click.option("--json", "as_json", is_flag=True, help="Print what was built as JSON.")
def build(full: bool, as_json: bool) -> None:
    """Build the public pages, sign them, and switch to them in one step.

    What is public was decided by publishing; this makes it anew, as far as it changed. With --full everything is
    rendered and written again, and comes to the same bytes.

    \b
    Example:
      barograph --site mysite build
    """
    built = _build(full, shown("Building", quiet=as_json))
    if as_json:
        done = {"folder": str(built.folder), "sequence": built.sequence, "files": built.files, "changed": built.changed}
        click.echo(json.dumps(done))
    elif built.changed:
        click.echo(f"{built.files} files in {built.folder}, {built.changed} of them new or changed; it is served now.")
    else:
        click.echo(f"Nothing has changed: {built.folder} is served as before, signed again.")


def _build(full: bool, progress: Progress) -> Built:
    """Build with Django where it runs already, and otherwise without: starting it takes longer than building."""
    if "django.apps" in sys.modules and sys.modules["django.apps"].apps.ready:
        return _build_with_django(full, progress)
    from barograph.config.building import build_without_django

    return build_without_django(full=full, progress=progress)


@with_site
def _build_with_django(full: bool, progress: Progress) -> Built:
    from barograph.config.passphrase import known_passphrase
    from barograph.release.services import build_release

    return build_release(passphrase=known_passphrase(), full=full, progress=progress)

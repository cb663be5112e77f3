"""``barograph build``: the signed release."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from barograph.base.collecting import without_collecting
from barograph.config.build_socket import ask_newsroom


@click.command()
@click.option("--full", is_flag=True, help="Render everything anew, also what has not changed.")
@click.option("--json", "as_json", is_flag=True, help="Print what was built as JSON.")
def build(full: bool, as_json: bool) -> None:
    """Build the public pages, sign them, and switch to them in one step.

    What is public was decided by publishing; this makes it anew, as far as it changed. With --full everything is
    rendered and written again, on all processors, and comes to the same bytes. Without it, a newsroom that is running
    is asked to build, for it has read everything before.

    \b
    Example:
      barograph --site mysite build
    """
    built = _build(full, quiet=as_json)
    if as_json:
        click.echo(json.dumps(built))
    elif built["changed"]:
        click.echo(f"{built['files']} files in {built['folder']}, {built['changed']} of them new or changed.")
    else:
        click.echo(f"Nothing has changed: {built['folder']} is served as before.")


def _build(full: bool, *, quiet: bool) -> dict[str, Any]:
    """Have it built by the newsroom, or by Django where it runs in this process, or with neither.

    Starting Django takes longer than building, and so does reading the settings of a site: what needs them is imported
    when nobody else builds.
    """
    if "django.apps" in sys.modules and sys.modules["django.apps"].apps.ready:
        return _build_with_django(full)
    private = Path(os.environ.get("BAROGRAPH_SITE", ".")) / "private"
    answer = {} if full else ask_newsroom(private)
    if not answer:
        # From here on, for importing makes more objects than anything else; and to the end, where looking through all
        # of them once more takes longer than some builds. Whatever has to be closed is closed by then.
        with without_collecting(at_the_end=True):
            from barograph.config.building import build_without_django
            from barograph.config.progress import shown

            return build_without_django(full=full, progress=shown("Building", quiet=quiet))
    if "error" in answer:
        raise click.ClickException(str(answer["error"]))
    return answer


def _build_with_django(full: bool) -> dict[str, Any]:
    from barograph.config.django_start import with_site
    from barograph.config.passphrase import known_passphrase
    from barograph.release.services import build_release

    return with_site(lambda: build_release(passphrase=known_passphrase(), full=full).summary())()

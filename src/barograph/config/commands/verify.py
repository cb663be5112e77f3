"""``barograph verify``: is this folder what its publisher signed?"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from barograph.trust.minisign import KeyFileError
from barograph.trust.verify import OWN_KEY_WARNING, read_public_key, verify_release


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--public-key", help="The publisher's key as you know it: a minisign.pub file, or its line “RW…”.")
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
def verify(folder: Path, public_key: str | None, as_json: bool) -> None:
    """Check every file of the release in FOLDER against its signed list. Needs no site.

    Ends with 0 when all is well and with 1 when anything is changed, missing or added, and says which file.

    \b
    Example:
      barograph verify mysite/release/current --public-key minisign.pub
    """
    try:
        key = read_public_key(public_key) if public_key else None
        problems = verify_release(folder, key)
    except (KeyFileError, OSError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps([{"file": problem.file, "what": problem.what} for problem in problems]))
    else:
        for problem in problems:
            click.echo(str(problem), err=True)
        if key is None:
            click.echo(OWN_KEY_WARNING, err=True)
        click.echo("Something is wrong with this release." if problems else "All files are as they were signed.")
    sys.exit(1 if problems else 0)

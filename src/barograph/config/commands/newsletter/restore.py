"""``barograph newsletter restore``: subscribers out of a backup."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from barograph.config.sender_start import with_sender


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--identity", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="The file with the secret key that opens the backup, as “age-keygen” writes it.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@with_sender
def restore(file: Path, identity: Path, as_json: bool) -> None:
    """Bring back the subscribers of a backup, sealed with the present keys: all of them, or none.

    Who was erased since the backup stays erased, and who is there already stays as is.

    \b
    Example:
      barograph --site mysite newsletter restore subscribers-2024-01-15.age --identity /media/stick/key.txt
    """
    from barograph.config.sender_keys import open_keys
    from barograph.newsletter.backup import restore_backup

    report = restore_backup(file, identity=identity, keys=open_keys())
    if as_json:
        click.echo(json.dumps(asdict(report)))
        return
    click.echo(f"{report.subscribers} subscribers are back; {report.left_out} were erased since or are there already.")

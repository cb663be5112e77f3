"""``barograph newsletter backup``: the one way in which addresses leave the sender, encrypted."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from barograph.config.sender_start import with_sender


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--to", multiple=True, metavar="PUBLIC_KEY",
              help="Who can open it: a public key of age (age1…) or SSH (ssh-ed25519 …); may be repeated.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@with_sender
def backup(file: Path, to: tuple[str, ...], as_json: bool) -> None:
    """Write all subscribers to FILE, encrypted with age to public keys.

    Keep the secret key of one of them away from this machine. “age-keygen” makes such keys.

    \b
    Example:
      barograph --site mysite newsletter backup --to age1… subscribers-2024-01-15.age
    """
    from django.utils import timezone

    from barograph.config.progress import shown
    from barograph.config.sender_keys import open_keys
    from barograph.newsletter.backup import read_recipients, write_backup

    recipients = read_recipients(to)
    progress = shown("Writing subscribers", quiet=as_json)
    report = write_backup(file, to=recipients, keys=open_keys(), today=timezone.localdate(), progress=progress)
    if as_json:
        click.echo(json.dumps(asdict(report)))
        return
    click.echo(f"{report.subscribers} subscribers are in {file}. Nobody without one of the secret keys can read it.")
    if report.unreadable:
        click.echo(f"{report.unreadable} rows could not be opened and are not in it: their key was lost.")

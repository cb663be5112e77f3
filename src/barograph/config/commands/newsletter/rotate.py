"""``barograph newsletter rotate``: new keys in place of the old ones."""

from __future__ import annotations

import json

import click

from barograph.config.sender_start import with_sender


@click.command()
@click.option("--keep-days", default=0, show_default=True, type=click.IntRange(0, 31),
              help="How long the old key still opens what an edge on another machine seals to it.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@with_sender
def rotate(keep_days: int, as_json: bool) -> None:
    """Replace the sender's keys: seal every row anew, and destroy the old key.

    End “barograph newsletter run” first, and start it again afterwards. Interrupted, run it again: nothing is lost.
    Links in old mails go on working. Afterwards make a new backup, and destroy the old copies of the key file.

    \b
    Example:
      barograph --site mysite newsletter rotate
    """
    from django.utils import timezone

    from barograph.base.site import site
    from barograph.config.progress import shown
    from barograph.config.sender_keys import open_key_file, publish_sender_keys
    from barograph.newsletter.key_file import BOX
    from barograph.newsletter.keys import SenderKeys
    from barograph.newsletter.rotation import Steps, rotate_keys
    from barograph.newsletter.subscribing import empty_box

    def empty(keys: SenderKeys) -> None:
        empty_box(box=site().edge_folder / BOX, keys=keys, site=site(), now=timezone.now())

    keys, write = open_key_file(alone=True)
    progress = shown("Sealing anew", quiet=as_json)
    steps = Steps(write, publish_sender_keys, empty)
    rotated, unreadable = rotate_keys(keys, steps, today=timezone.localdate(), keep_days=keep_days, progress=progress)
    if as_json:
        click.echo(json.dumps({"generation": rotated.row_keys.generation, "unreadable": unreadable}))
        return
    until = rotated.older_until
    still = f"; the old one still opens what an edge seals to it until {until}" if until else ""
    click.echo(f"The keys are new, and the old ones open no row any more{still}.")
    if unreadable:
        click.echo(f"{unreadable} rows could not be opened and stay as they are: their key was lost before.")
    click.echo(
        f"Now: an edge on another machine needs {site().edge_folder / 'sender.pub'}, and other senders the key file. "
        "Make a backup with “barograph newsletter backup”, and destroy old copies of the key file."
    )

"""``barograph newsletter keys``: the keys that open what readers gave us."""

from __future__ import annotations

import json
from pathlib import Path

import click

from barograph.config.sender_start import with_sender


@click.group()
def keys() -> None:
    """The sender's keys: they open what readers gave us, and sign the links in their mail."""


@keys.command()
@click.option("--passphrase-file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Take the passphrase from a file instead of asking for it.")  # fmt: skip
@with_sender
def new(passphrase_file: Path | None) -> None:
    """Make the sender's keys, and write their public halves for the edge.

    The passphrase is asked for, or comes from --passphrase-file, newsletter.key_passphrase_file or
    BAROGRAPH_NEWSLETTER__KEY_PASSPHRASE. Take another one than the signing key's. Keys that are there are never
    overwritten.

    \b
    Example:
      barograph --site mysite newsletter keys new
    """
    from barograph.base.site import site
    from barograph.config.sender_keys import key_file, new_passphrase, publish_sender_keys
    from barograph.newsletter.in_use import hold_keys
    from barograph.newsletter.key_file import EXISTS, KeyFileError, make_keys
    from barograph.newsletter.models import Subscriber
    from barograph.newsletter.signed_release import remember_signing_key

    file = key_file()
    if file.exists():
        raise KeyFileError(EXISTS.format(file=file))
    if Subscriber.objects.exists():
        raise KeyFileError(
            f"there are subscribers sealed with keys that are gone from {file}: put back your copy of the keys. "
            "If they are lost for good, “barograph newsletter panic” clears the subscribers away, and a backup can "
            "be brought back under new keys with “barograph newsletter restore”"
        )
    hold_keys(file.parent)
    made = make_keys(file, new_passphrase(passphrase_file))
    folder = publish_sender_keys(made)
    remember_signing_key(site())
    click.echo(
        f"The keys are in {file}: keep a copy of it, and of its passphrase, elsewhere.\n"
        f"Their public halves are in {folder}: the edge, if it is on another machine, needs that folder."
    )


@keys.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@with_sender
def show(as_json: bool) -> None:
    """Print the public halves, and whether the keys are there. Asks for no passphrase.

    \b
    Example:
      barograph --site mysite newsletter keys show --json
    """
    from barograph.base.site import site
    from barograph.config.sender_keys import key_file
    from barograph.newsletter.key_file import keys_still_there
    from barograph.trust.sender_keys import SenderPublicKeys

    public = SenderPublicKeys.read(site().edge_folder)
    if as_json:
        facts = {**json.loads(public.to_text()), "file": str(key_file()), "there": keys_still_there(key_file())}
        click.echo(json.dumps(facts))
        return
    click.echo(f"Seals what readers type: {public.sealing.line}")
    for number, key in enumerate(public.tokens):
        click.echo(f"{'Signs links' if number == 0 else 'Signed links before'}: {key.line}")
    if public.demo:
        click.echo("This is a demo's key: its passphrase lies beside it.")
    click.echo(f"The key file {key_file()} is {'there' if keys_still_there(key_file()) else 'not on this machine'}.")

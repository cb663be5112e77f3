"""``barograph keys``: the key that signs releases."""

from __future__ import annotations

from pathlib import Path

import click

from barograph.config.passphrase import new_passphrase
from barograph.config.site_folder import SiteError, load_site
from barograph.newsletter.signed_release import remember_signing_key
from barograph.trust.minisign import KeyFileError, create_key


@click.group()
def keys() -> None:
    """The key that signs releases."""


@keys.command()
@click.option("--passphrase-file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Take the passphrase from a file instead of asking for it.")  # fmt: skip
def new(passphrase_file: Path | None) -> None:
    """Make the site's signing key, and print its public half.

    The passphrase is asked for, or comes from --passphrase-file, BAROGRAPH_KEY_PASSPHRASE_FILE or
    BAROGRAPH_KEY_PASSPHRASE. A key that is there is never overwritten: move it away first.

    \b
    Example:
      barograph --site mysite keys new
    """
    try:
        settings = load_site()
        file = settings.signing_key
        public = create_key(file, new_passphrase(passphrase_file))
        remember_signing_key(settings, public.line)
    except (SiteError, KeyFileError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"The key is in {file}: keep a copy of it, and of its passphrase, elsewhere.")
    click.echo(f"Its public half, for your readers:\n{public.line}")


@keys.command()
def show() -> None:
    """Print the public key of the release that is served.

    \b
    Example:
      barograph --site mysite keys show
    """
    try:
        file = load_site().releases / "current" / "minisign.pub"
        click.echo(file.read_text(encoding="ascii"), nl=False)
    except SiteError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: build a release first, with “barograph build”") from error

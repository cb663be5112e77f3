"""``barograph init``: a new site."""

from __future__ import annotations

import os
import tomllib
from importlib.resources import files
from pathlib import Path

import click

from barograph.base.site import SITE_FILE
from barograph.config.django_start import start_django
from barograph.config.passphrase import new_passphrase
from barograph.config.site_folder import make_private_folder

PASSPHRASE_FILE = "private/signing_passphrase"  # noqa: S105 (the name of a file)
"""Where a site keeps the passphrase that ``--make-passphrase`` made."""


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--settings", "settings_file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Start from this barograph.toml instead of the example.")  # fmt: skip
@click.option("--passphrase-file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Take the signing key's passphrase from a file instead of asking for it.")  # fmt: skip
@click.option("--make-passphrase", is_flag=True,
              help="Make a random passphrase and keep it in the site, which then signs by itself.")  # fmt: skip
def init(folder: Path, settings_file: Path | None, passphrase_file: Path | None, make_passphrase: bool) -> None:
    """Make a new site in FOLDER: its settings, its database, its signing key.

    The key's passphrase is asked for, or comes from --passphrase-file, BAROGRAPH_KEY_PASSPHRASE_FILE or
    BAROGRAPH_KEY_PASSPHRASE. With --make-passphrase it is in private/signing_passphrase, which the settings then name.

    \b
    Example:
      barograph init mysite
    """
    if (folder / SITE_FILE).exists():
        raise click.ClickException(f"{folder / SITE_FILE} is there already. Choose another folder, or remove it first.")
    source = _settings(settings_file, names_passphrase=make_passphrase)
    passphrase = new_passphrase(passphrase_file, folder / PASSPHRASE_FILE if make_passphrase else None)
    folder.mkdir(parents=True, exist_ok=True)
    make_private_folder(folder)
    (folder / SITE_FILE).write_bytes(source)
    os.environ["BAROGRAPH_SITE"] = str(folder)
    click.echo("Making the database …")
    start_django()
    from barograph.config.preparation import prepare_database

    prepare_database()
    public = _make_key(passphrase)
    click.echo(
        f"{folder} is ready. Its public key, which readers should find in more places than one:\n\n  {public}\n\n"
        f"Next: look through {folder / SITE_FILE}, then\n"
        f"  barograph --site {folder} user add NAME --role editor --role publisher --role operator\n"
        f"  barograph --site {folder} serve"
    )


def _settings(file: Path | None, *, names_passphrase: bool) -> bytes:
    """The content of ``barograph.toml``. Raises ClickException when it names another passphrase already."""
    source = file.read_bytes() if file else files("barograph").joinpath("config/example.toml").read_bytes()
    if not names_passphrase:
        return source
    line = f'key_passphrase_file = "{PASSPHRASE_FILE}"  # opens the signing key\n\n'
    try:
        tomllib.loads(line + source.decode())
    except ValueError as error:
        raise click.ClickException(
            f"{file} cannot have the line {line.strip()} put before it ({error}): leave out --make-passphrase"
        ) from error
    return line.encode() + source


def _make_key(passphrase: str) -> str:
    """The site's signing key; returns the line of its public half."""
    from barograph.base.site import site
    from barograph.newsletter.signed_release import remember_signing_key
    from barograph.trust.minisign import KeyFileError, create_key

    try:
        public = create_key(site().signing_key, passphrase)
        remember_signing_key(site(), public.line)
    except KeyFileError as error:
        raise click.ClickException(str(error)) from error
    return public.line

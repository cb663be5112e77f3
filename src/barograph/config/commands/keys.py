"""``barograph keys``: the key that signs releases, and the keys that follow it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click

from barograph.base.site import SiteSettings
from barograph.config.passphrase import long_enough, new_passphrase
from barograph.config.site_folder import SiteError, load_site
from barograph.newsletter.signed_release import PUBLIC_FILE, remember_signing_key
from barograph.trust.minisign import KeyFileError, PublicKey, SigningKey, create_key
from barograph.trust.rotation import Rotation, rotate_key, unfinished_rotation
from barograph.trust.succession import SuccessionError


@click.group()
def keys() -> None:
    """The key that signs releases."""


def _new_passphrase_options(command: Callable[..., None]) -> Callable[..., None]:
    given = click.option("--passphrase-file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
                         help="Take the new key's passphrase from a file instead of asking for it.")  # fmt: skip
    made = click.option("--make-passphrase", "made", type=click.Path(dir_okay=False, path_type=Path),
                        help="Make a random passphrase and write it to this new file.")  # fmt: skip
    return given(made(command))


@keys.command()
@_new_passphrase_options
def new(passphrase_file: Path | None, made: Path | None) -> None:
    """Make the site's signing key, and print its public half.

    Its passphrase is the one that the settings have, or that of --passphrase-file or --make-passphrase, and else it is
    asked for. A key that is there is never overwritten: “barograph keys rotate” replaces it.

    \b
    Example:
      barograph --site mysite keys new
    """
    try:
        settings = load_site()
        file = settings.signing_key
        kept = None if passphrase_file or made else settings.passphrase
        passphrase = long_enough(kept) if kept else new_passphrase(passphrase_file, made)
        public = create_key(file, passphrase)
        remember_signing_key(settings, public.line)
    except (SiteError, KeyFileError, OSError) as error:
        raise click.ClickException(str(error)) from error
    _compare(settings, passphrase)
    click.echo(f"The key is in {file}: keep a copy of it, and of its passphrase, elsewhere.")
    click.echo(f"Its public half, for your readers:\n{public.line}")


@keys.command()
@_new_passphrase_options
def rotate(passphrase_file: Path | None, made: Path | None) -> None:
    """Put a new signing key in the place of the old one, which signs the new one's public half.

    Readers who trust the old key go on believing your releases; those who trust the new one believe none that is
    signed with the old. The old passphrase comes from the settings or is asked for. The new key gets the same where
    the settings have it, another with --passphrase-file or --make-passphrase, and else one that is asked for. When
    interrupted, run it again.

    \b
    Example:
      barograph --site mysite keys rotate
      barograph --site mysite build
    """
    try:
        settings = load_site()
        _rotate(settings, passphrase_file, made)
    except (SiteError, KeyFileError, SuccessionError, OSError) as error:
        raise click.ClickException(str(error)) from error


def _rotate(settings: SiteSettings, passphrase_file: Path | None, made: Path | None) -> None:
    """Rotate the key, or end a rotation whose last step is missing."""
    file, kept = settings.signing_key, settings.passphrase
    passphrase = kept or str(click.prompt("Passphrase of the signing key", hide_input=True))
    current = SigningKey.open(file, passphrase).public
    trusted = settings.private / PUBLIC_FILE
    if trusted.is_file() and unfinished_rotation(file, current, PublicKey.read(trusted.read_bytes())):
        remember_signing_key(settings, current.line)
        click.echo(f"The last rotation was interrupted at its end. Now it is done; the key is\n{current.line}")
        return
    fresh = kept if kept and not (passphrase_file or made) else new_passphrase(passphrase_file, made)
    rotation = rotate_key(file, passphrase, fresh, made_on=datetime.now(UTC).date())
    remember_signing_key(settings, rotation.new.line)
    _compare(settings, fresh)
    _say(rotation, file)


def _compare(settings: SiteSettings, passphrase: str) -> None:
    """Say so where the settings have another passphrase than the key that was made."""
    with suppress(OSError):  # a file that is still to come
        if settings.passphrase not in {None, passphrase}:
            click.echo("The settings have another passphrase: put the new one in its place before anything is built.")


def _say(rotation: Rotation, file: Path) -> None:
    click.echo(
        f"The key {rotation.new.number} has taken the place of {rotation.old.number}. Now:\n"
        "  1. barograph build: the release then shows that the old key signed the new one.\n"
        f"  2. Keep a copy of {file}, and of its passphrase, elsewhere.\n"
        f"  3. Destroy {rotation.old_file} and every copy of it: who trusts only the old key believes whoever has it.\n"
        "     shred -u is enough on a plain disk; on others, what counts is that its passphrase is forgotten.\n"
        f"  4. Tell your readers the new public key:\n{rotation.new.line}"
    )


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

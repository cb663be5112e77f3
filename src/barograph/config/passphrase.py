"""Where the signing key's passphrase comes from: the settings, a file, or the terminal."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from barograph.base.site import SiteSettings
from barograph.base.whole_file import whole_file
from barograph.trust.minisign import is_random, random_passphrase

SHORTEST = 12
"""In characters; a key file may be stolen, and then nothing but the passphrase protects it."""


def new_passphrase(file: Path | None = None, made: Path | None = None) -> str:
    """A passphrase for a key that is about to be made.

    A random one, kept in the file ``made``; or from ``file``, ``BAROGRAPH_KEY_PASSPHRASE_FILE``,
    ``BAROGRAPH_KEY_PASSPHRASE``, or asked for twice on the terminal. Raises ClickException when there is none of
    these, or it is too short.
    """
    if made is not None:
        return make_passphrase(made)
    named = file or os.environ.get("BAROGRAPH_KEY_PASSPHRASE_FILE")
    if named:
        try:
            passphrase = Path(named).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise click.ClickException(f"the passphrase cannot be read from {named} ({error})") from error
    elif "BAROGRAPH_KEY_PASSPHRASE" in os.environ:
        passphrase = os.environ["BAROGRAPH_KEY_PASSPHRASE"]
    elif sys.stdin.isatty():
        passphrase = click.prompt("Passphrase for the signing key", hide_input=True, confirmation_prompt=True)
    else:
        raise click.ClickException(
            "the signing key needs a passphrase: run this on a terminal, or give --passphrase-file, "
            "BAROGRAPH_KEY_PASSPHRASE_FILE or BAROGRAPH_KEY_PASSPHRASE"
        )
    return long_enough(passphrase)


def long_enough(passphrase: str) -> str:
    """The passphrase. Raises ClickException for one that could be guessed."""
    if len(passphrase) < SHORTEST:
        raise click.ClickException(f"the passphrase has fewer than {SHORTEST} characters: choose a longer one")
    return passphrase


def make_passphrase(file: Path) -> str:
    """A random passphrase, written to a file that its owner alone can read; one that was made there before is taken.

    A key locked with it opens at once: see ``RANDOM_MEMORY``. Raises ClickException when something else is in the file,
    or it cannot be written.
    """
    passphrase = random_passphrase()
    try:
        with whole_file(file, replaces=False) as opened:
            opened.write(f"{passphrase}\n".encode("ascii"))
    except FileExistsError as error:
        passphrase = file.read_text(encoding="utf-8", errors="replace").strip() if file.is_file() else ""
        if not is_random(passphrase):
            raise click.ClickException(
                f"{file} is there already, and is no passphrase made by Barograph: name a file that does not exist yet"
            ) from error
    except OSError as error:
        raise click.ClickException(f"the passphrase cannot be written to {file} ({error.strerror})") from error
    return passphrase


def known_passphrase() -> str | None:
    """The passphrase of a key that is there: ``None`` where the settings have it, else asked for on the terminal."""
    from barograph.base.site import site

    return None if site().passphrase is not None else _asked()


def passphrase_of(settings: SiteSettings) -> str:
    """The passphrase of a site's signing key. Raises ClickException when neither settings nor terminal give it."""
    found = settings.passphrase or _asked()
    if not found:
        raise click.ClickException(
            "the signing key is locked: run this on a terminal, which asks for its passphrase, or name a file that "
            "holds it in BAROGRAPH_KEY_PASSPHRASE_FILE"
        )
    return found


def _asked() -> str | None:
    if not sys.stdin.isatty():
        return None
    answer: str = click.prompt("Passphrase of the signing key", hide_input=True)
    return answer

"""The sender's keys for a command: from the settings, a file or the terminal comes what opens them.

They are in the memory of this process only. A passphrase is never an argument: others on the machine see those.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from barograph.base.meanwhile import meanwhile
from barograph.base.site import SiteSettings, site
from barograph.config.passphrase import SHORTEST
from barograph.newsletter.in_use import hold_keys
from barograph.newsletter.key_file import (
    FILE,
    KeyFileError,
    is_paused,
    keys_still_there,
    make_keys,
    publish_public,
    read_keys,
    replace_keys,
)
from barograph.newsletter.keys import SenderKeys
from barograph.trust.sender_keys import FILE as PUBLIC_FILE

Rewrite = Callable[[SenderKeys], None]
"""Writes changed keys in place of the old ones, locked with the same passphrase."""


def key_file() -> Path:
    """Where the sender's keys are."""
    return site().sender_folder / FILE


def open_keys() -> SenderKeys:
    """The sender's keys, for as long as this process lives.

    Raises KeyFileError when they are missing or do not open, KeysInUseError while they are being replaced.
    """
    return open_key_file()[0]


def open_key_file(*, alone: bool = False) -> tuple[SenderKeys, Rewrite]:
    """The sender's keys and what writes changed ones; ``alone`` when no other process may have them meanwhile.

    Older sealing keys whose time is over are destroyed by the way. Raises KeyFileError and KeysInUseError.
    """
    file = key_file()
    hold_keys(file.parent, alone=alone)
    if not file.exists():
        read_keys(file, "")  # says what to do, before anybody is asked for a passphrase
    passphrase = _known_passphrase(site()) or _ask("Passphrase of the sender's key")
    keys = read_keys(file, passphrase)

    def rewrite(changed: SenderKeys) -> None:
        replace_keys(file, changed, passphrase)

    if keys.older_until is not None and date.today() > keys.older_until:  # noqa: DTZ011 (the operator's day)
        keys = replace(keys, sealing=keys.sealing[:1], older_until=None)
        rewrite(keys)
    if keys.old_row_keys is not None and not alone:
        click.echo(
            "The last “barograph newsletter rotate” was interrupted, so the old key is still there: run it again.",
            err=True,
        )
    return keys, rewrite


def stop_without_keys(stop: threading.Event) -> AbstractContextManager[None]:
    """While this goes on, set ``stop`` within a second of the key file's disappearance, as in a panic."""

    def look() -> None:
        if not keys_still_there(key_file()):
            stop.set()

    return meanwhile(look, pause=1.0, name="keys")


def new_passphrase(file: Path | None = None) -> str:
    """A passphrase for keys that are about to be made: from ``file``, the settings, or asked for twice.

    Raises KeyFileError when there is none of these, or it is too short.
    """
    passphrase = _read(file) if file else _known_passphrase(site())
    if passphrase is None:
        passphrase = _ask("Passphrase for the sender's key", twice=True)
    if len(passphrase) < SHORTEST:
        raise KeyFileError(f"the passphrase has fewer than {SHORTEST} characters: choose a longer one")
    return passphrase


def make_demo_keys() -> None:
    """Keys for a demo, marked as such, and their public halves; what is there stays, and what panic took stays away."""
    settings = site()
    if is_paused(settings.edge_folder):
        return
    passphrase = _known_passphrase(settings)
    if not key_file().exists():
        publish_sender_keys(make_keys(key_file(), passphrase or "", demo=True))
    elif not (settings.edge_folder / PUBLIC_FILE).exists():
        publish_sender_keys(read_keys(key_file(), passphrase or ""))


def publish_sender_keys(keys: SenderKeys) -> Path:
    """Write the public halves for the edge and the newsroom of this machine; returns their folder."""
    publish_public(keys, site().edge_folder)
    return site().edge_folder


def _known_passphrase(settings: SiteSettings) -> str | None:
    newsletter = settings.newsletter
    if newsletter.key_passphrase is not None:
        return newsletter.key_passphrase.get_secret_value()
    if newsletter.key_passphrase_file is not None:
        return _read(settings.folder / newsletter.key_passphrase_file)
    return None


def _read(file: Path) -> str:
    try:
        passphrase = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise KeyFileError(
            f"the passphrase of the sender's key cannot be read from {file} ({why}): put the medium in that holds it, "
            "or change newsletter.key_passphrase_file"
        ) from error
    if not passphrase:
        raise KeyFileError(f"{file} is empty: it must hold the passphrase of the sender's key")
    return passphrase


def _ask(question: str, *, twice: bool = False) -> str:
    if not sys.stdin.isatty():
        raise KeyFileError(
            "the sender's key needs a passphrase: run this on a terminal, or give it in the file that "
            "newsletter.key_passphrase_file names, or as BAROGRAPH_NEWSLETTER__KEY_PASSPHRASE"
        )
    answer: str = click.prompt(question, hide_input=True, confirmation_prompt=twice)
    return answer

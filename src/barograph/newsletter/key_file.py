"""The one file that holds the sender's keys, ``sender.key``: JSON, locked with a passphrase (``trust.locked``)."""

from __future__ import annotations

import base64
import json
import os
import secrets
from datetime import date
from pathlib import Path
from typing import Any

from barograph.base.whole_file import whole_file
from barograph.newsletter.errors import NewsletterError
from barograph.newsletter.keys import RowKeys, SenderKeys
from barograph.trust.locked import WORK, LockError, lock, unlock
from barograph.trust.sealing import SealError, SealingKey
from barograph.trust.sender_keys import FILE as PUBLIC_FILE
from barograph.trust.tokens import TokenError, TokenKey, TokenPublicKey

FILE = "sender.key"
FORMAT = "barograph sender key 1"
BOX = "box"
"""The folder beside ``sender.pub`` in which the edge leaves what it sealed."""

PAUSED = "paused"
"""A file of this name in the edge's folder, which panic leaves: the edge takes nothing while it is there."""
EXISTS = (
    "{file} is there already, and keys are never overwritten: subscribers sealed with them could not be read any more. "
    "“barograph newsletter rotate” replaces them without loss"
)


class KeyFileError(NewsletterError):
    """The sender's key file is missing, is there already, or cannot be opened; the message says what to do."""


def make_keys(file: Path, passphrase: str, *, demo: bool = False, work: int = WORK) -> SenderKeys:
    """Make fresh keys and write them to the new file. Raises KeyFileError where there is one: none is ever overwritten.

    ``work`` is what a guess at the passphrase costs.
    """
    keys = SenderKeys.make(demo=demo)
    try:
        with whole_file(file, replaces=False) as opened:
            opened.write(lock(to_json(keys), passphrase, work=work))
    except FileExistsError as error:
        raise KeyFileError(EXISTS.format(file=file)) from error
    except OSError as error:
        raise _unwritten(file, error) from error
    return keys


def read_keys(file: Path, passphrase: str) -> SenderKeys:
    """The keys in the file. Takes a fifth of a second, which is what a guess at the passphrase costs.

    Raises KeyFileError when the file is missing, damaged, or locked with another passphrase.
    """
    try:
        locked = file.read_bytes()
    except FileNotFoundError as error:
        raise KeyFileError(
            f"the sender has no keys yet ({file} is missing): make them with “barograph newsletter keys new”, "
            "or put back your copy of the file"
        ) from error
    except OSError as error:
        raise KeyFileError(
            f"the sender's key file {file} cannot be read ({error.strerror}): run this as the user who owns it"
        ) from error
    try:
        return from_json(unlock(locked, passphrase))
    except LockError as error:
        raise KeyFileError(
            f"{file} does not open ({error}): give the passphrase it was made with, or put back your copy of the file"
        ) from error


def replace_keys(file: Path, keys: SenderKeys, passphrase: str, *, work: int = WORK) -> None:
    """Write changed keys in place of those in the file, in one step, and overwrite the old content on the disk.

    The overwriting helps on plain disks only: flash memory and journals may keep copies, which the passphrase guards.
    """
    try:
        with file.open("r+b") as old:
            with whole_file(file, replaces=True) as opened:
                opened.write(lock(to_json(keys), passphrase, work=work))
            _overwrite(old.fileno())
    except OSError as error:
        raise _unwritten(file, error) from error


def destroy(file: Path) -> None:
    """Overwrite a file, as far as the disk lets us, and remove it. Raises OSError."""
    with file.open("r+b") as old:
        file.unlink()
        _overwrite(old.fileno())


def keys_still_there(file: Path) -> bool:
    """Whether the key file is in its place: a process that works with the keys ends when it is gone."""
    return file.is_file()


def is_paused(folder: Path) -> bool:
    """Whether the edge with this folder takes nothing, because its sender's keys were destroyed in a panic."""
    return (folder / PAUSED).exists()


def publish_public(keys: SenderKeys, folder: Path) -> None:
    """Write the public halves to the edge's folder, whole or not at all, and make the box in it; it may work again."""
    try:
        (folder / BOX).mkdir(mode=0o700, parents=True, exist_ok=True)
        with whole_file(folder / PUBLIC_FILE, replaces=True, mode=0o644) as opened:
            opened.write(keys.public.to_text().encode())
        (folder / PAUSED).unlink(missing_ok=True)
    except OSError as error:
        raise _unwritten(folder / PUBLIC_FILE, error) from error


def to_json(keys: SenderKeys) -> bytes:
    """The keys as the file holds them, before it is locked."""
    values = {
        "format": FORMAT,
        "sealing": [_text(key.secret) for key in keys.sealing],
        "tokens": _text(keys.tokens.secret),
        "known_tokens": [key.line for key in keys.known_tokens],
        "row_keys": _row_keys_to_json(keys.row_keys),
        "old_row_keys": _row_keys_to_json(keys.old_row_keys) if keys.old_row_keys else None,
        "messages": _text(keys.messages),
        "demo": keys.demo,
        "older_until": keys.older_until.isoformat() if keys.older_until else None,
    }
    return json.dumps(values, indent=1).encode()


def from_json(content: bytes) -> SenderKeys:
    """Read what ``to_json`` wrote. Raises KeyFileError for anything else."""
    try:
        values = json.loads(content)
        if values["format"] != FORMAT:
            raise KeyFileError(f"the key file is not of the format “{FORMAT}”: a newer Barograph may have written it")
        return SenderKeys(
            sealing=tuple(SealingKey.from_bytes(_secret(text)) for text in values["sealing"]),
            tokens=TokenKey.from_bytes(_secret(values["tokens"])),
            known_tokens=tuple(TokenPublicKey.read(line) for line in values["known_tokens"]),
            row_keys=_row_keys_from_json(values["row_keys"]),
            messages=_secret(values["messages"]),
            old_row_keys=_row_keys_from_json(values["old_row_keys"]) if values["old_row_keys"] else None,
            demo=values["demo"],
            older_until=date.fromisoformat(values["older_until"]) if values["older_until"] else None,
        )
    except (ValueError, KeyError, TypeError, SealError, TokenError) as error:
        # What was read is secret: not even its type is worth repeating.
        raise KeyFileError("the key file opens but does not hold a sender's keys: put back your copy of it") from error


def _row_keys_to_json(keys: RowKeys) -> dict[str, Any]:
    return {"generation": keys.generation, "rows": _text(keys.rows), "indexing": _text(keys.indexing)}


def _row_keys_from_json(values: dict[str, Any]) -> RowKeys:
    return RowKeys(int(values["generation"]), _secret(values["rows"]), _secret(values["indexing"]))


def _text(secret: bytes) -> str:
    return base64.b64encode(secret).decode()


def _secret(text: str) -> bytes:
    secret = base64.b64decode(text, validate=True)
    if len(secret) != 32:
        raise ValueError("a secret has another length")
    return secret


def _unwritten(file: Path, error: OSError) -> KeyFileError:
    return KeyFileError(f"{file} cannot be written ({error.strerror}): mend that and run the same again")


def _overwrite(descriptor: int) -> None:
    size = os.fstat(descriptor).st_size
    os.pwrite(descriptor, secrets.token_bytes(size), 0)
    os.fsync(descriptor)

"""A new signing key in place of the old one, in steps of which each can be the last before a loss of power.

What readers have to believe, the old key's signature of the new one, is on the disk before the new key takes the old
one's place, which is one renaming. Before it, the site signs with the old key as ever (``succession_files`` leaves out
keys that do not sign yet); after it, with the new one. Run again, it goes on where it was.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from barograph.base.whole_file import sync_folder, whole_file
from barograph.trust.minisign import KeyFileError, PublicKey, SigningKey, create_key
from barograph.trust.succession import FOLDER, Succession, read_kept


@dataclass(frozen=True, slots=True)
class Rotation:
    """A key that took another's place."""

    old: PublicKey
    new: PublicKey
    old_file: Path
    """The secret half of the old key, still locked with its passphrase. To be destroyed."""


def rotate_key(file: Path, passphrase: str, new_passphrase: str, *, made_on: date) -> Rotation:
    """Make a key that follows the one in ``file``, note that in ``keys/`` beside it, and put it into ``file``.

    Raises KeyFileError when a key cannot be opened, made or
    written, SuccessionError when ``keys/`` is damaged, and OSError.
    """
    old = SigningKey.open(file, passphrase)
    coming = file.with_name(f"{file.name}.new")
    if not coming.exists():
        create_key(coming, new_passphrase)
    try:
        new = SigningKey.open(coming, new_passphrase).public
    except KeyFileError as error:
        raise KeyFileError(
            f"{coming} is left from a rotation that was interrupted, and does not open: {error}. Give the passphrase "
            "that you gave then, or delete that file to begin anew"
        ) from error
    _note(file.parent, old, new, made_on)
    aside = file.with_name(f"{file.stem}-{old.public.number}{file.suffix}.old")
    with suppress(FileExistsError):  # the step before the last interruption
        os.link(file, aside)
    coming.replace(file)
    sync_folder(file.parent)
    return Rotation(old.public, new, aside)


def unfinished_rotation(file: Path, key: PublicKey, trusted: PublicKey) -> bool:
    """Whether ``key``, which is in ``file``, has taken the place of ``trusted`` and the sender was not told.

    That is the very last step, and the caller's. Raises SuccessionError and OSError.
    """
    kept = read_kept(file.parent)
    line = kept.until(key) if kept else None
    return line is not None and trusted in line.keys[:-1] and not file.with_name(f"{file.name}.new").exists()


def _note(private: Path, old: SigningKey, new: PublicKey, made_on: date) -> None:
    """Write the line of keys with the new one in it. A key whose file is missing is not there yet, to ``read_kept``."""
    kept = read_kept(private)
    line = kept.until(old.public) if kept else None
    if kept and new in kept.keys:
        return
    if kept and line is None:  # the key was replaced by hand: its line begins anew
        (private / FOLDER).rename(private / f"{FOLDER}-{kept.current.number}.old")
    longer = (line or Succession((old.public,))).extended(old, new, made_on)
    wanted = longer.files()
    for stray in sorted((private / FOLDER).glob("*.pub*")):
        if f"{FOLDER}/{stray.name}" not in wanted:  # of a new key that was given up
            stray.unlink()
    for path in sorted(wanted, key=lambda path: (path.endswith(".pub"), path)):
        with whole_file(private / path, replaces=True) as opened:
            opened.write(wanted[path])

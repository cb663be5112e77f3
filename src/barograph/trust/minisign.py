"""Signing keys and signatures in the format of minisign(1), by means of py-minisign.

A reader needs nothing of ours to check a release: ``minisign`` is in every distribution. It also
opens the secret keys made here, and we open those it makes.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

import minisign

SCRYPT_MEMORY = 256 * 1024 * 1024
"""Memory, in bytes, that one guess at a passphrase costs.

256 MiB take about a second on an ordinary core (1.1 s measured), so that a stolen key file can be
tried once a second and core. minisign(1) asks for 1 GiB, which takes up to five seconds and is more
than a small server has to spare; py-minisign asks for 32 MiB, an eighth of a second, which is
little for a key that may sign for years. The file states its own cost, so any of them opens any.
"""

RANDOM_MEMORY = 1024 * 1024
"""The same for a passphrase that ``random_passphrase`` made: 1 MiB, opened in some milliseconds.

Making each guess costly is for passphrases that people think of, of which a patient thief can try the likely ones.
Among 2^140 equally likely ones there is nothing to try: a billion guesses a second would take 10^25 years, whether
each costs a second or a microsecond. So the second is saved, with every build.
"""

LONGEST_PASSPHRASE = 1023
"""In bytes; minisign(1) cuts off what is longer."""

_UNTRUSTED_COMMENT = "signature from minisign secret key"
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_RANDOM = re.compile(r"[a-z2-7]{4}(-[a-z2-7]{4}){7}", re.ASCII)


class KeyFileError(Exception):
    """A key cannot be made, read or opened; the message says which and what to do."""


class SignatureError(Exception):
    """A signature does not hold; the message says why."""


@dataclass(frozen=True, repr=False)
class PublicKey:
    """The key that anyone may have, to check signatures with."""

    _key: minisign.PublicKey

    @classmethod
    def read(cls, text: str | bytes) -> PublicKey:
        """The key in a ``minisign.pub`` file, or in its second line alone (“RW…”).

        Raises KeyFileError when the text is neither.
        """
        data = (text.encode() if isinstance(text, str) else text).strip()
        try:
            key = minisign.PublicKey.from_bytes(data) if b"\n" in data else minisign.PublicKey.from_base64(data)
        except minisign.Error as error:
            raise KeyFileError(f"this is not a minisign public key ({error})") from error
        return cls(key)

    @property
    def number(self) -> str:
        """The key's number as minisign(1) prints it: hexadecimal, without leading zeros."""
        return f"{int.from_bytes(base64.b64decode(self.line)[2:10], 'little'):X}"

    @property
    def line(self) -> str:
        """The key in one line (“RW…”), as ``minisign -P`` takes it."""
        return str(self._key.to_base64().decode())

    @property
    def text(self) -> bytes:
        """The content of a ``minisign.pub`` file."""
        return f"untrusted comment: minisign public key {self.number}\n{self.line}\n".encode()

    def check(self, data: bytes, signature: bytes) -> str:
        """The trusted comment of ``signature``, the content of a ``.minisig`` file, if it is one of ``data``.

        Stricter than minisign(1), which does not look at the first line of the file nor at the spare
        bits of its base64: only the very bytes that signing makes will do, so that no change of any
        byte goes unseen. Raises SignatureError.
        """
        try:
            parsed = minisign.Signature.from_bytes(signature)
            if bytes(parsed) + b"\n" != signature or parsed.untrusted_comment != _UNTRUSTED_COMMENT:
                raise SignatureError("it is not in the form that signing gives it")
            self._key.verify(data, parsed)
        except minisign.VerifyError as error:
            raise SignatureError(f"it was not made with the key {self.number} for this content") from error
        except minisign.Error as error:
            raise SignatureError(f"it is not a minisign signature ({error})") from error
        return str(parsed.trusted_comment)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and self.line == other.line

    def __hash__(self) -> int:
        return hash(self.line)

    def __repr__(self) -> str:
        return f"PublicKey({self.line})"


@dataclass(frozen=True, eq=False, repr=False)
class SigningKey:
    """An opened secret key. It lives in memory only; its representation says no more than its number."""

    _key: minisign.SecretKey

    @classmethod
    def open(cls, path: Path, passphrase: str) -> SigningKey:
        """The key in the file ``path``. Takes a second or some milliseconds: see ``SCRYPT_MEMORY``, ``RANDOM_MEMORY``.

        Raises KeyFileError when the file is missing, is no secret key, or the passphrase is another one.
        """
        key = _read_secret(path)
        try:
            key.decrypt(passphrase)
        except UnicodeEncodeError:
            raise KeyFileError(f"the passphrase for {path} is not text in UTF-8: check it and try again") from None
        except minisign.Error as error:
            raise KeyFileError(f"the passphrase does not open {path} ({error}): check it and try again") from error
        return cls(key)

    @property
    def public(self) -> PublicKey:
        """The public half."""
        return PublicKey(self._key.get_public_key())

    def sign(self, data: bytes, trusted_comment: str) -> bytes:
        """The content of a ``.minisig`` file for ``data``: the same for the same data, comment and key.

        Raises ValueError when the comment is not one line of printable ASCII.
        """
        try:
            signature = self._key.sign(data, trusted_comment=trusted_comment, untrusted_comment=_UNTRUSTED_COMMENT)
        except minisign.ParseError as error:
            raise ValueError(f"{trusted_comment!r} cannot be a trusted comment ({error})") from error
        return bytes(signature) + b"\n"

    def __repr__(self) -> str:
        return f"SigningKey(number {self.public.number})"


def random_passphrase() -> str:
    """A passphrase of 140 random bits, in groups of four letters and digits that can be copied by hand.

    The last group is a sum over the others: nobody who thinks of a passphrase happens upon it.
    """
    drawn = "".join(secrets.choice(_LETTERS) for _ in range(28))
    letters = drawn + _sum(drawn)
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def is_random(passphrase: str) -> bool:
    """Whether a passphrase is one that ``random_passphrase`` made."""
    letters = passphrase.replace("-", "")
    return _RANDOM.fullmatch(passphrase) is not None and letters[28:] == _sum(letters[:28])


def create_key(path: Path, passphrase: str, *, memory: int | None = None) -> PublicKey:
    """Makes a key, writes its secret half, encrypted, to the new file ``path`` and returns its public half.

    The file can be read by its owner alone and appears whole or not at all. ``memory`` is what one
    guess at the passphrase costs, a power of two; left out, it is ``RANDOM_MEMORY`` for a passphrase
    that ``random_passphrase`` made and ``SCRYPT_MEMORY`` for any other. Raises KeyFileError when there is such a file
    already, when it cannot be written, and when the passphrase is empty, too long or not one line.
    """
    if not passphrase or not passphrase.isprintable() or len(passphrase.encode()) > LONGEST_PASSPHRASE:
        raise KeyFileError(
            f"the passphrase for {path} must be one line of 1 to {LONGEST_PASSPHRASE} bytes: choose another one"
        )
    memory = memory or (RANDOM_MEMORY if is_random(passphrase) else SCRYPT_MEMORY)
    pair = minisign.KeyPair.generate()
    with pair.secret_key as secret:
        secret.untrusted_comment = "minisign encrypted secret key"
        secret.encrypt(passphrase, opslimit=memory // 32, memlimit=memory)
        _write_new(path, bytes(secret) + b"\n")
    return PublicKey(pair.public_key)


def _sum(letters: str) -> str:
    digest = hashlib.sha256(letters.encode()).digest()
    return base64.b32encode(digest)[:4].decode().lower()


def _read_secret(path: Path) -> minisign.SecretKey:
    try:
        return minisign.SecretKey.from_bytes(path.read_bytes())
    except OSError as error:
        raise KeyFileError(
            f"the signing key {path} cannot be read ({error.strerror}): make one with “barograph keys new”, "
            "or put back your copy"
        ) from error
    except minisign.Error as error:
        raise KeyFileError(f"{path} is not a minisign secret key ({error}): put back your copy") from error


def _write_new(path: Path, content: bytes) -> None:
    """A private file that appears in one step; linking, unlike renaming, refuses to replace another."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, path)
    except FileExistsError as error:
        raise KeyFileError(
            f"{path} is there already, and a key is never overwritten: move it away first if you mean to replace it"
        ) from error
    except OSError as error:
        raise KeyFileError(
            f"the signing key {path} cannot be written ({error.strerror}): mend that and run again"
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)

"""Small files locked with a passphrase, in the format of age (https://age-encryption.org/v1): ``age -d`` opens them.

The pyrage package opens them here too, but makes them so that opening takes a second of the machine that made them:
on a fast one that is half a gigabyte of memory, more than the small server has on which the file is to be opened.
So the few lines that lock a file are our own, with a cost that is the same everywhere.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

import pyrage
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

WORK = 16
"""The cost of one guess at a passphrase: scrypt with N = 2^WORK takes 64 MiB and a fifth of a second.

age itself takes four times that. Two more letters of a passphrase make far more of a difference, and the sender
keeps its promise of a small memory.
"""
LARGEST = 64 * 1024
"""Bytes that fit in: one chunk of the format, which is plenty for keys."""
_VERSION = b"age-encryption.org/v1"


class LockError(ValueError):
    """A file cannot be unlocked: it is damaged, is no such file, or the passphrase is another."""


def lock(content: bytes, passphrase: str, *, work: int = WORK) -> bytes:
    """The content of a file that opens with the passphrase only. Raises ValueError for more than ``LARGEST`` bytes."""
    if len(content) > LARGEST:
        raise ValueError(f"{len(content)} bytes are too many: {LARGEST} can be locked")
    salt, file_key, nonce = (secrets.token_bytes(16) for _ in range(3))
    stretched = hashlib.scrypt(
        passphrase.encode(), salt=_VERSION + b"/scrypt" + salt, n=2**work, r=8, p=1, maxmem=2**work * 1024 + 2**20
    )
    wrapped = ChaCha20Poly1305(stretched[:32]).encrypt(bytes(12), file_key, None)
    header = b"\n".join([_VERSION, b"-> scrypt %s %d" % (_base64(salt), work), _base64(wrapped), b"---"])
    proof = hmac.digest(_derived(file_key, b"", b"header"), header, "sha256")
    # One chunk, which is also the last: its nonce is a counter of 11 bytes and a 1.
    chunk = ChaCha20Poly1305(_derived(file_key, nonce, b"payload")).encrypt(bytes(11) + b"\1", content, None)
    return header + b" " + _base64(proof) + b"\n" + nonce + chunk


def unlock(content: bytes, passphrase: str) -> bytes:
    """What was locked, here or by ``age --passphrase``. Raises LockError."""
    try:
        return bytes(pyrage.passphrase.decrypt(content, passphrase))
    except (pyrage.DecryptError, ValueError) as error:
        raise LockError(str(error).lower()) from error


def _derived(file_key: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt or None, purpose).derive(file_key)


def _base64(content: bytes) -> bytes:
    """Without padding, as the format wants it."""
    return base64.b64encode(content).rstrip(b"=")

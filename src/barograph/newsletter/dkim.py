"""DKIM (RFC 6376) by ourselves, where the relay does not do it: rsa-sha256, or ed25519-sha256 (RFC 8463).

Both canonicalisations are “relaxed”. The body's hash goes on from the part that all readers share; the two list headers
are signed, as RFC 8058 wants for unsubscribing with one click.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from barograph.base.site import SiteSettings
from barograph.newsletter.errors import NewsletterError

# These are named once more than they occur, so that nobody can add a second one (RFC 6376, 5.4.2).
_ALONE = (b"from", b"to", b"subject", b"date", b"list-unsubscribe", b"list-unsubscribe-post")
_SIGNED = frozenset(
    {
        *_ALONE, b"message-id", b"list-id", b"mime-version", b"content-type", b"content-language", b"auto-submitted",
    }
)  # fmt: skip


class DkimError(NewsletterError):
    """The settings of DKIM cannot be used; the message says which and why."""


@dataclass(frozen=True)
class DkimKey:
    """What signs for a domain; its public half stands in DNS at ``selector._domainkey.domain``."""

    domain: str
    selector: str
    private: RSAPrivateKey | Ed25519PrivateKey

    @classmethod
    def of(cls, site: SiteSettings, domain: str) -> DkimKey | None:
        """The key that the settings name, or nothing when they name none. Raises DkimError."""
        settings = site.newsletter
        if settings.dkim_key is None and not settings.dkim_selector:
            return None
        if settings.dkim_key is None or not re.fullmatch(r"[a-z0-9.-]+", settings.dkim_selector, re.IGNORECASE):
            raise DkimError(
                "newsletter.dkim_key and newsletter.dkim_selector belong together: name the key's file and the "
                "selector under which its public half stands in DNS, or leave both out"
            )
        file = site.folder / settings.dkim_key
        try:
            return cls(domain, settings.dkim_selector, _private_key(file.read_bytes()))
        except OSError as error:
            raise DkimError(f"newsletter.dkim_key: {file} cannot be read ({error.strerror})") from error
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise DkimError(
                f"newsletter.dkim_key: {file} is not the PEM of an RSA key of 1024 bits or more, or of an Ed25519 key, "
                "without a passphrase; “openssl genrsa 2048” makes one"
            ) from error

    @property
    def algorithm(self) -> str:
        """Its name in a signature."""
        return "rsa-sha256" if isinstance(self.private, RSAPrivateKey) else "ed25519-sha256"

    def sign(self, content: bytes) -> bytes:
        """The signature of the canonical headers, in base64."""
        if isinstance(self.private, RSAPrivateKey):
            return b64encode(self.private.sign(content, PKCS1v15(), SHA256()))
        return b64encode(self.private.sign(hashlib.sha256(content).digest()))  # RFC 8463, 3: of the hash

    def __repr__(self) -> str:
        """Nothing secret."""
        return f"DkimKey({self.selector}._domainkey.{self.domain})"


class Signing:
    """Signs the copies of one message, of which most is the same for everybody and worked out once.

    ``personal`` are the headers that differ, ``headers`` those that do not, and ``body`` the shared pieces between
    which a reader's own ones are put; all of them are whole lines.
    """

    def __init__(self, key: DkimKey, *, personal: bytes, headers: bytes, body: Sequence[bytes]) -> None:
        self._key = key
        first, *rest = body
        if rest:
            rest[-1] = rest[-1].rstrip(b"\r\n") + b"\r\n"
        self._first = hashlib.sha256(_relaxed_lines(first))
        self._rest = [_relaxed_lines(piece) for piece in rest]
        kept = [line for line in _relaxed_headers(headers) if _name(line) in _SIGNED]
        self._headers = b"".join(kept)
        names = [_name(line) for line in [*kept, *_relaxed_headers(personal)] if _name(line) in _SIGNED]
        listed = b":".join([*names, *_ALONE]).decode()
        self._start = (
            f"v=1; a={key.algorithm}; c=relaxed/relaxed; d={key.domain}; s={key.selector};\r\n h={listed};\r\n bh="
        ).encode("ascii")

    def signature(self, personal: bytes, spliced: Sequence[bytes]) -> bytes:
        """The header ``DKIM-Signature`` of one reader's copy."""
        body = self._first.copy()
        for own, shared in zip(spliced, self._rest, strict=True):
            body.update(own)
            body.update(shared)
        value = self._start + b64encode(body.digest()) + b";\r\n b="
        own_headers = b"".join(line for line in _relaxed_headers(personal) if _name(line) in _SIGNED)
        itself = b"dkim-signature:" + value.replace(b"\r\n", b"")
        signed = self._key.sign(self._headers + own_headers + itself)
        lines = b"\r\n ".join(signed[start : start + 72] for start in range(0, len(signed), 72))
        return b"DKIM-Signature: " + value + lines + b"\r\n"


def _private_key(pem: bytes) -> RSAPrivateKey | Ed25519PrivateKey:
    key = load_pem_private_key(pem, password=None)
    if isinstance(key, Ed25519PrivateKey) or (isinstance(key, RSAPrivateKey) and key.key_size >= 1024):
        return key
    raise ValueError("this kind of key does not sign DKIM")


def _relaxed_headers(headers: bytes) -> list[bytes]:
    # RFC 6376, 3.4.2: names in lower case, folded lines joined, white space made one space.
    lines = re.sub(rb"\r\n(?=[ \t])", b"", headers).split(b"\r\n")[:-1]
    found = []
    for line in lines:
        name, _, value = line.partition(b":")
        found.append(name.strip().lower() + b":" + re.sub(rb"[ \t]+", b" ", value).strip() + b"\r\n")
    return found


def _relaxed_lines(lines: bytes) -> bytes:
    # RFC 6376, 3.4.4: no white space at the end of a line, and one space for any inside.
    return re.sub(rb"[ \t]+", b" ", re.sub(rb"[ \t]+(?=\r\n)", b"", lines))


def _name(line: bytes) -> bytes:
    return line.partition(b":")[0]

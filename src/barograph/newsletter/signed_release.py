"""A release as the sender reads it: nothing in it is believed before its signature was checked with a key we trust.

Only the signed list is read at first, and then one file at a time, each compared with its hash in the list: the
thousands of pages that the sender has no use for are never looked at.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from barograph.base.mail import FOLDER
from barograph.base.site import SiteSettings
from barograph.newsletter.errors import NewsletterError
from barograph.trust.head import LARGEST, RefusedReleaseError, check_head
from barograph.trust.manifest import PUBLIC_KEY_FILE, open_plain
from barograph.trust.minisign import KeyFileError, PublicKey
from barograph.trust.verify import read_head

PUBLIC_FILE = "signing.pub"
"""The public half of the site's signing key, in its private folder, where no release can change it."""
_MAIL = re.compile(rf"{FOLDER}/([a-z0-9-]{{1,60}})/([a-z0-9-]{{1,20}})\.json")


class UntrustedReleaseError(NewsletterError):
    """A release is missing, is not signed with the key we trust, or was changed; nothing of it may be sent."""


@dataclass(frozen=True, slots=True)
class SignedRelease:
    """A release whose signature holds. ``edition`` is the one published last, ``sequence`` its number."""

    folder: Path
    sequence: int
    edition: str
    manifest_hash: str
    """SHA-256 of the signed list, in hexadecimal: names the release to the byte."""
    hashes: Mapping[str, str] = field(repr=False)

    def read(self, path: str) -> bytes:
        """The content of a file of the release. Raises UntrustedReleaseError unless it is what was signed."""
        if path not in self.hashes:
            raise UntrustedReleaseError(f"the release {self.folder.name} has no file {path} in its signed list")
        content = _read(self.folder / path)
        if not hmac.compare_digest(hashlib.sha256(content).hexdigest(), self.hashes[path]):
            raise UntrustedReleaseError(
                f"{self.folder / path} was changed after it was signed: find out by whom, then run “barograph build”"
            )
        return content

    def mailed_editions(self) -> tuple[str, ...]:
        """The editions that the release has mail for, the newest first (their names start with their first day)."""
        return tuple(sorted({edition for edition, _language in self._mail()}, reverse=True))

    def mail_languages(self, edition: str) -> tuple[str, ...]:
        """The languages in which it has an edition's mail."""
        return tuple(sorted(language for of, language in self._mail() if of == edition))

    def _mail(self) -> list[tuple[str, str]]:
        return [(found[1], found[2]) for path in self.hashes if (found := _MAIL.fullmatch(path))]


def trusted_release_key(site: SiteSettings) -> PublicKey:
    """The key that releases must be signed with: ``newsletter.release_key``, or ``private/signing.pub``.

    Raises UntrustedReleaseError when there is neither, or it is no key.
    """
    file = site.private / PUBLIC_FILE
    try:
        return PublicKey.read(site.newsletter.release_key or file.read_bytes())
    except OSError as error:
        raise UntrustedReleaseError(
            f"it is not known which key signs the releases: {file} cannot be read ({error.strerror}). Set "
            "newsletter.release_key to the publication's public key (“RW…”, “barograph keys show” prints it)"
        ) from error
    except KeyFileError as error:
        where = "newsletter.release_key" if site.newsletter.release_key else str(file)
        raise UntrustedReleaseError(f"{where} is no public key: {error}") from error


def remember_signing_key(site: SiteSettings, line: str = "") -> None:
    """Write the public half of the site's signing key where its sender finds it, unless it is there.

    Without ``line`` it is taken from the release at hand, the first time; afterwards no release changes it. Where
    there is no release yet either, nothing is written.
    """
    file = site.private / PUBLIC_FILE
    try:
        key = PublicKey.read(line or (release_folder(site) / PUBLIC_KEY_FILE).read_bytes())
    except (OSError, KeyFileError):
        return
    if line or not file.exists():
        file.write_bytes(key.text)


def release_folder(site: SiteSettings) -> Path:
    """Where the sender finds the release: ``newsletter.release``, or the one that is served."""
    return site.folder / site.newsletter.release if site.newsletter.release else site.releases / "current"


def open_release(site: SiteSettings) -> SignedRelease:
    """The release at hand, its head checked; its key may be one that follows the trusted one by signatures.

    An expired one is opened as well: the letters of an edition do not get worse while the newsroom is on holiday.
    Raises UntrustedReleaseError. A link such as ``current`` is followed once, so that all that is read comes from one
    release.
    """
    key = trusted_release_key(site)
    folder = release_folder(site).resolve()
    try:
        head = check_head(read_head(folder), key).accepted()
    except RefusedReleaseError as error:
        wrong = "; ".join(map(str, error.problems))
        raise UntrustedReleaseError(
            f"the release {folder} is not what the holder of the key {key.number} signed, whom this sender trusts "
            f"({wrong}): nothing of it is sent. Build one with “barograph build”, or set newsletter.release to where "
            "it is; if the publication began anew with another key, set newsletter.release_key"
        ) from error
    return SignedRelease(folder, head.stamp.sequence, head.stamp.edition, head.manifest, head.hashes)


def _read(file: Path) -> bytes:
    try:
        with open_plain(file) as opened:
            content = opened.read(LARGEST + 1)
    except OSError as error:
        raise UntrustedReleaseError(
            f"{file} cannot be read ({error.strerror or error}): build a release with “barograph build”, or set "
            "newsletter.release to where it is"
        ) from error
    if len(content) > LARGEST:
        raise UntrustedReleaseError(f"{file} has more than {LARGEST} bytes: no release writes such a file")
    return content

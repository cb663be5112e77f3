"""Copying a release to S3-compatible storage.

Storage has no link to swap. So the objects are sent in the order of ``targets.order``, and until the list of hashes and
its signature have arrived, the storage holds parts of two releases whose pages all lead somewhere.

What has to be sent is told from the storage's own list, which holds the MD5 of each object: after an upload that broke
off, the manifest over there would say something else than what is there. Storage that lists something else in its
place (encryption with keys of a customer) gets everything each time.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Container, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from barograph.base.media_types import media_type
from barograph.base.progress import Counter, Progress
from barograph.base.release_settings import Target
from barograph.release.targets.order import MARK, MARK_TEXT, farewell, waves
from barograph.release.targets.outcome import TargetError, Uploaded, whole_manifest
from barograph.trust.manifest import SUMS_FILE, UNLISTED, ManifestError, read_sums

AT_ONCE = 8
"""Objects on their way at the same time."""

LASTING = ("assets/", "pictures/")
"""Folders whose files have a hash in their names: what has such a name never changes."""

_WHY = {
    "NoSuchBucket": ("there is no such bucket", "Make it, or look at “to” and “endpoint”."),
    "AccessDenied": (
        "the storage does not allow it",
        "The access key needs the rights to list the bucket, and to read, write and delete objects.",
    ),
    "InvalidAccessKeyId": ("the storage does not know the access key", "Look at access_key and endpoint."),
    "SignatureDoesNotMatch": ("the secret does not belong to the access key", "Look at secret_key_file."),
    "RequestTimeTooSkewed": ("the clock of this machine is wrong", "Set it."),
}
"""Codes of the storage's answers, what they mean, and what to do."""


def upload_to_s3(target: Target, release: Path, progress: Progress, folder: Path) -> Uploaded:
    """Copy a release to a bucket. ``folder`` is the site's, for relative paths. Raises TargetError."""
    manifest = whole_manifest(release)
    bucket = Bucket(target, folder)
    with plain_errors(target.to):
        there = bucket.objects()
        if there and not there.keys() & {MARK, SUMS_FILE}:
            raise TargetError(
                f"{target.to} holds {len(there)} other objects, which would be deleted", "Name an empty prefix."
            )
        if MARK not in there:
            bucket.put(MARK, MARK_TEXT)
        gone = _gone(there, manifest, bucket.manifest() if SUMS_FILE in there else {})
        sent = _send(bucket, release, _changed(release, [*manifest, *UNLISTED], there), there, progress)
        for path in farewell(gone):
            bucket.delete(path)
    return sent


def _changed(release: Path, paths: Iterable[str], there: Mapping[str, str]) -> list[str]:
    """The files of a release that are not, to the byte, in the storage."""
    return [path for path in paths if path not in there or there[path] != _md5((release / path).read_bytes()).hex()]


def _gone(there: Iterable[str], manifest: Container[str], before: Container[str]) -> list[str]:
    """What is to be deleted. Styles and typefaces stay for one release more: a page in a browser may want them yet."""
    return [
        path
        for path in there
        if path not in manifest
        and path not in UNLISTED
        and not path.startswith(".")
        and not (path.startswith("assets/") and path in before)
    ]


def _send(bucket: Bucket, release: Path, changed: list[str], there: Container[str], progress: Progress) -> Uploaded:
    """Send files, a group after the other."""
    counter, size = Counter(progress, len(changed)), 0

    def send(path: str) -> int:
        content = (release / path).read_bytes()
        bucket.put(path, content)
        return len(content)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            for wave in waves(changed, there):
                for sent in pool.map(send, wave):
                    size += sent
                    counter.one()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    counter.rest()
    return Uploaded(len(changed), size)


class Bucket:
    """The place of a target in its storage. Raises TargetError when boto3 or the secret is missing."""

    def __init__(self, target: Target, folder: Path) -> None:
        self.to = target.to
        self.name, _, prefix = target.to.strip("/").partition("/")
        self.prefix = f"{prefix}/" if prefix else ""
        self.client = _client(target, folder)

    def objects(self) -> dict[str, str]:
        """All objects by path, and what the storage calls their ETag: an MD5, as a rule."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=self.prefix)
        return {
            entry["Key"].removeprefix(self.prefix): entry["ETag"].strip('"')
            for page in pages
            for entry in page.get("Contents", [])
        }

    def manifest(self) -> Mapping[str, str]:
        """What the list of hashes over there says. It decides what is kept longer, so it need not be believed."""
        answer = self.client.get_object(Bucket=self.name, Key=self.prefix + SUMS_FILE)
        try:
            return read_sums(answer["Body"].read())
        except ManifestError:
            return {}

    def put(self, path: str, content: bytes) -> None:
        """Send one object; the storage refuses one that was damaged on its way."""
        self.client.put_object(
            Bucket=self.name,
            Key=self.prefix + path,
            Body=content,
            ContentType=media_type(path),
            CacheControl="public, max-age=31536000, immutable" if path.startswith(LASTING) else "public, max-age=60",
            ContentMD5=b64encode(_md5(content)).decode(),
        )

    def delete(self, path: str) -> None:
        """Delete one object. One by one: not every storage understands a list of them alike."""
        self.client.delete_object(Bucket=self.name, Key=self.prefix + path)


@contextmanager
def plain_errors(to: str) -> Iterator[None]:
    """Say in plain words what the storage or the way to it refused. No secret is ever in these words."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", "?"))
        what, mend = _WHY.get(code, (f"the storage refused a request ({error})", "Try again."))
        raise TargetError(f"{to}: {what}", mend) from error
    except (BotoCoreError, ValueError) as error:
        raise TargetError(
            f"{to}: the storage cannot be reached ({error})", "Look at endpoint, then try again."
        ) from error


def _client(target: Target, folder: Path) -> Any:
    try:
        import boto3
        from botocore.config import Config
    except ImportError as error:
        raise TargetError(
            "targets of the kind s3 need boto3, which is not installed", "pip install 'barograph[s3]'"
        ) from error
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 5},
        connect_timeout=20,
        read_timeout=60,
        max_pool_connections=AT_ONCE,
        # What the storage is not asked to know: which system and which Python this is.
        user_agent="Barograph",
        # The newer checksums are Amazon's; other storage refuses them. Content-MD5 does the same everywhere.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path" if target.endpoint else "auto"},
    )
    with plain_errors(target.to):
        return boto3.session.Session().client(
            "s3",
            endpoint_url=target.endpoint or None,
            region_name=target.region or None,
            aws_access_key_id=target.access_key or None,
            aws_secret_access_key=_secret(target, folder),
            config=config,
        )


def _secret(target: Target, folder: Path) -> str | None:
    if target.secret_key is not None:
        return target.secret_key.get_secret_value()
    if target.secret_key_file is None:
        return None
    try:
        return (folder / target.secret_key_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise TargetError(f"the storage's secret cannot be read ({error})", "Look at secret_key_file.") from error


def _md5(content: bytes) -> bytes:
    return hashlib.md5(content, usedforsecurity=False).digest()

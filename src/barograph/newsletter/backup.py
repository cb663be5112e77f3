"""The one export of subscribers: a file encrypted with age to public keys, and its way back.

It is a stream of JSON lines, and never on a disk in plain: the reader's data, and the numbers of those who were
erased, so that a backup brings back the proof and not the reader.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pyrage
from django.db import transaction
from django.db.models import Q

from barograph.base.drops import Choices
from barograph.base.progress import Progress, silent
from barograph.base.whole_file import whole_file
from barograph.newsletter import DATABASE
from barograph.newsletter.errors import NewsletterError
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.models import Erased, Subscriber
from barograph.newsletter.readers import Reader, open_reader, seal_reader
from barograph.trust.sealing import SealError
from barograph.trust.tokens import Purpose, TokenError, read_token

FORMAT = "barograph subscribers 1"
BATCH = 2000


class BackupError(NewsletterError):
    """A backup cannot be written or read; the message says why and what to do."""


@dataclass
class BackupReport:
    """How many subscribers were written or brought back, and why the others were not."""

    subscribers: int = 0
    erased: int = 0
    """Proofs of erasure that were written or brought back."""
    unreadable: int = 0
    """Rows that could not be opened."""
    left_out: int = 0
    """Of a backup: subscribers that were erased since, or are there already."""


def read_recipients(texts: Sequence[str]) -> list[Any]:
    """Public keys of age (“age1…”) or SSH (“ssh-ed25519 …”). Raises BackupError for none at all, and for no key."""
    if not texts:
        raise BackupError("a backup is never written in plain: name at least one public key with --to")
    return [_recipient(text) for text in texts]


def write_backup(
    file: Path, *, to: Sequence[Any], keys: SenderKeys, today: date, progress: Progress = silent
) -> BackupReport:
    """Write all subscribers to the new file, encrypted to these recipients (``read_recipients``).

    The file is there whole or not at all. Raises BackupError when it is there already or cannot be written.
    """
    report = BackupReport()
    try:
        with whole_file(file, replaces=False) as opened:
            pyrage.encrypt_io(_Lines(_lines(keys, today, report, progress)), opened, to)
    except FileExistsError as error:
        raise BackupError(f"{file} is there already: choose another name, so that no backup is lost") from error
    except (OSError, pyrage.EncryptError) as error:
        raise BackupError(f"the backup {file} cannot be written ({error}): nothing of it is left") from error
    return report


def restore_backup(file: Path, *, identity: Path, keys: SenderKeys) -> BackupReport:
    """Bring back the subscribers of a backup under the present keys, all or none of them.

    Who was erased since stays erased, and who is there stays as is. Raises BackupError when the file or the identity
    cannot be read, do not belong together, or the file is damaged.
    """
    identities = _identities(identity)
    report = BackupReport()
    arriving = _Arriving(keys, report)
    try:
        with file.open("rb") as opened, transaction.atomic(using=DATABASE):
            pyrage.decrypt_io(opened, arriving, identities)
            arriving.end()
    except pyrage.DecryptError as error:
        raise BackupError(f"{file} cannot be opened with {identity} ({error}): give the key it was made for") from error
    except OSError as error:
        raise BackupError(f"{file} cannot be read to its end ({error}): nothing was brought back") from error
    return report


def _recipient(text: str) -> Any:
    kind = pyrage.ssh.Recipient if text.startswith("ssh-") else pyrage.x25519.Recipient
    try:
        return kind.from_str(text)
    except pyrage.RecipientError as error:
        if "AGE-SECRET-KEY" in text.upper():
            raise BackupError("this is a secret key, which belongs on no command line: name its public half") from None
        raise BackupError(f"“{text}” is no public key of age (“age1…”) or SSH (“ssh-ed25519 …”)") from error


def _identities(file: Path) -> list[Any]:
    try:
        content = file.read_bytes()
        if content.startswith(b"-----BEGIN"):
            return [pyrage.ssh.Identity.from_buffer(content)]
        lines = [line for line in content.decode().split() if line.startswith("AGE-SECRET-KEY-")]
        identities: list[Any] = [pyrage.x25519.Identity.from_str(line) for line in lines]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as error:
        raise BackupError(f"no secret key can be read from {file} ({type(error).__name__}): name the file") from error
    if not identities:
        raise BackupError(f"{file} has no secret key of age in it (a line “AGE-SECRET-KEY-1…”)")
    return identities


def _lines(keys: SenderKeys, today: date, report: BackupReport, progress: Progress) -> Iterator[bytes]:
    yield _line({"format": FORMAT, "made": today})
    for number, day in Erased.objects.values_list("pk", "day").iterator():
        report.erased += 1
        yield _line({"erased": number.hex, "day": day})
    for row in progress(Subscriber.objects.iterator(chunk_size=BATCH)):
        try:
            reader = open_reader(keys.rows_of(row.generation), row.pk, row.sealed)
        except (SealError, KeyError):
            report.unreadable += 1
            continue
        report.subscribers += 1
        facts = {"id": row.pk.hex, "since": row.since, "bounces": row.soft_bounces, "bounced_on": row.bounced_on}
        yield _line({**facts, "reader": asdict(reader)})


def _line(values: dict[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, default=date.isoformat).encode() + b"\n"


class _Lines(io.RawIOBase):
    """Lines as a file that is read."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self.lines, self.rest = lines, b""

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill as much of the buffer as a few lines do."""
        while not self.rest:
            line = next(self.lines, None)
            if line is None:
                return 0
            self.rest = line
        size = min(len(buffer), len(self.rest))
        buffer[:size], self.rest = self.rest[:size], self.rest[size:]
        return size


@dataclass(eq=False)
class _Arriving(io.RawIOBase):
    """A file that is written to, and puts the lines it gets into the database."""

    keys: SenderKeys
    report: BackupReport
    rest: bytes = b""
    rows: list[Subscriber] = field(default_factory=list)
    begun: bool = False

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, content: Any) -> int:
        """Take in what was decrypted; it is authentic, though perhaps not the last of it."""
        *lines, self.rest = (self.rest + bytes(content)).split(b"\n")
        for line in lines:
            self._take(line)
        return len(content)

    def end(self) -> None:
        """Put the last rows in the database. Raises BackupError for a file that holds none of our lines."""
        if not self.begun or self.rest:
            raise BackupError("the file opens, but does not hold subscribers: name a backup")
        self._save()

    def _take(self, line: bytes) -> None:
        try:
            values = json.loads(line)
            if not self.begun:
                self.begun = values["format"] == FORMAT
            elif "erased" in values:
                Erased.objects.get_or_create(
                    pk=UUID(values["erased"]), defaults={"day": date.fromisoformat(values["day"])}
                )
                self.report.erased += 1
            else:
                self.rows.append(self._row(values))
        except (ValueError, KeyError, TypeError) as error:
            # What is in the line is a reader's: it is not repeated.
            raise BackupError("the file opens, but does not hold subscribers: name a backup") from error
        if len(self.rows) == BATCH:
            self._save()

    def _row(self, values: dict[str, Any]) -> Subscriber:
        number = UUID(values["id"])
        given = values["reader"]
        choices = given["choices"]
        choices = Choices(**{**choices, "sections": tuple(choices["sections"])})
        reader = Reader(**{**given, "choices": choices, "day": _date(given["day"])})
        reader = replace(reader, token=self._token(number, reader.token))
        keys = self.keys.row_keys
        return Subscriber(
            id=number,
            sealed=seal_reader(keys, number, reader),
            index=keys.index(reader.address),
            generation=keys.generation,
            since=date.fromisoformat(values["since"]),
            soft_bounces=values["bounces"],
            bounced_on=_date(values["bounced_on"]),
        )

    def _token(self, number: UUID, token: str) -> str:
        """The reader's link, or a new one where the key is lost that signed the old one."""
        with suppress(TokenError):
            read_token(token, self.keys.known_tokens, today=date.min)
            return token
        return self.keys.tokens.sign(Purpose.UNSUBSCRIBE, number.bytes)

    def _save(self) -> None:
        rows, self.rows = self.rows, []
        known = Subscriber.objects.filter(Q(pk__in=[row.pk for row in rows]) | Q(index__in=[row.index for row in rows]))
        numbers, indexes = set(), set()
        for number, index in known.values_list("pk", "index"):
            numbers.add(number)
            indexes.add(bytes(index))
        numbers |= set(Erased.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
        wanted = [row for row in rows if row.pk not in numbers and row.index not in indexes]
        Subscriber.objects.bulk_create(wanted)
        self.report.subscribers += len(wanted)
        self.report.left_out += len(rows) - len(wanted)


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None

"""Bringing in a list of readers who agreed elsewhere, straight into sealed rows.

A row of the list becomes a subscriber without a mail to confirm: when and to which words the reader agreed is known
to whoever kept the list, so ``day`` and ``consent`` of these readers stay empty. Whoever is on our list already keeps
the choices made here. Whoever was erased here cannot be recognised, since nothing of an address is kept: leave out
of the file those who unsubscribed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import transaction

from barograph.base.drops import Choices
from barograph.base.progress import Progress, silent
from barograph.base.site import SiteSettings
from barograph.newsletter import DATABASE
from barograph.newsletter.addresses import AddressError, normalise
from barograph.newsletter.finding import rows_by_address
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.lists import LEFT_OUT, Damaged, Row, read_list
from barograph.newsletter.models import Subscriber
from barograph.newsletter.readers import Reader, seal_reader
from barograph.trust.tokens import Purpose

BATCH = 5000
"""Rows in one transaction: what an interrupted import has to do again at most."""
LINES_NAMED = 100
"""So many line numbers of each kind of fault are kept."""
AGREED_ELSEWHERE = 0
"""The version of the words that a reader agreed to when it was not ours."""


@dataclass
class ImportReport:
    """What came of a list: counts and line numbers, never an address."""

    rows: int = 0
    added: int = 0
    known: int = 0
    """On the list already, or more than once in the file."""
    left_out: Counter[str] = field(default_factory=Counter)
    """By the state for which they are left out."""
    unknown_states: Counter[str] = field(default_factory=Counter)
    state_lines: list[int] = field(default_factory=list)
    bad_addresses: int = 0
    address_lines: list[int] = field(default_factory=list)
    damaged: int = 0
    damaged_lines: list[int] = field(default_factory=list)
    other_language: int = 0
    """Taken in another language than the list says, because it says none or one that the site does not have."""
    languages: Counter[str] = field(default_factory=Counter)
    """Of those added."""

    def as_json(self) -> dict[str, Any]:
        """For ``--json``: the first line numbers of each kind of fault are named."""
        return {name: dict(value) if isinstance(value, Counter) else value for name, value in vars(self).items()}


def import_list(
    file: Path,
    *,
    keys: SenderKeys,
    site: SiteSettings,
    today: date,
    dry_run: bool = False,
    progress: Progress = silent,
) -> ImportReport:
    """Bring in the readers of a list, or with ``dry_run`` only say what would come in.

    Interrupted, it is finished by running it again. Raises ListError for a file that cannot be read to its end; what
    stood before is on the list then.
    """
    report = ImportReport()
    seen: set[int] | None = set() if dry_run else None
    rows: Iterator[Row | Damaged] = iter(progress(read_list(file)))
    while batch := list(islice(rows, BATCH)):
        report.rows += len(batch)
        readers = dict(_readers(batch, site, report))
        with transaction.atomic(using=DATABASE):
            for address in rows_by_address(Subscriber.objects.only("index"), keys, readers):
                del readers[address]
                report.known += 1
            if seen is None:
                Subscriber.objects.bulk_create(_sealed(readers, keys, today), ignore_conflicts=True)
            else:
                readers = {address: language for address, language in readers.items() if _is_new(address, seen, keys)}
        report.added += len(readers)
        report.languages.update(readers.values())
    if seen is not None:
        report.known = report.rows - report.added - _not_taken(report)
    return report


def _readers(batch: Iterable[Row | Damaged], site: SiteSettings, report: ImportReport) -> Iterator[tuple[str, str]]:
    """Addresses and languages of those rows that are to be taken, each address once; the rest is counted."""
    addresses = set()
    for row in batch:
        if isinstance(row, Damaged):
            report.damaged += 1
            _name(report.damaged_lines, row.line)
            continue
        if row.states:
            _leave_out(row, report)
            continue
        try:
            address = normalise(row.email)
        except AddressError:
            report.bad_addresses += 1
            _name(report.address_lines, row.line)
            continue
        if address in addresses:
            report.known += 1
            continue
        addresses.add(address)
        language, as_listed = language_for(row.language, site)
        report.other_language += not as_listed
        yield address, language


def language_for(text: str, site: SiteSettings) -> tuple[str, bool]:
    """The language of the site for what a list says, such as “be_BY”, and whether it is the one that was meant."""
    code = text.strip().lower().replace("_", "-")
    own_names = {language.name.lower(): language.code for language in site.languages}
    for meant in (code, own_names.get(code, ""), code.partition("-")[0]):
        if meant in site.language_codes:
            return meant, True
    others = site.newsletter.fallback.get(code) or site.newsletter.fallback.get(code.partition("-")[0], [])
    return next((other for other in others if other in site.language_codes), site.source_language), False


def _leave_out(row: Row, report: ImportReport) -> None:
    unknown = next((state for state in row.states if state not in LEFT_OUT), None)
    if unknown is None:
        report.left_out[row.states[0]] += 1
    else:
        report.unknown_states[unknown] += 1
        _name(report.state_lines, row.line)


def _sealed(readers: dict[str, str], keys: SenderKeys, today: date) -> Iterator[Subscriber]:
    for address, language in readers.items():
        number = uuid4()
        token = keys.tokens.sign(Purpose.UNSUBSCRIBE, number.bytes)
        reader = Reader(address, Choices(language), token, None, AGREED_ELSEWHERE)
        yield Subscriber(
            id=number,
            sealed=seal_reader(keys.row_keys, number, reader),
            index=keys.row_keys.index(address),
            generation=keys.row_keys.generation,
            since=today,
        )


def _is_new(address: str, seen: set[int], keys: SenderKeys) -> bool:
    """Whether a dry run meets an address for the first time; eight bytes of its index are remembered."""
    number = int.from_bytes(keys.row_keys.index(address)[:8])
    if number in seen:
        return False
    seen.add(number)
    return True


def _name(lines: list[int], line: int) -> None:
    if len(lines) < LINES_NAMED:
        lines.append(line)


def _not_taken(report: ImportReport) -> int:
    left_out = report.left_out.total() + report.unknown_states.total()
    return left_out + report.bad_addresses + report.damaged

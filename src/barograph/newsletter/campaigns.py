"""Freezing a campaign: which reader gets which edition in which language, decided once, in one transaction."""

# ruff: noqa: S608 (what is put together are our own words; values go as parameters)

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, cast
from uuid import UUID

from django.db import DatabaseError, IntegrityError, connections, transaction

from barograph.base.drops import Choices
from barograph.base.mail import EditionMail, MailError, mail_file
from barograph.base.progress import Progress, silent
from barograph.base.site import SiteSettings
from barograph.newsletter import DATABASE
from barograph.newsletter.errors import NewsletterError
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.models import Campaign, CampaignMail, Delivery, Subscriber
from barograph.newsletter.readers import open_reader
from barograph.newsletter.signed_release import SignedRelease, UntrustedReleaseError, open_release
from barograph.trust.sealing import SealError

PAGE = 2000
"""How many subscribers are in memory at a time."""
FEW = 10
"""A language with fewer readers than this is counted under “other”."""
_Row = tuple[int, UUID, str]


class UnknownEditionError(NewsletterError):
    """The release has no mail of that edition."""


@dataclass
class Plan:
    """What freezing found: deliveries by the language of their mail, readers by the language they asked for."""

    deliveries: Counter[str] = field(default_factory=Counter)
    readers: Counter[str] = field(default_factory=Counter)
    left_out: int = 0
    """Readers for whose choices the edition has nothing."""
    unreadable: int = 0
    """Rows that could not be opened. They get a delivery, which fails and so is seen."""


def freeze_campaign(*, edition: str, keys: SenderKeys, site: SiteSettings, progress: Progress = silent) -> Campaign:
    """The campaign of an edition, made if there is none yet: its mail, and a delivery for every reader who wants it.

    All in one transaction, so that a crash leaves nothing; a campaign that is there already is left as it is. Raises
    UnknownEditionError, and UntrustedReleaseError before a word of an unsigned release is read.
    """
    if known := Campaign.objects.filter(edition=edition).first():
        return known
    release = open_release(site)
    files = read_mail_files(release, edition)
    plan = Plan()
    rows = _plan_rows(plan, mails=read_mails(release, edition), keys=keys, site=site, progress=progress)
    with _planned(rows) as table:
        try:
            with transaction.atomic(using=DATABASE):
                campaign = Campaign.objects.create(
                    edition=edition,
                    sequence=release.sequence,
                    manifest_hash=release.manifest_hash,
                    summary={"readers": grouped(plan.readers)},
                )
                CampaignMail.objects.bulk_create(
                    CampaignMail(campaign=campaign, language=language, content=content)
                    for language, content in files.items()
                )
                _write_deliveries(campaign, table)
        except IntegrityError:
            if known := Campaign.objects.filter(edition=edition).first():
                return known  # another process was quicker
            raise
    return campaign


def plan_campaign(*, edition: str, keys: SenderKeys, site: SiteSettings, progress: Progress = silent) -> Plan:
    """What freezing an edition would find; nothing is written. Raises as ``freeze_campaign`` does."""
    plan = Plan()
    mails = read_mails(open_release(site), edition)
    for _row in _plan_rows(plan, mails=mails, keys=keys, site=site, progress=progress):
        pass
    return plan


def newest_unsent(release: SignedRelease) -> str | None:
    """The newest edition that the release has mail for, unless it has its campaign: then there is nothing new."""
    newest = next(iter(release.mailed_editions()), None)
    return None if newest is None or Campaign.objects.filter(edition=newest).exists() else newest


def campaign_mails(campaign: Campaign) -> dict[str, EditionMail]:
    """A campaign's mail by language, as it was when it was frozen."""
    return {mail.language: EditionMail.from_json(bytes(mail.content)) for mail in campaign.mails.all()}


def read_mail_files(release: SignedRelease, edition: str) -> dict[str, bytes]:
    """The files of an edition's mail by language. Raises UnknownEditionError naming the editions that there are."""
    languages = release.mail_languages(edition)
    if not languages:
        known = ", ".join(release.mailed_editions()[:10]) or "none yet: publish an edition first"
        raise UnknownEditionError(f"the release has no mail of an edition “{edition}”; it has mail of: {known}")
    return {language: release.read(mail_file(edition, language)) for language in languages}


def read_mails(release: SignedRelease, edition: str) -> dict[str, EditionMail]:
    """An edition's mail by language. Raises UnknownEditionError, and UntrustedReleaseError for what is no mail."""
    mails = {}
    for language, content in read_mail_files(release, edition).items():
        try:
            mails[language] = EditionMail.from_json(content)
        except MailError as error:
            raise UntrustedReleaseError(
                f"{mail_file(edition, language)} in the release is not an edition's mail: {error}. Build it again"
            ) from error
    return mails


def choose_language(wanted: str, available: Iterable[str], site: SiteSettings) -> str:
    """The language sent to a reader who wants ``wanted``: that, the fallbacks set for it, the site's order."""
    there = list(available)
    order: list[str] = [wanted, *site.newsletter.fallback.get(wanted, ()), *site.language_codes, *there]
    return next(language for language in order if language in there)


def wants(choices: Choices, mail: EditionMail) -> bool:
    """Whether an edition has something for a reader: a chosen section, and for cadence “changes” a changed one."""
    sections = set(choices.sections or mail.sections) & set(mail.sections)
    if choices.cadence == "changes":
        sections &= set(mail.changed)
    return bool(sections)


def grouped(readers: Mapping[str, int]) -> dict[str, int]:
    """Counts of readers by language, in which a few cannot be told apart."""
    counts = {language: count for language, count in sorted(readers.items()) if count >= FEW}
    few = sum(readers.values()) - sum(counts.values())
    return counts | ({"other": few} if few else {})


def _plan_rows(
    plan: Plan, *, mails: Mapping[str, EditionMail], keys: SenderKeys, site: SiteSettings, progress: Progress
) -> Iterator[_Row]:
    """The number, subscriber and language of each delivery."""
    edition = next(iter(mails.values())).edition.encode()
    chosen: dict[Choices, str] = {}  # readers make few different choices
    for number, choices in _read_readers(plan, keys, site, progress):
        plan.readers[choices.language] += 1
        language = chosen.get(choices)
        if language is None:
            language = choose_language(choices.language, mails, site)
            language = chosen[choices] = language if wants(choices, mails[language]) else ""
        if not language:
            plan.left_out += 1
            continue
        plan.deliveries[language] += 1
        derived = keys.derive(b"delivery", edition, number.bytes)
        yield int.from_bytes(derived[:8], "big") >> 1, number, language


def _read_readers(
    plan: Plan, keys: SenderKeys, site: SiteSettings, progress: Progress
) -> Iterator[tuple[UUID, Choices]]:
    """Everybody's choices, a page of rows in memory at a time."""
    rows = Subscriber.objects.values_list("id", "sealed", "generation").iterator(chunk_size=PAGE)
    try:
        for number, sealed, generation in progress(rows):
            try:
                choices = open_reader(keys.rows_of(generation), number, sealed).choices
            except (SealError, KeyError):
                plan.unreadable += 1
                choices = Choices(site.source_language)
            yield number, choices
    finally:
        cast("Generator[object]", rows).close()  # interrupted, it would go on reading until somebody collects it


@contextmanager
def _planned(rows: Iterator[_Row]) -> Iterator[str]:
    """A temporary table of rows, in the database so that they need no memory; its name.

    It is filled before the transaction begins, so that others are kept waiting for seconds and not for minutes.
    """
    table = "barograph_plan"
    connection = connections[DATABASE]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(
            f"CREATE TEMPORARY TABLE {table} AS SELECT id, subscriber, language FROM newsletter_delivery LIMIT 0"
        )
    try:
        while page := list(islice(rows, PAGE)):
            with connection.cursor() as cursor:
                _fill(cursor, table, page)
        yield table
    finally:
        with suppress(DatabaseError), connection.cursor() as cursor:  # the next freezing would do it, too
            cursor.execute(f"DROP TABLE {table}")


def _fill(cursor: Any, table: str, page: list[_Row]) -> None:
    if connections[DATABASE].vendor == "postgresql":
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in page:
                copy.write_row(row)
    else:
        rows = [value for number, subscriber, language in page for value in (number, subscriber.hex, language)]
        marks = ", ".join(["(%s, %s, %s)"] * len(page))
        cursor.execute(f"INSERT INTO {table} VALUES {marks}", rows)


def _write_deliveries(campaign: Campaign, table: str) -> None:
    """In the order of their numbers, which is the order on the disk; without readers who were erased meanwhile."""
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(
            "INSERT INTO newsletter_delivery (id, campaign_id, subscriber, language, state, tries, resent, reason) "
            f"SELECT p.id, %s, p.subscriber, p.language, %s, 0, %s, '' FROM {table} p "
            "JOIN newsletter_subscriber s ON s.id = p.subscriber ORDER BY p.id",
            [campaign.pk, Delivery.State.QUEUED, False],
        )

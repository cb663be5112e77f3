"""What comes of the wishes in the edge's box: subscribers made, changed and erased.

A drop's file is removed after what it asked for is in the database. A crash between the two repeats the drop, which
changes nothing: a wish that waits already is only written again, and a link that was used finds nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.db import transaction

from barograph.base.site import SiteSettings
from barograph.newsletter import DATABASE, drop_box
from barograph.newsletter.erasing import erase_subscriber, forget_traces
from barograph.newsletter.finding import rows_by_address
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.limits import forget_counts
from barograph.newsletter.models import SignUp, Subscriber
from barograph.newsletter.readers import Reader, open_reader, seal_reader
from barograph.newsletter.wishes import DropReader, KeyMissingError, RefusedError, Wish, day_of
from barograph.trust.tokens import Purpose, Token

BATCH = 1000
"""Drops in one transaction."""
DAYS_TO_CONFIRM = 3
"""A wish is forgotten within so many days (72 hours): at the midnight (UTC) before they are over, since a row that
names a minute could be held against whoever was seen to visit the form then."""
CANNOT_BE_KEPT = "choices that are too long, or a row that does not open"


@dataclass
class BoxReport:
    """What was in the box: counts only. ``sign_ups`` and ``erasures_asked`` wait for a confirmation by mail."""

    sign_ups: int = 0
    erasures_asked: int = 0
    confirmed: int = 0
    erased: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """How many drops nothing was done about, by reason."""

    def add(self, other: BoxReport) -> None:
        """Count another batch too."""
        self.sign_ups += other.sign_ups
        self.erasures_asked += other.erasures_asked
        self.confirmed += other.confirmed
        self.erased += other.erased
        self.refused += other.refused


def empty_box(*, box: Path, keys: SenderKeys, site: SiteSettings, now: datetime) -> BoxReport:
    """Do what the drops in the box ask for, and remove them. Nothing when another process is doing so.

    Raises ``BoxError`` when files cannot be read or removed, and then nothing is lost.
    """
    report = BoxReport()
    with drop_box.alone_with(box) as alone:
        if not alone:
            return report
        drop_box.look_after_set_aside(box, keys, now)
        files = iter(drop_box.drops(box))
        while batch := list(islice(files, BATCH)):
            report.add(_work_off(batch, keys, site, now))
    if report.erased:
        forget_traces()
    return report


def forget_unconfirmed(now: datetime) -> None:
    """Remove wishes that nobody confirmed in time, and counts that no limit needs any more."""
    SignUp.objects.filter(expires_at__lte=now).delete()
    forget_counts(now)


def _work_off(files: Sequence[Path], keys: SenderKeys, site: SiteSettings, now: datetime) -> BoxReport:
    """One batch: read, written down, and only then removed."""
    batch = _Batch(keys, now)
    reader = DropReader(keys, site, batch.today)
    asked: list[Wish | Token] = []
    missing = set()
    for file in files:
        sealed = drop_box.read(file)
        if sealed is None:
            continue
        try:
            asked.append(reader.read(sealed))
        except RefusedError as refused:
            batch.report.refused[str(refused)] += 1
            if isinstance(refused, KeyMissingError):
                missing.add(file)
    batch.write(asked)
    for file in files:
        drop_box.set_aside(file) if file in missing else drop_box.remove(file)
    return batch.report


class _Batch:
    """What a batch of drops does to the database, in one transaction."""

    def __init__(self, keys: SenderKeys, now: datetime) -> None:
        self.keys, self.now, self.today = keys, now, day_of(now)
        self.report = BoxReport()

    def write(self, asked: Sequence[Wish | Token]) -> None:
        """Do it all in the order in which it was asked: who unsubscribes and then signs up again is to be asked."""
        with transaction.atomic(using=DATABASE):
            wishes: list[Wish] = []
            for each in asked:
                if isinstance(each, Wish):
                    wishes.append(each)
                else:
                    self._keep(wishes)
                    wishes = []
                    self._use(each)
            self._keep(wishes)

    def _keep(self, wishes: Sequence[Wish]) -> None:
        """Let the newest wish of each address wait; one to be erased only when there is somebody to erase."""
        self.report.sign_ups += sum(wish.kind == SignUp.Kind.SUBSCRIBE for wish in wishes)
        subscribing = {wish.address: wish for wish in wishes if wish.kind == SignUp.Kind.SUBSCRIBE}
        erasing = {wish.address: wish for wish in wishes if wish.kind == SignUp.Kind.ERASE}
        if subscribing:
            self._let_wait(SignUp.Kind.SUBSCRIBE, subscribing, {})
        leaving = rows_by_address(Subscriber.objects.all(), self.keys, erasing) if erasing else {}
        self.report.erasures_asked += len(leaving)
        if leaving:
            self._let_wait(SignUp.Kind.ERASE, {address: erasing[address] for address in leaving}, leaving)

    def _let_wait(self, kind: SignUp.Kind, wishes: Mapping[str, Wish], leaving: Mapping[str, Subscriber]) -> None:
        rows = SignUp.objects.filter(kind=kind)
        waiting = rows_by_address(rows.select_for_update(), self.keys, wishes)
        over = [address for address, row in waiting.items() if row.expires_at <= self.now]
        rows.filter(pk__in=[waiting.pop(address).pk for address in over]).delete()
        made: list[SignUp] = []
        changed: list[SignUp] = []
        for address, wish in wishes.items():
            row = waiting.get(address) or SignUp(kind=kind, asked_on=self.today, expires_at=self._deadline())
            if self._fill(row, wish, leaving.get(address)):
                (changed if address in waiting else made).append(row)
        # Another sender may have let the same address wait a moment ago: one of the two wishes is enough.
        SignUp.objects.bulk_create(made, ignore_conflicts=True)
        SignUp.objects.bulk_update(changed, ["sealed", "index", "generation"])

    def _fill(self, row: SignUp, wish: Wish, leaving: Subscriber | None) -> bool:
        """Seal a wish into its row, unless it is too long.

        A row that waits keeps its number and its days, so that the link that may be on its way goes on working.
        The link to be erased carries the subscriber's number: it is the one that the proof of erasure names.
        """
        purpose, number = (Purpose.ERASE, leaving.pk) if leaving else (Purpose.CONFIRM, row.pk)
        token = self.keys.tokens.sign(purpose, number.bytes, day_of(row.expires_at) - timedelta(days=1))
        keys = self.keys.row_keys
        try:
            choices = replace(wish.choices, mode=self._open(leaving).choices.mode) if leaving else wish.choices
            row.sealed = seal_reader(keys, row.pk, Reader(wish.address, choices, token, wish.day, wish.consent))
        except (ValueError, KeyError):
            self.report.refused[CANNOT_BE_KEPT] += 1
            return False
        row.index, row.generation = keys.index(wish.address), keys.generation
        return True

    def _use(self, token: Token) -> None:
        number = UUID(bytes=token.number)
        if token.purpose == Purpose.CONFIRM:
            try:
                self._confirm(number)
            except (ValueError, KeyError):  # before anything was written
                self.report.refused[CANNOT_BE_KEPT] += 1
        elif erase_subscriber(number, today=self.today):
            self.report.erased += 1
        else:
            self.report.refused["a link that was used before"] += 1

    def _confirm(self, number: UUID) -> None:
        """Make a subscriber of a wish, or change the one there is, whose number and link stay the same."""
        waiting = SignUp.objects.select_for_update().filter(
            pk=number, kind=SignUp.Kind.SUBSCRIBE, expires_at__gt=self.now
        )
        row = waiting.first()
        if row is None:
            self.report.refused["a link that was used before, or too late"] += 1
            return
        wish = self._open(row)
        known = rows_by_address(Subscriber.objects.select_for_update(), self.keys, [wish.address]).get(wish.address)
        subscriber = known or Subscriber(since=self.today)
        token = self._open(known).token if known else self.keys.tokens.sign(Purpose.UNSUBSCRIBE, subscriber.pk.bytes)
        keys = self.keys.row_keys
        subscriber.sealed = seal_reader(keys, subscriber.pk, replace(wish, token=token))
        subscriber.index, subscriber.generation = keys.index(wish.address), keys.generation
        subscriber.soft_bounces, subscriber.bounced_on = 0, None
        subscriber.save()
        waiting.delete()
        self.report.confirmed += 1

    def _open(self, row: SignUp | Subscriber) -> Reader:
        return open_reader(self.keys.rows_of(row.generation), row.pk, bytes(row.sealed))

    def _deadline(self) -> datetime:
        return datetime.combine(self.today + timedelta(days=DAYS_TO_CONFIRM), time(), tzinfo=UTC)

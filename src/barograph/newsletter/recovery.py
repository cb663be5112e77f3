"""After a crash: taking over what dead processes held, and what becomes of the few messages in doubt."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import connections, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from barograph.base.newsletter_settings import Policy
from barograph.base.site import SiteSettings
from barograph.newsletter import DATABASE
from barograph.newsletter.addresses import domain_of
from barograph.newsletter.envelope import message_id
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.ledger import LEASE, let_go, this_host
from barograph.newsletter.models import Campaign, Delivery, Worker
from barograph.newsletter.postfix_log import LogError, ask_log
from barograph.newsletter.sender_address import sender_address

LOG_TOO_SHORT = "Postfix’s log does not reach to that time"
_State = Delivery.State


def take_over(*, settle_seconds: float) -> int:
    """Free what dead processes reserved, and put in doubt what they claimed; returns how many processes there were.

    Dead is whose lease ended, or who is seen to be gone from this machine. Taking over and writing down what came
    of a message lock the same row, so a process that was only slow learns of it before it sends more.
    """
    now = database_now()
    # A clock that was set back must not make a lease longer: who lives renews it long before.
    Worker.objects.filter(lease_until__gt=now + LEASE).update(lease_until=now + LEASE)
    dead = [worker.pk for worker in Worker.objects.all() if _is_dead(worker, now)]
    taken = 0
    for number in dead:
        with transaction.atomic(using=DATABASE):
            worker = Worker.objects.select_for_update(skip_locked=_skips()).filter(pk=number).first()
            if worker is None or not _is_dead(worker, now):
                continue
            askable = timezone.now() + timedelta(seconds=settle_seconds)
            connection = connections[DATABASE]
            with connection.cursor() as cursor:
                let_go(cursor, number, connection.ops.adapt_datetimefield_value(askable))
            taken += 1
    return taken


def resolve(*, policy: Policy, campaign: Campaign, keys: SenderKeys, site: SiteSettings) -> None:
    """Do with a campaign's deliveries in doubt as the policy says.

    Nothing is ever sent a third time by itself: what was sent again once, and is in doubt again, stays so unless
    Postfix's log tells what became of it.
    """
    if policy == "reconcile":
        _reconcile(campaign, keys, site)
    elif policy == "resend":
        again = in_doubt(campaign).filter(resent=False)
        again.update(state=_State.QUEUED, resent=True, next_try=None, reason="")
        in_doubt(campaign).update(next_try=None)
    else:
        in_doubt(campaign).update(next_try=None)


def in_doubt(campaign: Campaign) -> QuerySet[Delivery]:
    """A campaign's deliveries of which nobody knows whether the relay has them."""
    return Delivery.objects.filter(campaign=campaign, state=_State.UNKNOWN)


def ask_again(campaign: Campaign) -> None:
    """Let Postfix's log be asked once more for deliveries for which it was asked in vain."""
    in_doubt(campaign).filter(next_try=None).update(next_try=timezone.now())


def retry(*, campaign: Campaign, reasons: Collection[str] = ()) -> int:
    """Queue again what was not reached, on somebody's order: with these reasons, or whatever failed or was put off.

    What is in doubt is sent again only when its reason is named. Returns how many there are.
    """
    with transaction.atomic(using=DATABASE):
        unreached = Q(state__in=[_State.FAILED, _State.DEFERRED])
        if reasons:
            unreached = (unreached | Q(state=_State.UNKNOWN)) & Q(reason__in=reasons)
        rows = Delivery.objects.filter(unreached, campaign=campaign, worker=None)
        in_doubt(campaign).filter(pk__in=rows.values("pk")).update(resent=True)
        count = rows.update(state=_State.QUEUED, tries=0, next_try=None, reason="")
        if count:
            Campaign.objects.filter(pk=campaign.pk).update(settled_at=None)
    return count


def database_now() -> datetime:
    """The time on the clock that leases go by: the database's, where several machines may share one."""
    connection = connections[DATABASE]
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def _reconcile(campaign: Campaign, keys: SenderKeys, site: SiteSettings) -> None:
    """Ask Postfix's log: what it took is sent; what it surely did not take is queued again, which is no second copy."""
    now = timezone.now()
    doubts = list(in_doubt(campaign).filter(next_try__lte=now).values_list("pk", "claimed_at"))
    if not doubts:
        return
    host = domain_of(sender_address(site))
    numbers = {message_id(keys, number, host): number for number, _claimed in doubts}
    try:
        answer = ask_log(site.folder / site.newsletter.postfix_log, numbers.keys(), now=now)
    except LogError as error:
        _leave(doubts, str(error))
        return
    accepted = {numbers[found] for found in answer.accepted}
    for number, claimed_at in doubts:
        # Another process may have asked before, and the delivery been claimed again since: it is no longer this doubt.
        this = Delivery.objects.filter(pk=number, state=_State.UNKNOWN, claimed_at=claimed_at)
        if number in accepted:
            this.update(state=_State.SENT, next_try=None, reason="")
        elif claimed_at is not None and answer.covers(claimed_at):
            this.update(state=_State.QUEUED, next_try=None, reason="")
        else:
            this.update(next_try=None, reason=LOG_TOO_SHORT)


def _leave(doubts: Iterable[tuple[int, datetime | None]], reason: str) -> None:
    numbers = [number for number, _claimed in doubts]
    Delivery.objects.filter(pk__in=numbers, state=_State.UNKNOWN).update(next_try=None, reason=reason[:60])


def _is_dead(worker: Worker, now: datetime) -> bool:
    return worker.lease_until < now or (worker.host == this_host() and not _is_alive(worker.pid))


def _is_alive(pid: int) -> bool:
    """Whether a process of this machine has that number: perhaps another program by now, whose lease will end."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _skips() -> bool:
    return connections[DATABASE].features.has_select_for_update_skip_locked

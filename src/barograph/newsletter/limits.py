"""How many confirmation mails may go out: to one address, to one mail domain, and in all.

Whoever types other people's addresses into the form reaches each of them once a week and twice a quarter at most,
and cannot make us flood a mail host. Nothing but indexes and days is kept for it.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import Literal

from django.db.models import F
from django.utils.translation import gettext_noop

from barograph.base.newsletter_settings import NewsletterSettings
from barograph.base.site import site
from barograph.newsletter.models import Asked, Budget, SignUp

PAUSE = timedelta(days=7)
QUARTER = timedelta(days=90)
PER_QUARTER = 2

EVERYBODY = b""
"""Stands where a domain's index would, in the budget for all of them."""
USED_UP = gettext_noop(
    "Within the last day, an hour’s confirmation mails were used up. What came in later waits for the next hour; if "
    "this goes on, somebody may be flooding the form."
)


def asked_index(index: bytes, kind: str) -> bytes:
    """Under which index the mails of a kind to an address are counted.

    Erasing is counted apart: whoever subscribed a minute ago may have second thoughts.
    """
    return index if kind == SignUp.Kind.SUBSCRIBE else hashlib.sha256(kind.encode() + index).digest()


def may_ask(indexes: list[bytes], today: date) -> bool:
    """Whether one more confirmation may go to the address that is counted under these indexes."""
    days = Asked.objects.filter(index__in=indexes, day__gt=today - QUARTER).values_list("day", flat=True)
    return len(days) < PER_QUARTER and all(day <= today - PAUSE for day in days)


def hour_of(now: datetime) -> datetime:
    """The hour whose budget counts."""
    return now.replace(minute=0, second=0, microsecond=0)


def spend(domain: bytes, now: datetime, settings: NewsletterSettings) -> Literal["spent", "domain", "all"]:
    """Take one mail from this hour's budgets, or say whose is used up: this domain's, or that for all.

    Inside a transaction only: the budget for all is locked until its end, so that several senders share it.
    """
    everybody = _budget(EVERYBODY, now)
    if everybody.used >= settings.hourly_confirmations:
        return "all"
    of_domain = _budget(domain, now)
    if of_domain.used >= settings.hourly_confirmations_per_domain:
        return "domain"
    Budget.objects.filter(pk__in=[everybody.pk, of_domain.pk]).update(used=F("used") + 1)
    return "spent"


def give_back(domain: bytes, now: datetime) -> None:
    """Undo ``spend``, for a mail that surely did not go out."""
    spent = Budget.objects.filter(hour=hour_of(now), domain__in=[EVERYBODY, domain], used__gt=0)
    spent.update(used=F("used") - 1)


def warnings(now: datetime) -> tuple[str, ...]:
    """What an operator should look at, in English as ``gettext`` knows it: that the budget for all ran out."""
    full = Budget.objects.filter(
        domain=EVERYBODY, hour__gt=now - timedelta(days=1), used__gte=site().newsletter.hourly_confirmations
    )
    return (USED_UP,) if full.exists() else ()


def forget_counts(now: datetime) -> None:
    """Remove what no limit needs any more."""
    Asked.objects.filter(day__lte=(now - QUARTER).date()).delete()
    Budget.objects.filter(hour__lt=now - timedelta(days=2)).delete()


def _budget(domain: bytes, now: datetime) -> Budget:
    budget, _ = Budget.objects.select_for_update().get_or_create(hour=hour_of(now), domain=domain)
    return budget

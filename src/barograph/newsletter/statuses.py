"""How campaigns stand: counts only, so that they can be told without the sender's key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Count, Sum

from barograph.base.campaigns import STATES, CampaignStatus, Status
from barograph.newsletter.models import Campaign, Delivery, Subscriber, Worker

SHOWN = 20
"""How many campaigns are told of."""
KEPT = timedelta(days=90)
"""How long the deliveries of a settled campaign are kept; then its counts stay."""
_AT_ONCE = 10_000
_UNREACHED = (Delivery.State.FAILED, Delivery.State.DEFERRED, Delivery.State.UNKNOWN)


def current_status(now: datetime) -> Status:
    """How everything stands. Readers by language are those of the newest campaign, counted when it was frozen."""
    campaigns = list(Campaign.objects.all()[:SHOWN])
    readers: Mapping[str, int] = campaigns[0].summary.get("readers", {}) if campaigns else {}
    return Status(
        at=now.isoformat(timespec="seconds"),
        campaigns=tuple(campaign_status(campaign, now) for campaign in campaigns),
        subscribers=readers or {"other": Subscriber.objects.count()},
    )


def campaign_status(campaign: Campaign, now: datetime) -> CampaignStatus:
    """How one campaign stands; a settled one as it stood at its end."""
    counts, reasons = state_counts(campaign), reason_counts(campaign)
    workers = Worker.objects.filter(campaign=campaign, lease_until__gt=now)
    per_second = workers.aggregate(sum=Sum("per_second"))["sum"]
    left = counts["queued"] + counts["claimed"]
    return CampaignStatus(
        number=campaign.pk,
        edition=campaign.edition,
        state="settled" if campaign.settled_at else "waiting" if per_second is None else "sending",
        counts=counts,
        reasons=reasons,
        started=campaign.made_at.isoformat(timespec="seconds"),
        ended=campaign.settled_at.isoformat(timespec="seconds") if campaign.settled_at else "",
        per_second=round(per_second or 0.0, 1),
        seconds_left=round(left / per_second) if per_second else None,
    )


def state_counts(campaign: Campaign) -> dict[str, int]:
    """A campaign's deliveries by state, every state named."""
    if "counts" in campaign.summary and campaign.settled_at:
        found = campaign.summary["counts"]
    else:
        rows = Delivery.objects.filter(campaign=campaign).values_list("state")
        found = dict(rows.annotate(count=Count("pk")).order_by())
    return {state: found.get(state, 0) for state in STATES}


def reason_counts(campaign: Campaign) -> dict[str, int]:
    """How many were not reached, by reason, the most frequent first."""
    if "reasons" in campaign.summary and campaign.settled_at:
        found = campaign.summary["reasons"]
    else:
        rows = Delivery.objects.filter(campaign=campaign, state__in=_UNREACHED).exclude(reason="")
        found = dict(rows.values_list("reason").annotate(count=Count("pk")).order_by())
    return dict(sorted(found.items(), key=lambda reason: (-reason[1], reason[0])))


def settle(campaign: Campaign, now: datetime) -> None:
    """Note that nothing is left to do, and how the campaign ended."""
    campaign.refresh_from_db()
    campaign.settled_at = None  # or the counts would be those noted before
    campaign.summary |= {"counts": state_counts(campaign), "reasons": reason_counts(campaign)}
    campaign.settled_at = now
    campaign.save(update_fields=["settled_at", "summary"])


def prune(now: datetime) -> int:
    """Remove the deliveries of campaigns that were settled long ago; returns how many."""
    removed = 0
    for campaign in Campaign.objects.filter(settled_at__lt=now - KEPT):
        if is_pruned(campaign):
            continue
        while numbers := list(Delivery.objects.filter(campaign=campaign).values_list("pk", flat=True)[:_AT_ONCE]):
            removed += Delivery.objects.filter(pk__in=numbers).delete()[0]
        campaign.summary["pruned"] = now.date().isoformat()
        campaign.save(update_fields=["summary"])
    return removed


def is_pruned(campaign: Campaign) -> bool:
    """Whether only the counts of a campaign are left."""
    return "pruned" in campaign.summary

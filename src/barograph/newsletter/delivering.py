"""Sending an edition from beginning to end, however often it is interrupted and by however many processes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.utils import timezone

from barograph.base.newsletter_settings import Policy
from barograph.base.progress import Progress, silent
from barograph.base.site import SiteSettings
from barograph.newsletter.bounces import record_bounce
from barograph.newsletter.campaigns import campaign_mails, freeze_campaign
from barograph.newsletter.errors import NewsletterError
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.ledger import DatabaseLedger, LeaseLostError
from barograph.newsletter.messages import MessageMaker
from barograph.newsletter.models import Campaign, Delivery, Worker
from barograph.newsletter.recovery import ask_again, in_doubt, resolve, take_over
from barograph.newsletter.relays import read_relays
from barograph.newsletter.sending import SendingReport, send
from barograph.newsletter.statuses import is_pruned, settle, state_counts

Tell = Callable[[int, int], None]
"""Is told once a second how many deliveries of the campaign have their end, and how many there are."""

_LOOK = 1.0
"""Seconds between looks at what other processes do."""
_State = Delivery.State


class StoppedError(NewsletterError):
    """The process was told to end before a campaign was frozen, so there is none."""


def deliver(
    *,
    edition: str,
    keys: SenderKeys,
    site: SiteSettings,
    policy: Policy,
    stop: threading.Event,
    progress: Progress = silent,
    tell: Tell = lambda _done, _total: None,
) -> Campaign:
    """Freeze an edition's campaign, or take it up again, and send until every delivery has its end.

    The end is: sent, failed, or left in doubt by the policy. ``progress`` shows the freezing. Once ``stop`` is set,
    what is under way is brought to its end and the rest waits for the next call; ``settled_at`` of the campaign says
    whether anything is left. Any number of processes may do this at once.

    Raises NewsletterError: no such edition, a release that is not to be trusted, no relay, mail that cannot be sent,
    or StoppedError when told to stop before the campaign was frozen.
    """
    read_relays(site)  # says what is wrong with them before a campaign is frozen
    campaign = freeze_campaign(edition=edition, keys=keys, site=site, progress=_until(stop, progress))
    if is_pruned(campaign):
        return campaign
    make = MessageMaker(site=site, keys=keys, mails=campaign_mails(campaign), sent_on=campaign.made_at)
    ask_again(campaign)
    while not stop.is_set():
        take_over(settle_seconds=site.newsletter.settle_seconds)
        resolve(policy=policy, campaign=campaign, keys=keys, site=site)
        wait = _seconds_to_wait(campaign)
        if wait is None:
            _end(campaign, stop)
            break
        if wait:
            stop.wait(wait)
            continue
        with suppress(LeaseLostError):  # this machine slept; what others have not done meanwhile is done now
            _send_what_is_due(campaign, make, site, stop, tell)
    campaign.refresh_from_db()
    return campaign


def _send_what_is_due(
    campaign: Campaign, make: MessageMaker, site: SiteSettings, stop: threading.Event, tell: Tell
) -> None:
    if campaign.settled_at:
        campaign.settled_at = None
        campaign.save(update_fields=["settled_at"])
    relays, progress = read_relays(site), _counted(campaign, tell)
    send(
        ledger=DatabaseLedger(campaign, settle_seconds=site.newsletter.settle_seconds),  # the sending closes it
        make=make,
        relays=relays,
        retries=site.newsletter.retries,
        stop=stop,
        progress=progress,
    )


def _until(stop: threading.Event, progress: Progress) -> Progress:
    """Progress that ends the freezing once ``stop`` is set: a million takes a minute, and nothing is left behind."""

    def stoppable(things: Iterable[Any]) -> Iterator[Any]:
        for thing in progress(things):
            if stop.is_set():
                raise StoppedError("stopped before the first message was sent: run the command again")
            yield thing

    return stoppable


def _seconds_to_wait(campaign: Campaign) -> float | None:
    """How long nothing can be done: 0 when something can be sent; nothing when nothing is left to do."""
    mine = Delivery.objects.filter(campaign=campaign)
    if mine.filter(state=_State.QUEUED, worker=None).exists():
        return 0
    later = [
        *mine.filter(state=_State.DEFERRED, worker=None).order_by("next_try").values_list("next_try", flat=True)[:1],
        *in_doubt(campaign).exclude(next_try=None).order_by("next_try").values_list("next_try", flat=True)[:1],
    ]
    seconds = [(moment - timezone.now()) / timedelta(seconds=1) for moment in later if moment]
    if Worker.objects.filter(campaign=campaign).exists():  # another process is at it
        seconds.append(_LOOK)
    return max(0.0, min(*seconds, _LOOK)) if seconds else None


def _end(campaign: Campaign, stop: threading.Event) -> None:
    """Tell of the addresses that refused, and note how the campaign ended; when interrupted, all that comes again."""
    if campaign.settled_at:  # nothing was left to send, but something in doubt may have been cleared up
        settle(campaign, campaign.settled_at)
        return
    refused = Delivery.objects.filter(campaign=campaign, state=_State.FAILED, reason__regex=r"^[45]")
    for number, reason in refused.values_list("pk", "reason").order_by("pk").iterator():
        if stop.is_set():
            return
        record_bounce(delivery=number, status=reason, today=timezone.localdate())
    settle(campaign, timezone.now())


def _counted(campaign: Campaign, tell: Tell) -> Callable[[SendingReport], None]:
    """Counts on from what had its end before. What other processes do meanwhile is counted the next time."""
    counts = state_counts(campaign)
    total = sum(counts.values())
    before = counts["sent"] + counts["failed"] + counts["unknown"]

    def count(report: SendingReport) -> None:
        tell(before + report.sent + report.failed + report.in_doubt, total)

    return count

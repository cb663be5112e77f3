"""``barograph newsletter send``: one edition to everybody who wants it, in the foreground."""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from barograph.base.progress import Progress
from barograph.config.progress import shown
from barograph.config.sender_start import with_sender

if TYPE_CHECKING:
    from barograph.base.campaigns import CampaignStatus
    from barograph.newsletter.campaigns import Plan

UNSETTLED = 3
"""The exit status when something is left to do."""


@click.command()
@click.argument("edition")
@click.option("--policy", type=click.Choice(["reconcile", "resend", "hold"]),
              help="What to do with what a crash left in doubt; newsletter.policy when left out.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Count who would get it, by language, and write nothing.")
@click.option("--retry", "reasons", multiple=True, metavar="REASON",
              help="First queue again those not reached for this reason, as “status” names it, or “all”; what is in "
              "doubt only when its reason is named. May be repeated.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@with_sender
def send(edition: str, policy: str | None, dry_run: bool, reasons: tuple[str, ...], as_json: bool) -> None:
    """Send EDITION, such as 2024-01-15, and end when every delivery is settled. Run again, it resumes.

    Ctrl-C or SIGTERM lets what is under way come to its end. The exit status is 0 when all is settled and 3 when
    something is left.

    \b
    Example:
      BAROGRAPH_SMTP_URL=smtp://127.0.0.1:25 barograph --site mysite newsletter send 2024-01-15
    """
    from django.utils import timezone

    from barograph.base.site import site
    from barograph.config.sender_keys import open_keys, stop_without_keys
    from barograph.newsletter.campaigns import plan_campaign
    from barograph.newsletter.delivering import deliver
    from barograph.newsletter.statuses import campaign_status

    keys, settings = open_keys(), site()
    if dry_run:
        _tell_plan(plan_campaign(edition=edition, keys=keys, site=settings, progress=_shown(as_json)), as_json)
        return
    if reasons:
        _retry(edition, reasons)
    with stop_on_signals() as stop, stop_without_keys(stop):
        campaign = deliver(
            edition=edition,
            keys=keys,
            site=settings,
            policy=policy or settings.newsletter.policy,  # type: ignore[arg-type]  # click has checked it
            stop=stop,
            progress=_shown(as_json),
            tell=_Counter(quiet=as_json),
        )
    status = campaign_status(campaign, timezone.now())
    click.echo(json.dumps(asdict(status), ensure_ascii=False, indent=1) if as_json else told(status))
    if campaign.settled_at is None:
        sys.exit(UNSETTLED)


@contextmanager
def stop_on_signals() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set; a second Ctrl-C ends at once."""
    stop = threading.Event()

    def end(number: int, _frame: object) -> None:
        if stop.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        # In a thread: the signal may have come while this one holds the event's lock.
        threading.Thread(target=stop.set, name="signal").start()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def told(status: CampaignStatus) -> str:
    """How a campaign stands, in a few lines for people."""
    counts = ", ".join(f"{count:,} {state}" for state, count in status.counts.items() if count) or "nobody to send to"
    lines = [f"{status.edition}: {status.state}. {counts}"]
    if status.per_second:
        left = f", {status.seconds_left:,.0f} s left" if status.seconds_left is not None else ""
        lines.append(f"  {status.per_second:,.0f} a second{left}")
    lines += [f"  {count:,} × {reason}" for reason, count in status.reasons.items()]
    return "\n".join(lines)


class _Counter:
    """Shows on the error stream how far the sending is: a line that changes, or a line every ten seconds."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._changing = sys.stderr.isatty()
        self._started: tuple[float, int] | None = None
        self._last = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        self._started = self._started or (now, done)
        if self._quiet or (not self._changing and now - self._last < 10):
            return
        self._last = now
        since, before = self._started
        rate = (done - before) / (now - since) if now > since else 0.0
        left = f", {(total - done) / rate:,.0f} s left" if rate else ""
        line = f"Sending: {done:,} of {total:,}, {rate:,.0f} a second{left}"
        click.echo(f"\r\033[K{line}" if self._changing else line, err=True, nl=not self._changing or done == total)


def _retry(edition: str, reasons: tuple[str, ...]) -> None:
    from barograph.newsletter.campaigns import UnknownEditionError
    from barograph.newsletter.models import Campaign
    from barograph.newsletter.recovery import retry

    campaign = Campaign.objects.filter(edition=edition).first()
    if campaign is None:
        raise UnknownEditionError(f"the edition “{edition}” was never sent: leave --retry out")
    count = retry(campaign=campaign, reasons=() if "all" in reasons else reasons)
    click.echo(f"{count:,} queued again.", err=True)


def _shown(quiet: bool) -> Progress:
    return shown("Subscribers", quiet=quiet)


def _tell_plan(plan: Plan, as_json: bool) -> None:
    if as_json:
        values = {"deliveries": dict(plan.deliveries), "left_out": plan.left_out, "unreadable": plan.unreadable}
        click.echo(json.dumps(values, ensure_ascii=False, indent=1))
        return
    for language, count in sorted(plan.deliveries.items()):
        click.echo(f"{language}: {count:,}")
    click.echo(f"{plan.left_out:,} for whose choices it has nothing; {plan.unreadable:,} rows that cannot be opened")

"""When the newest edition goes out by itself: once a week, at a time of the site's own clock."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from barograph.base.newsletter_settings import WEEKDAYS
from barograph.base.site import SiteSettings
from barograph.newsletter.campaigns import newest_unsent
from barograph.newsletter.signed_release import open_release

LATEST = timedelta(days=1)
"""How late an edition may go out by itself, after a pause of the sender or of whoever publishes."""


def last_moment(schedule: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The last time at which a schedule such as “friday 09:00” wanted a newsletter, up to and with ``now``."""
    weekday, _, clock = schedule.partition(" ")
    local = now.astimezone(zone)
    back = (local.weekday() - WEEKDAYS.index(weekday)) % 7
    moment = datetime.combine(local.date() - timedelta(days=back), time.fromisoformat(clock), zone)
    # Two times of one zone are compared by what their clocks show; where a clock is put back, that is not enough.
    if moment.timestamp() > now.timestamp():
        moment = datetime.combine(moment.date() - timedelta(days=7), time.fromisoformat(clock), zone)
    return moment


def scheduled_edition(site: SiteSettings, now: datetime) -> str | None:
    """The edition that is due by the schedule: the newest of the release, unless it was sent or is being sent.

    It is due for a day: a sender that was off at that time makes up for it, and what is older waits for an order.
    Raises UntrustedReleaseError.
    """
    schedule = site.newsletter.schedule
    if not schedule:
        return None
    late = now.timestamp() - last_moment(schedule, now, ZoneInfo(site.time_zone)).timestamp()
    if late > LATEST.total_seconds():
        return None
    return newest_unsent(open_release(site))

"""What the screen of the newsletter shows: how things stand for its sender, what waits for it, what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from babel.dates import format_timedelta
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from barograph.accounts.models import User
from barograph.base.campaigns import STATES, CampaignStatus, Order, Status, read_status, waiting_orders
from barograph.base.newsletter_settings import WEEKDAYS
from barograph.base.site import site
from barograph.editions.models import Edition
from barograph.newsroom.access import SEND_NEWSLETTER
from barograph.newsroom.reasons import explain, is_lasting
from barograph.newsroom.words import screen_language

OLD = timedelta(minutes=10)
"""After this long without a word from the sender, the screen says that it may not be running."""

CAMPAIGN_WORDS: dict[str, Promise] = {
    "sending": gettext_lazy("is being sent"),
    "waiting": gettext_lazy("waits for messages that were put off"),
    "settled": gettext_lazy("is finished"),
}
DELIVERY_WORDS: dict[str, tuple[Promise, Promise]] = {
    "queued": (gettext_lazy("queued"), gettext_lazy("waits for its turn")),
    "claimed": (gettext_lazy("being sent"), gettext_lazy("is being handed to the relay")),
    "sent": (gettext_lazy("sent"), gettext_lazy("the relay has taken it")),
    "deferred": (gettext_lazy("put off"), gettext_lazy("is tried again by itself")),
    "failed": (gettext_lazy("failed"), gettext_lazy("was refused, or put off too often")),
    "unknown": (
        gettext_lazy("in doubt"),
        gettext_lazy("a crash left open whether the relay has it; the sender’s policy says what is done"),
    ),
}
"""A delivery's state in a word or two, and what it means."""


@dataclass(frozen=True)
class Count:
    """How many deliveries stand in one state."""

    state: str
    word: Promise
    meaning: Promise
    number: int


@dataclass(frozen=True)
class Unreached:
    """How many could not be reached for one reason: the relay's codes, and what they mean."""

    reason: str
    words: Promise
    number: int
    is_lasting: bool


@dataclass(frozen=True)
class CampaignLine:
    """The sending of one edition."""

    status: CampaignStatus
    edition: Edition | None

    @property
    def state(self) -> str:
        """How the whole stands, in words."""
        return str(CAMPAIGN_WORDS.get(self.status.state, self.status.state))

    @property
    def counts(self) -> list[Count]:
        """How many stand where, without states in which none is."""
        found = self.status.counts
        return [Count(state, *DELIVERY_WORDS[state], found[state]) for state in STATES if found.get(state)]

    @property
    def sent(self) -> int:
        """How many the relay has taken."""
        return self.status.counts.get("sent", 0)

    @property
    def total(self) -> int:
        """How many there are in all."""
        return sum(self.status.counts.values())

    @property
    def is_moving(self) -> bool:
        """Whether messages go out now, so that there is a rate to speak of."""
        return self.status.state == "sending" and self.status.per_second > 0

    @property
    def rate(self) -> float:
        """Messages a second, as exactly as anybody wants to know."""
        return self.status.per_second if self.status.per_second < 10 else round(self.status.per_second)

    @property
    def time_left(self) -> str:
        """How long it will take at this rate, in words; nothing when the sender does not know."""
        seconds = self.status.seconds_left
        if seconds is None:
            return ""
        return str(format_timedelta(timedelta(seconds=max(1, seconds)), locale=screen_language().replace("-", "_")))

    @property
    def started(self) -> datetime | None:
        """When it began."""
        return moment_of(self.status.started)

    @property
    def ended(self) -> datetime | None:
        """When the last delivery was settled."""
        return moment_of(self.status.ended)

    @property
    def unreached(self) -> list[Unreached]:
        """Those who could not be reached, the most frequent reason first."""
        reasons = sorted(self.status.reasons.items(), key=lambda entry: (-entry[1], entry[0]))
        return [Unreached(reason, explain(reason), number, is_lasting(reason)) for reason, number in reasons]


@dataclass(frozen=True)
class OrderLine:
    """An order that waits for the sender, in words."""

    words: str
    by: str


class Newsletter:
    """Everything the screen shows."""

    def __init__(self, user: User) -> None:
        self.may_send = user.has_perm(SEND_NEWSLETTER)
        self.is_open = site().newsletter.open

    @cached_property
    def status(self) -> Status | None:
        """What the sender said last; nothing when it never has."""
        return read_status(site().newsletter_folder)

    @property
    def as_of(self) -> datetime | None:
        """When it said so."""
        return moment_of(self.status.at) if self.status else None

    @property
    def is_old(self) -> bool:
        """Whether that is so long ago that the sender may not be running."""
        return self.as_of is None or timezone.now() - self.as_of > OLD

    @property
    def warnings(self) -> list[tuple[str, bool]]:
        """What the sender wants looked at, and whether we have it in the language of the screen: it writes English."""
        found = self.status.warnings if self.status else ()
        return [(_(warning), _(warning) != warning) for warning in found]

    @cached_property
    def campaigns(self) -> list[CampaignLine]:
        """The campaigns, the newest first, each with its edition as far as the newsroom has it."""
        found = self.status.campaigns if self.status else ()
        editions = Edition.objects.in_bulk([campaign.edition for campaign in found], field_name="slug")
        return [CampaignLine(campaign, editions.get(campaign.edition)) for campaign in found]

    def campaign(self, edition: Edition) -> CampaignLine | None:
        """The sending of this edition, if it was begun."""
        return next((line for line in self.campaigns if line.status.edition == edition.slug), None)

    @cached_property
    def orders(self) -> list[Order]:
        """What was asked of the sender and it has not taken up."""
        return waiting_orders(site().newsletter_folder)

    @property
    def order_lines(self) -> list[OrderLine]:
        """The same in words."""
        editions = Edition.objects.in_bulk([order.edition for order in self.orders], field_name="slug")
        return [
            OrderLine(_order_words(order, str(editions.get(order.edition, order.edition))), order.by)
            for order in self.orders
        ]

    def waits_for_sending(self, edition: Edition) -> bool:
        """Whether somebody has asked for this edition to be sent already."""
        return any(order.kind == "send" and order.edition == edition.slug for order in self.orders)

    @cached_property
    def to_send(self) -> Edition | None:
        """The newest edition that readers of the site have and subscribers do not."""
        newest: Edition | None = Edition.objects.published().filter(archived=False).first()
        if newest is None or self.campaign(newest) or self.waits_for_sending(newest):
            return None
        return newest

    @property
    def planned(self) -> datetime | None:
        """When the schedule will have it sent, if there is one."""
        schedule = site().newsletter.schedule
        return next_moment(schedule, timezone.now(), ZoneInfo(site().time_zone)) if schedule else None

    @property
    def subscribers(self) -> list[tuple[str, int]]:
        """How many subscribe, by the name of their language; nothing while the sender has only their number."""
        names = {language.code: language.name for language in site().languages}
        found = self.status.subscribers if self.status else {}
        if set(found) == {"other"}:
            return []
        return [(names.get(code) or _("other languages"), number) for code, number in found.items()]

    @property
    def subscriber_total(self) -> int | None:
        """How many subscribe in all; nothing when the sender never said."""
        return sum(self.status.subscribers.values()) if self.status else None


def moment_of(text: str) -> datetime | None:
    """A moment out of its ISO 8601 text; nothing for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def next_moment(schedule: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The next time that a weekly schedule such as “friday 09:00” comes, on the clock of ``zone``."""
    weekday, clock = schedule.split()
    hour, minute = (int(part) for part in clock.split(":"))
    here = now.astimezone(zone)
    days = (WEEKDAYS.index(weekday) - here.weekday()) % 7
    found = (here + timedelta(days=days)).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return found if found > here else found + timedelta(days=7)


def _order_words(order: Order, edition: str) -> str:
    if order.kind == "send":
        return _("Send the newsletter of %(edition)s") % {"edition": edition}
    if order.kind == "test":
        names = {language.code: language.name for language in site().languages}
        language = names.get(order.language, order.language)
        return _("Test of %(edition)s, %(language)s") % {"edition": edition, "language": language}
    return _("Try again, %(edition)s: %(reasons)s") % {
        "edition": edition,
        "reasons": "; ".join(_known_reasons(order)) or _("all who could not be reached"),
    }


def _known_reasons(order: Order) -> Iterator[str]:
    for reason in order.reasons:
        yield f"{reason} – {explain(reason)}"

"""The sender at work: one process that listens to nobody, looks every few seconds what is to be done, and does it.

Each job is done apart from the others, so that one that fails keeps none of them from being done. Editions are sent in
threads of their own, so that sign-ups and erasures do not wait for a long sending.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connections
from django.utils import timezone

from barograph.base.campaigns import Status, write_status
from barograph.base.site import SiteSettings
from barograph.newsletter import DATABASE, limits
from barograph.newsletter.confirmations import send_due
from barograph.newsletter.delivering import deliver
from barograph.newsletter.errors import NewsletterError
from barograph.newsletter.in_use import hold_keys
from barograph.newsletter.incoming import read_incoming
from barograph.newsletter.key_file import BOX, keys_still_there
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.models import Campaign
from barograph.newsletter.orders import Orders
from barograph.newsletter.schedule import scheduled_edition
from barograph.newsletter.statuses import current_status, state_counts
from barograph.newsletter.subscribing import empty_box, forget_unconfirmed
from barograph.newsletter.tidying import tidy_if_due

SECONDS = 3.0
"""Between two rounds."""
REST = 60.0
"""Seconds before an edition whose sending failed as a whole is tried again."""
SHARE = 20
"""Counting a long campaign takes time: how things stand is told so rarely that it costs one part in so many."""
LOG = logging.getLogger(__name__)


class KeysGoneError(NewsletterError):
    """The key file is not there any more: there was a panic, or somebody took the medium away."""


@dataclass(frozen=True)
class Jobs:
    """What is done in a round; tests put other things in their place."""

    empty_box: Callable[..., Any] = empty_box
    send_due: Callable[..., int] = send_due
    forget_unconfirmed: Callable[[datetime], Any] = forget_unconfirmed
    read_incoming: Callable[..., int] = read_incoming
    scheduled_edition: Callable[[SiteSettings, datetime], str | None] = scheduled_edition
    deliver: Callable[..., Campaign] = deliver
    current_status: Callable[[datetime], Status] = current_status
    tidy: Callable[[Path, datetime], bool] = tidy_if_due


@dataclass
class Running:
    """The sender's rounds. ``stop`` ends them: what is under way is brought to its end."""

    keys: SenderKeys
    site: SiteSettings
    key_file: Path
    stop: threading.Event = field(default_factory=threading.Event)
    jobs: Jobs = field(default_factory=Jobs)
    orders: Orders = field(init=False)
    _sendings: dict[str, threading.Thread] = field(default_factory=dict, init=False)
    _rest_until: dict[str, float] = field(default_factory=dict, init=False)
    _problems: dict[str, str] = field(default_factory=dict, init=False)
    _status_after: float = field(default=0.0, init=False)
    _lost_hold: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.orders = Orders(keys=self.keys, site=self.site)

    def run(self) -> None:
        """Do rounds until ``stop`` is set. Raises KeysGoneError when the keys are gone, and KeysInUseError."""
        try:
            while not self.stop.is_set():
                self.round()
                self.stop.wait(SECONDS)
        finally:
            self._drain()

    def run_once(self) -> None:
        """One round, and what it sends: until nothing is left, or what is left waits for another time."""
        try:
            self.round()
            for edition, thread in list(self._sendings.items()):
                while thread.is_alive() and not (self._waits(edition) or self.stop.is_set()):
                    thread.join(0.2)
        finally:
            self._drain()

    def round(self) -> None:
        """Everything once. What fails is noted, logged and tried again in the next round."""
        if not keys_still_there(self.key_file):
            raise KeysGoneError(f"the key file {self.key_file} is gone, so the sender ends; nothing is sent any more")
        if self._lost_hold:
            with suppress(DatabaseError):  # it does not answer yet, which each job notes for itself
                hold_keys(self.key_file.parent)
                self._lost_hold = False
        now = timezone.now()
        box = self.site.edge_folder / BOX
        self._do("the box", lambda: self.jobs.empty_box(box=box, keys=self.keys, site=self.site, now=now))
        self._do("confirmations", lambda: self.jobs.send_due(keys=self.keys, site=self.site, now=now))
        self._do("forgetting", lambda: self.jobs.forget_unconfirmed(now))
        self._do("incoming mail", lambda: self.jobs.read_incoming(
            keys=self.keys, site=self.site, today=timezone.localdate(now)))  # fmt: skip
        self._do("sending", lambda: self._start_sending(now))
        if not any(thread.is_alive() for thread in self._sendings.values()):
            self._do("tidying up", lambda: self.jobs.tidy(self.site.sender_folder, now))
        if time.monotonic() >= self._status_after:
            self._do("telling how things stand", lambda: self._tell(now))

    def _do(self, name: str, job: Callable[[], Any]) -> None:
        """Do a job. No error of it ends the others; none is told with words that might hold an address."""
        try:
            job()
        except NewsletterError as error:
            self._note(name, str(error))
        except DatabaseError as error:
            self._note(name, f"the subscribers' database does not answer as it should ({type(error).__name__})")
            connections[DATABASE].close()
            self._lost_hold = True  # PostgreSQL took its lock back with the connection
        except Exception as error:  # noqa: BLE001 (its words, which may be a reader's, are what must not be told)
            self._note(name, _kind_and_place(error))
        else:
            self._problems.pop(name, None)

    def _note(self, name: str, problem: str) -> None:
        if self._problems.get(name) != problem:  # said once, not every few seconds
            LOG.error("%s: %s", name.capitalize(), problem)
        self._problems[name] = problem

    def _start_sending(self, now: datetime) -> None:
        """A thread for each edition that was ordered, is due, or was interrupted, unless it has one or rests."""
        wanted = dict.fromkeys(self.orders.take_up(now))
        wanted |= dict.fromkeys(Campaign.objects.filter(settled_at=None).values_list("edition", flat=True))
        try:
            scheduled = self.jobs.scheduled_edition(self.site, now)
        finally:
            for edition in wanted:
                self._send(edition)
        if scheduled:
            self._send(scheduled)

    def _send(self, edition: str) -> None:
        thread = self._sendings.get(edition)
        if (thread and thread.is_alive()) or time.monotonic() < self._rest_until.get(edition, 0):
            return
        self._sendings[edition] = threading.Thread(target=self._deliver, args=(edition,), name=f"sending {edition}")
        self._sendings[edition].start()

    def _deliver(self, edition: str) -> None:
        """In a thread: send an edition until it is settled, or until ``stop``."""
        settings = self.site.newsletter
        try:
            self.jobs.deliver(edition=edition, keys=self.keys, site=self.site, policy=settings.policy, stop=self.stop)
        except NewsletterError as error:
            self._give_up(edition, str(error))
        except Exception as error:  # noqa: BLE001 (as above)
            self._give_up(edition, _kind_and_place(error))
        else:
            self.orders.problems.pop(edition, None)
        finally:
            connections[DATABASE].close()  # this thread's own

    def _give_up(self, edition: str, why: str) -> None:
        LOG.error("Edition %s was not sent to its end: %s", edition, why)
        self._rest_until[edition] = time.monotonic() + REST
        self.orders.refuse(edition, why)

    def _tell(self, now: datetime) -> None:
        began = time.monotonic()
        status = self.jobs.current_status(now)
        editions = tuple(f"{edition}: {problem}" for edition, problem in sorted(self.orders.problems.items()))
        warnings = (*status.warnings, *limits.warnings(now), *editions, *sorted(set(self._problems.values())))
        write_status(self.site.newsletter_folder, replace(status, warnings=tuple(dict.fromkeys(warnings))))
        ended = time.monotonic()
        self._status_after = ended + SHARE * (ended - began)

    def _waits(self, edition: str) -> bool:
        """Whether an edition's sending does nothing now but wait for deliveries that were put off."""
        campaign = Campaign.objects.filter(edition=edition).first()
        if campaign is None:
            return False  # it is still being frozen
        counts = state_counts(campaign)
        return campaign.settled_at is None and not (counts["queued"] or counts["claimed"])

    def _drain(self) -> None:
        """Let what is under way come to its end, and say how things stand then."""
        self.stop.set()
        for thread in self._sendings.values():
            thread.join()
        if keys_still_there(self.key_file):
            self._do("telling how things stand", lambda: self._tell(timezone.now()))


def _kind_and_place(error: Exception) -> str:
    """What went wrong without its words, which may be a reader's: the kind of error, and the line of ours."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    return f"an error that should not be ({type(error).__name__}{place}): please report it"

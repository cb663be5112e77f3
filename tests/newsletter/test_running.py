"""The sender's rounds: each job is done whatever becomes of the others, and nothing is forgotten or done twice."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError

from barograph.base.campaigns import Order, Status, give_order, read_status, waiting_orders
from barograph.base.site import SiteSettings, site
from barograph.newsletter.errors import NewsletterError
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.models import Campaign
from barograph.newsletter.running import Jobs, KeysGoneError, Running

pytestmark = pytest.mark.django_db(databases=["subscribers"], transaction=True)
EDITION = "2024-01-22"


@dataclass
class Calls:
    """Jobs that note that they were called, and do what a test wants."""

    names: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    scheduled: str | None = None
    freezing: Callable[[str], None] = lambda _: None
    settles: bool = True
    broken: dict[str, Exception] = field(default_factory=dict)

    def jobs(self) -> Jobs:
        return Jobs(
            empty_box=lambda **_: self.note("box"),
            send_due=lambda **_: self.note("confirmations"),
            forget_unconfirmed=lambda _: self.note("forget"),
            read_incoming=lambda **_: self.note("incoming"),
            scheduled_edition=lambda *_: self.note("schedule") or self.scheduled,
            deliver=self.deliver,
            current_status=lambda now: self.note("status") or Status(now.isoformat()),
            tidy=lambda *_: bool(self.note("tidy")),
        )

    def note(self, name: str) -> Any:
        self.names.append(name)
        if name in self.broken:
            raise self.broken[name]

    def deliver(self, *, edition: str, stop: threading.Event, **_: object) -> Campaign:
        self.sent.append(edition)
        self.freezing(edition)
        campaign, _made = Campaign.objects.get_or_create(edition=edition, defaults={"sequence": 7, "manifest_hash": ""})
        if self.settles:
            Campaign.objects.filter(pk=campaign.pk).update(settled_at=datetime(2024, 1, 26, tzinfo=UTC))
        else:
            stop.wait(30)
        return campaign


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def here(tmp_path: Path) -> SiteSettings:
    return site().model_copy(update={"folder": tmp_path})


@pytest.fixture
def running(here: SiteSettings, calls: Calls) -> Running:
    file = here.sender_folder / "sender.key"
    file.parent.mkdir(parents=True)
    file.touch()
    return Running(SenderKeys.make(), here, file, jobs=calls.jobs())


def warnings(here: SiteSettings) -> tuple[str, ...]:
    status = read_status(here.newsletter_folder)
    assert status is not None
    return status.warnings


def test_a_round_does_everything_and_tells_how_things_stand(running: Running, calls: Calls, here: SiteSettings) -> None:
    running.run_once()
    assert calls.names[:7] == ["box", "confirmations", "forget", "incoming", "schedule", "tidy", "status"]
    assert warnings(here) == ()


@pytest.mark.parametrize("name", ["box", "confirmations", "forget", "incoming", "schedule", "tidy"])
@pytest.mark.parametrize(
    ("error", "told"),
    [
        (NewsletterError("the box cannot be read: let the sender read it"), "let the sender read it"),
        (DatabaseError("row of reader@example.org"), "database does not answer"),
        (ValueError("reader@example.org"), "ValueError at test_running.py"),
    ],
)
def test_a_job_that_fails_keeps_no_other_from_being_done(
    running: Running, calls: Calls, here: SiteSettings, name: str, error: Exception, told: str, caplog: Any
) -> None:
    calls.broken = {name: error}
    with caplog.at_level(logging.ERROR):
        running.round()
        running.round()
    assert {"box", "confirmations", "forget", "incoming", "schedule", "tidy", "status"} <= set(calls.names)
    (warning,) = warnings(here)
    assert told in warning
    assert caplog.text.count(told) == 1
    assert "reader@" not in warning + caplog.text
    calls.broken = {}
    running._status_after = 0
    running.round()
    assert warnings(here) == ()


def test_an_order_to_send_is_carried_out_once_and_stays_until_its_campaign_is_there(
    running: Running, calls: Calls, here: SiteSettings
) -> None:
    still_ordered = []
    calls.freezing = lambda _: still_ordered.append(len(waiting_orders(here.newsletter_folder)))
    give_order(here.newsletter_folder, Order("send", EDITION))
    running.run_once()
    assert (calls.sent, still_ordered) == ([EDITION], [1])
    again = replace_running(running)
    again.run_once()
    assert waiting_orders(here.newsletter_folder) == []
    assert calls.sent == [EDITION]


def test_an_interrupted_campaign_is_taken_up_again(running: Running, calls: Calls) -> None:
    Campaign.objects.create(edition=EDITION, sequence=7, manifest_hash="")
    running.run_once()
    assert calls.sent == [EDITION]


def test_the_scheduled_edition_is_sent_beside_an_ordered_one(
    running: Running, calls: Calls, here: SiteSettings
) -> None:
    calls.scheduled = "2024-01-29"
    give_order(here.newsletter_folder, Order("send", EDITION))
    running.run_once()
    assert sorted(calls.sent) == [EDITION, "2024-01-29"]


def test_an_edition_that_cannot_be_sent_is_told_of_and_its_order_removed(
    running: Running, calls: Calls, here: SiteSettings
) -> None:
    def fail(_edition: str) -> None:
        raise NewsletterError("no relay is set: set smtp_url")

    calls.freezing = fail
    give_order(here.newsletter_folder, Order("send", EDITION))
    running.run_once()
    assert warnings(here) == (f"{EDITION}: no relay is set: set smtp_url",)
    running.round()
    assert waiting_orders(here.newsletter_folder) == []
    assert calls.sent == [EDITION]


def test_an_unexpected_error_in_a_sending_is_told_without_its_words(
    running: Running, calls: Calls, here: SiteSettings, caplog: Any
) -> None:
    def fail(_edition: str) -> None:
        raise ValueError("reader@example.org")

    calls.freezing = fail
    give_order(here.newsletter_folder, Order("send", EDITION))
    running.run_once()
    assert "reader@" not in caplog.text + "".join(warnings(here))
    assert "ValueError at test_running.py" in warnings(here)[0]


def test_the_box_is_emptied_while_a_long_sending_goes_on(running: Running, calls: Calls, here: SiteSettings) -> None:
    calls.settles = False
    give_order(here.newsletter_folder, Order("send", EDITION))
    for _ in range(3):
        running.round()
    assert calls.names.count("box") == 3
    assert "tidy" not in calls.names
    running._drain()
    assert calls.sent == [EDITION]


def test_a_signal_ends_it_after_what_is_under_way(running: Running, calls: Calls, here: SiteSettings) -> None:
    calls.settles = False
    give_order(here.newsletter_folder, Order("send", EDITION))
    calls.freezing = lambda _: running.stop.set()
    running.run()
    assert not any(thread.is_alive() for thread in running._sendings.values())
    assert read_status(here.newsletter_folder) is not None


def test_a_single_round_does_not_wait_for_what_was_put_off(running: Running, calls: Calls, here: SiteSettings) -> None:
    calls.settles = False  # as a sending does that has only deferred deliveries left
    give_order(here.newsletter_folder, Order("send", EDITION))
    running.run_once()
    assert Campaign.objects.get().settled_at is None


def test_it_ends_when_the_key_file_is_gone(running: Running, calls: Calls, here: SiteSettings) -> None:
    calls.settles = False
    calls.freezing = lambda _: running.key_file.unlink()
    give_order(here.newsletter_folder, Order("send", EDITION))
    with pytest.raises(KeysGoneError, match="is gone"):
        running.run()
    assert not any(thread.is_alive() for thread in running._sendings.values())


def test_how_things_stand_is_told_the_more_rarely_the_longer_it_takes_to_count(
    running: Running, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(0, 10_000, 3))
    monkeypatch.setattr("barograph.newsletter.running.time.monotonic", lambda: float(next(clock)))
    for _ in range(10):
        running.round()
    assert calls.names.count("box") == 10
    assert 1 <= calls.names.count("status") <= 2


def replace_running(running: Running) -> Running:
    """The same after a restart."""
    return replace(running, stop=threading.Event())

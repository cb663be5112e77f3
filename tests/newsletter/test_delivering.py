"""An edition from the signed release to the mailboxes: whole campaigns against a mail server of the tests."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from barograph.base.newsletter_settings import Policy
from barograph.base.site import SiteSettings
from barograph.newsletter import campaigns
from barograph.newsletter.campaigns import UnknownEditionError, freeze_campaign
from barograph.newsletter.delivering import StoppedError, deliver
from barograph.newsletter.erasing import erase_subscriber
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.models import Campaign, Delivery, Subscriber, Worker
from barograph.newsletter.signed_release import UntrustedReleaseError
from tests.newsletter.campaigning import EDITION, mail, mail_files, make_keys, states, subscribe
from tests.newsletter.releases import lay_out_release
from tests.newsletter.sink import Sink

pytestmark = pytest.mark.django_db(databases=["subscribers"], transaction=True)


@pytest.fixture
def keys() -> SenderKeys:
    return make_keys()


@pytest.fixture
def sender(own_site: SiteSettings) -> SiteSettings:
    """A site with a signed release, whose relay is named later."""
    lay_out_release(own_site, mail_files(mail("en"), mail("be")), edition=EDITION)
    return own_site


def to(site: SiteSettings, sink: Sink, **newsletter: object) -> SiteSettings:
    """The site with this relay, little patience and these settings."""
    settings = site.newsletter.model_copy(update={"settle_seconds": 0, "retries": [0, 0, 0], **newsletter})
    address = f"smtp://127.0.0.1:{sink.port}?connections=4"
    return site.model_copy(update={"smtp_url": address, "newsletter": settings})


def send_all(
    site: SiteSettings, keys: SenderKeys, *, policy: Policy = "reconcile", stop: threading.Event | None = None
) -> Campaign:
    return deliver(edition=EDITION, keys=keys, site=site, policy=policy, stop=stop or threading.Event())


def recipients(sink: Sink) -> list[str]:
    return sorted(message.recipient for message in sink.taken)


def test_everybody_gets_one_message_and_the_campaign_is_settled(sender: SiteSettings, keys: SenderKeys) -> None:
    addresses = [f"reader{number}@example.net" for number in range(30)]
    subscribe(keys, *addresses)
    with Sink() as sink:
        campaign = send_all(to(sender, sink), keys)
        assert recipients(sink) == sorted(addresses)
    assert campaign.settled_at is not None
    assert campaign.summary["counts"]["sent"] == 30
    assert not Worker.objects.exists()


def test_sent_again_it_sends_nothing_more(sender: SiteSettings, keys: SenderKeys) -> None:
    subscribe(keys, "anna@example.net")
    with Sink() as sink:
        send_all(to(sender, sink), keys)
        subscribe(keys, "late@example.net")
        send_all(to(sender, sink), keys)
        assert recipients(sink) == ["anna@example.net"]


def test_put_off_is_tried_again_refused_has_failed(sender: SiteSettings, keys: SenderKeys) -> None:
    subscribe(
        keys, "defer-1-anna@example.net", "defer-0-boris@example.net", "bounce-carl@example.net", "late-d@example.net"
    )
    with Sink() as sink:
        campaign = send_all(to(sender, sink), keys)
        assert recipients(sink) == ["defer-1-anna@example.net"]
    assert campaign.summary["counts"] | {"sent": 1, "failed": 3} == campaign.summary["counts"]
    assert campaign.summary["reasons"] == {"450 4.2.1": 1, "550 5.1.1": 1, "554 5.7.1": 1}
    assert Subscriber.objects.count() == 3, "whose address does not exist is no subscriber any more"


def test_a_storm_of_puttings_off_loses_nobody(sender: SiteSettings, keys: SenderKeys) -> None:
    addresses = [f"defer-{number % 3 + 1}-reader{number}@example.net" for number in range(40)]
    subscribe(keys, *addresses)
    with Sink() as sink:
        campaign = send_all(to(sender, sink), keys)
        assert recipients(sink) == sorted(addresses)
    assert campaign.settled_at is not None


@pytest.mark.parametrize(
    ("policy", "copies", "state"), [("reconcile", 1, "sent"), ("resend", 2, "sent"), ("hold", 1, "unknown")]
)
def test_a_message_in_doubt_is_seen_to_in_the_same_run(
    sender: SiteSettings, keys: SenderKeys, tmp_path: Path, policy: Policy, copies: int, state: str
) -> None:
    subscribe(keys, "anna@example.net", "boris@example.net")
    log = tmp_path / "mail.log"
    with Sink(rules=["taken anna@* 1 drop"], log=log) as sink:
        campaign = send_all(to(sender, sink, postfix_log=log), keys, policy=policy)
        assert recipients(sink) == ["anna@example.net"] * copies + ["boris@example.net"]
    assert sorted(states(campaign).values()) == sorted([state, "sent"])
    assert campaign.settled_at is not None


def test_what_was_cut_off_before_the_relay_had_it_is_sent_again_and_is_no_second_copy(
    sender: SiteSettings, keys: SenderKeys, tmp_path: Path
) -> None:
    subscribe(keys, "anna@example.net")
    log = tmp_path / "mail.log"
    with Sink(rules=["dot anna@* 1 drop"], log=log) as sink:
        campaign = send_all(to(sender, sink, postfix_log=log), keys)
        assert recipients(sink) == ["anna@example.net"]
    assert campaign.deliveries.values_list("state", "resent").get() == ("sent", False)


def test_nothing_is_sent_a_third_time_by_itself(sender: SiteSettings, keys: SenderKeys) -> None:
    subscribe(keys, "anna@example.net")
    with Sink(rules=["taken anna@* 0 drop"]) as sink:
        for _ in range(3):
            campaign = send_all(to(sender, sink), keys, policy="resend")
        assert recipients(sink) == ["anna@example.net"] * 2
    assert campaign.settled_at is not None
    assert campaign.summary["counts"]["unknown"] == 1


def test_without_a_log_nothing_is_guessed_and_the_reason_is_told(sender: SiteSettings, keys: SenderKeys) -> None:
    subscribe(keys, "anna@example.net")
    with Sink(rules=["taken anna@* 1 drop"]) as sink:
        site = to(sender, sink, postfix_log=sender.folder / "none.log")
        campaign = send_all(site, keys)
        assert campaign.summary["counts"]["unknown"] == 1
        assert campaign.summary["reasons"] == {"Postfix’s log is missing or has no times": 1}
        assert send_all(site, keys, policy="resend").summary["counts"]["sent"] == 1


def test_once_told_to_stop_it_drains_and_the_next_run_goes_on(sender: SiteSettings, keys: SenderKeys) -> None:
    addresses = [f"reader{number}@example.net" for number in range(200)]
    subscribe(keys, *addresses)
    stop = threading.Event()
    with Sink(delay=0.01) as sink:
        site = to(sender, sink)
        waiting = threading.Thread(target=lambda: (wait_for(sink, 20), stop.set()))
        waiting.start()
        campaign = send_all(site, keys, stop=stop)
        waiting.join()
        assert campaign.settled_at is None
        assert 20 <= len(sink.taken) < 200
        assert set(states(campaign).values()) == {"sent", "queued"}
        assert not Worker.objects.exists()
        assert send_all(site, keys).settled_at is not None
        assert recipients(sink) == sorted(addresses)


def test_told_to_stop_while_it_freezes_it_leaves_nothing_and_goes_on_the_next_time(
    sender: SiteSettings, keys: SenderKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaigns, "PAGE", 10)
    subscribe(keys, *(f"reader{number}@example.net" for number in range(50)))
    stop = threading.Event()

    def stop_at_30(things: Iterable[Any]) -> Iterator[Any]:
        for number, thing in enumerate(things):
            if number == 30:
                stop.set()
            yield thing

    with Sink() as sink:
        site = to(sender, sink)
        with pytest.raises(StoppedError, match="run the command again"):
            deliver(edition=EDITION, keys=keys, site=site, policy="hold", stop=stop, progress=stop_at_30)
        assert not Campaign.objects.exists()
        assert send_all(site, keys).summary["counts"]["sent"] == 50


def wait_for(sink: Sink, messages: int) -> None:
    for _ in range(2000):
        if len(sink.taken) >= messages:
            return
        threading.Event().wait(0.005)


def test_who_is_erased_in_the_middle_gets_nothing(sender: SiteSettings, keys: SenderKeys) -> None:
    numbers = subscribe(keys, "anna@example.net", "boris@example.net")
    with Sink() as sink:
        site = to(sender, sink)
        freeze_campaign(edition=EDITION, keys=keys, site=site)
        erase_subscriber(numbers[0], today=timezone.localdate())
        campaign = send_all(site, keys)
        assert recipients(sink) == ["boris@example.net"]
    assert campaign.summary["counts"]["sent"] == 1


def test_a_new_release_changes_nothing_in_a_campaign_that_was_frozen(sender: SiteSettings, keys: SenderKeys) -> None:
    subscribe(keys, "anna@example.net")
    with Sink() as sink:
        site = to(sender, sink)
        freeze_campaign(edition=EDITION, keys=keys, site=site)
        lay_out_release(site, mail_files(mail("en", sections=("press",))), edition=EDITION, sequence=8)
        send_all(site, keys)
        assert b"economy" in sink.taken[0].data
        assert b"press" not in sink.taken[0].data


def test_a_forged_release_is_refused_before_a_word_of_it_is_read(sender: SiteSettings, keys: SenderKeys) -> None:
    subscribe(keys, "anna@example.net")
    lay_out_release(sender, {"mail/2024-01-22/en.json": b"not even a mail"}, edition=EDITION, key="theirs")
    with Sink() as sink, pytest.raises(UntrustedReleaseError, match="is not what the holder of the key"):
        send_all(to(sender, sink), keys)
    assert not Campaign.objects.exists()


def test_an_edition_that_the_release_has_not_is_named_with_those_it_has(sender: SiteSettings, keys: SenderKeys) -> None:
    with Sink() as sink, pytest.raises(UnknownEditionError, match=r"2031-01-01.*it has mail of: 2024-01-22"):
        deliver(edition="2031-01-01", keys=keys, site=to(sender, sink), policy="hold", stop=threading.Event())


def test_a_row_that_cannot_be_opened_fails_and_is_seen(sender: SiteSettings, keys: SenderKeys) -> None:
    subscribe(keys, "anna@example.net")
    Subscriber.objects.update(generation=F("generation") + 1)
    with Sink() as sink:
        campaign = send_all(to(sender, sink), keys)
    assert campaign.summary["reasons"] == {"the row cannot be opened": 1}
    assert Subscriber.objects.exists()


def test_processes_that_send_together_send_nothing_twice(sender: SiteSettings, keys: SenderKeys) -> None:
    addresses = [f"reader{number}@example.net" for number in range(1500)]
    subscribe(keys, *addresses)
    with Sink() as sink:
        site = to(sender, sink)
        freeze_campaign(edition=EDITION, keys=keys, site=site)
        threads = [threading.Thread(target=send_and_close, args=[site, keys]) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert recipients(sink) == sorted(addresses)
    assert Delivery.objects.filter(state="sent").count() == 1500


def send_and_close(site: SiteSettings, keys: SenderKeys) -> None:
    from django.db import connections

    send_all(site, keys)
    connections.close_all()

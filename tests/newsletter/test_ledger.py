"""The ledger: who holds what, what is claimed, what came of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from barograph.newsletter import ledger as ledger_module
from barograph.newsletter.deliveries import Outcome
from barograph.newsletter.erasing import erase_subscriber
from barograph.newsletter.ledger import IN_DOUBT, LEASE, DatabaseLedger, LeaseLostError
from barograph.newsletter.models import Campaign, Delivery, Subscriber, Worker
from barograph.newsletter.recovery import take_over
from tests.newsletter.campaigning import make_keys, queue, states, subscribe

pytestmark = pytest.mark.django_db(databases=["subscribers"], transaction=True)

Open = Callable[[], DatabaseLedger]


@pytest.fixture
def campaign() -> Campaign:
    return queue(*subscribe(make_keys(), *(f"reader{number}@example.net" for number in range(6))))


@pytest.fixture
def open_ledger(campaign: Campaign) -> Iterator[Open]:
    opened = []

    def make() -> DatabaseLedger:
        opened.append(DatabaseLedger(campaign, settle_seconds=0))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def ids(ledger: DatabaseLedger, limit: int = 100) -> list[int]:
    return [held.id for held in ledger.reserve(limit)]


def test_a_reserved_delivery_comes_with_its_subscribers_row(open_ledger: Open) -> None:
    [held] = open_ledger().reserve(1)
    row = Subscriber.objects.get(pk=held.subscriber)
    assert (held.language, held.tries, held.sealed, held.generation) == ("en", 0, bytes(row.sealed), 1)


def test_two_processes_never_hold_the_same_delivery(open_ledger: Open) -> None:
    one, other = open_ledger(), open_ledger()
    assert sorted([*ids(one, 4), *ids(other, 4)]) == [1, 2, 3, 4, 5, 6]
    assert ids(one) == ids(other) == []


def test_many_threads_together_hold_each_delivery_once() -> None:
    campaign = queue(*subscribe(make_keys(), *(f"r{number}@example.net" for number in range(200))), edition="many")
    held: list[int] = []
    ledgers = [DatabaseLedger(campaign) for _ in range(4)]

    def work(ledger: DatabaseLedger) -> None:
        while batch := ids(ledger, 7):
            held.extend(ledger.commit(outcomes=[], claims=batch))
            ledger.commit(outcomes=[Outcome(number, "sent") for number in batch], claims=[])
        ledger.close()

    threads = [threading.Thread(target=work, args=[ledger]) for ledger in ledgers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(held) == list(range(1, 201))
    assert set(states(campaign).values()) == {"sent"}
    assert not Worker.objects.exists()


def test_outcomes_and_claims_are_written_together(open_ledger: Open) -> None:
    ledger = open_ledger()
    assert ids(ledger, 4) == [1, 2, 3, 4]
    assert ledger.commit(outcomes=[], claims=[1, 2, 3]) == {1, 2, 3}
    later = datetime(2040, 1, 1, tzinfo=UTC)
    outcomes = [Outcome(1, "sent"), Outcome(2, "deferred", "450 4.2.1", later), Outcome(3, "failed", "550 5.1.1")]
    assert ledger.commit(outcomes=outcomes, claims=[4]) == {4}
    rows = Delivery.objects.order_by("pk").values_list("state", "tries", "reason", "next_try", "worker")
    assert list(rows)[:3] == [
        ("sent", 1, "", None, None),
        ("deferred", 1, "450 4.2.1", later, None),
        ("failed", 1, "550 5.1.1", None, None),
    ]
    fourth = Delivery.objects.get(pk=4)
    assert (fourth.state, fourth.tries) == ("claimed", 0)
    assert fourth.claimed_at is not None
    assert abs(timezone.now() - fourth.claimed_at) < timedelta(minutes=1)


def test_only_what_this_process_holds_can_be_claimed(open_ledger: Open) -> None:
    one, other = open_ledger(), open_ledger()
    assert ids(one, 2) == [1, 2]
    assert other.commit(outcomes=[], claims=[1, 5]) == set()
    assert one.commit(outcomes=[], claims=[1]) == {1}
    assert one.commit(outcomes=[], claims=[1]) == set(), "it was claimed already"


def test_a_put_off_delivery_comes_again_when_it_is_due(open_ledger: Open) -> None:
    ledger = open_ledger()
    ids(ledger)
    now = timezone.now()
    soon, past = now + timedelta(hours=1), now - timedelta(seconds=1)
    outcomes = [Outcome(1, "deferred", "450", soon), Outcome(2, "deferred", "450", past)]
    ledger.commit(outcomes=outcomes, claims=[])
    [again] = ledger.reserve(10)
    assert (again.id, again.tries) == (2, 1)
    assert ledger.next_due() == soon
    Delivery.objects.filter(pk=1).update(next_try=now)
    assert ids(ledger) == [1]
    assert ledger.next_due() is None


def test_nothing_is_waited_for_while_something_has_no_answer(open_ledger: Open) -> None:
    ledger = open_ledger()
    ids(ledger)
    later = timezone.now() + timedelta(hours=1)
    ledger.commit(outcomes=[Outcome(1, "deferred", "450", later)], claims=[2])
    assert ledger.next_due() is None
    ledger.commit(outcomes=[Outcome(2, "sent")], claims=[])
    assert ledger.next_due() == later


def test_what_belongs_to_an_erased_reader_is_neither_reserved_nor_claimed(open_ledger: Open) -> None:
    ledger = open_ledger()
    ids(ledger, 2)
    erase_subscriber(Delivery.objects.get(pk=1).subscriber, today=timezone.localdate())
    assert ledger.commit(outcomes=[], claims=[1, 2]) == {2}
    Subscriber.objects.filter(pk=Delivery.objects.get(pk=3).subscriber).delete()
    assert ids(ledger) == [4, 5, 6]
    assert not Delivery.objects.filter(pk=3).exists()


def test_an_outcome_for_a_reader_erased_meanwhile_changes_nothing(open_ledger: Open, campaign: Campaign) -> None:
    ledger = open_ledger()
    ids(ledger, 1)
    ledger.commit(outcomes=[], claims=[1])
    erase_subscriber(Delivery.objects.get(pk=1).subscriber, today=timezone.localdate())
    ledger.commit(outcomes=[Outcome(1, "sent")], claims=[])
    assert 1 not in states(campaign)


def test_closing_gives_back_what_is_reserved_and_puts_in_doubt_what_has_no_answer(
    open_ledger: Open, campaign: Campaign
) -> None:
    ledger = open_ledger()
    ids(ledger, 3)
    ledger.commit(outcomes=[], claims=[1, 2])
    ledger.commit(outcomes=[Outcome(1, "sent")], claims=[])
    ledger.close()
    ledger.close()
    assert list(states(campaign).values()) == ["sent", "unknown", "queued", "queued", "queued", "queued"]
    doubt = Delivery.objects.get(pk=2)
    assert (doubt.reason, doubt.worker, doubt.next_try is None) == (IN_DOUBT, None, False)
    assert not Worker.objects.exists()


def test_every_commit_renews_the_lease(open_ledger: Open) -> None:
    ledger = open_ledger()
    Worker.objects.update(lease_until=timezone.now())
    ledger.commit(outcomes=[], claims=[])
    assert Worker.objects.get().lease_until > timezone.now() + LEASE / 2


def test_the_lease_is_renewed_while_the_sending_waits(open_ledger: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_module, "HEARTBEAT", 0.01)
    open_ledger()
    Worker.objects.update(lease_until=timezone.now())
    for _ in range(500):
        if Worker.objects.get().lease_until > timezone.now() + LEASE / 2:
            return
        threading.Event().wait(0.01)
    pytest.fail("nobody renewed it")


def test_whoever_lost_the_lease_claims_nothing_and_says_what_it_still_learned(
    open_ledger: Open, campaign: Campaign
) -> None:
    ledger = open_ledger()
    ids(ledger, 3)
    ledger.commit(outcomes=[], claims=[1, 2])
    Worker.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert take_over(settle_seconds=0) == 1
    assert [states(campaign)[number] for number in (1, 2, 3)] == ["unknown", "unknown", "queued"]
    with pytest.raises(LeaseLostError, match="silent for so long"):
        ledger.commit(outcomes=[Outcome(1, "sent")], claims=[3])
    assert [states(campaign)[number] for number in (1, 2, 3)] == ["sent", "unknown", "queued"]
    with pytest.raises(LeaseLostError):
        ledger.reserve(1)


def test_a_clock_that_jumps_ahead_loses_no_lease_that_nobody_took(open_ledger: Open) -> None:
    ledger = open_ledger()
    Worker.objects.update(lease_until=timezone.now() - timedelta(days=1))
    assert ids(ledger, 1) == [1]
    assert ledger.commit(outcomes=[], claims=[1]) == {1}


def test_a_full_disk_leaves_everything_as_it_was_and_the_answer_is_written_later(
    open_ledger: Open, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = open_ledger()
    ids(ledger, 3)
    ledger.commit(outcomes=[], claims=[1])

    def full(*_arguments: Any) -> set[int]:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(ledger, "_claim", full)
        with pytest.raises(OperationalError):
            ledger.commit(outcomes=[Outcome(1, "sent")], claims=[2])
    assert [states(campaign)[number] for number in (1, 2)] == ["claimed", "queued"]
    assert ledger.commit(outcomes=[], claims=[3]) == {3}
    assert [states(campaign)[number] for number in (1, 2, 3)] == ["sent", "queued", "claimed"]


def test_what_a_full_disk_kept_from_being_written_is_written_at_the_end(
    open_ledger: Open, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = open_ledger()
    ids(ledger, 1)
    ledger.commit(outcomes=[], claims=[1])
    with monkeypatch.context() as patched:
        patched.setattr(ledger, "_mark", lambda *_arguments: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ledger.commit(outcomes=[Outcome(1, "sent")], claims=[])
    ledger.close()
    assert states(campaign)[1] == "sent"


def test_what_is_written_survives_a_power_cut_whatever_the_server_is_set_to(open_ledger: Open) -> None:
    ledger = open_ledger()
    asked, durable = (
        ("PRAGMA synchronous", 2) if ledger._connection.vendor == "sqlite" else ("SHOW synchronous_commit", "on")
    )
    with ledger._connection.cursor() as cursor:
        cursor.execute(asked)
        assert cursor.fetchone() == (durable,)


def test_the_rate_is_that_of_the_last_half_minute(open_ledger: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, clock = open_ledger(), time.monotonic()
    monkeypatch.setattr(ledger_module, "time", SimpleNamespace(monotonic=lambda: clock))
    rates = []
    for number, seconds in ((1, 0), (2, 2), (3, 2), (None, 29), (None, 60)):
        clock += seconds
        outcomes = [] if number is None else [Outcome(number, "sent")]
        ledger.commit(outcomes=outcomes, claims=[])
        rates.append(round(Worker.objects.get().per_second, 3))
    assert rates == [0, 0.5, 0.5, round(1 / 29, 3), 0]


def test_nothing_in_the_ledgers_rows_or_words_names_a_reader(open_ledger: Open) -> None:
    ledger = open_ledger()
    ids(ledger)
    ledger.commit(outcomes=[Outcome(1, "failed", "550 5.1.1")], claims=[])
    assert "example.net" not in str(list(Delivery.objects.values()) + list(Worker.objects.values()))

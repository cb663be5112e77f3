"""What a bounce means for its reader."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone

from barograph.newsletter.bounces import kind_of, record_bounce
from barograph.newsletter.models import Campaign, Delivery, Erased, Subscriber

pytestmark = pytest.mark.django_db(databases=["subscribers"])

DAY = date(2024, 1, 22)
HARD = ["5.1.1", "550 5.1.1", "550-5.1.1 no such user", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"]
SOFT = [
    "4.2.2",
    "452 4.2.2",
    "5.2.2",
    "552 5.2.2",
    "4.4.1",
    "5.4.1",
    "5.0.0",
    "4.0.0",
    "550",
    "",
    "5.1.1.9",
    "smtp; no",
]
NOT_THEIRS = ["5.7.1", "550 5.7.515", "4.7.0", "5.1.8", "5.1.7", "5.6.0", "5.5.1", "5.3.4", "2.1.5"]


def delivery_of(subscriber: uuid.UUID, number: int = 1, **values: object) -> Delivery:
    campaign = Campaign.objects.create(edition=f"edition-{number}", sequence=1, manifest_hash="")
    made = {"language": "en", "state": Delivery.State.SENT, **values}
    return Delivery.objects.create(id=number, campaign=campaign, subscriber=subscriber, **made)


def subscribe(**values: object) -> Subscriber:
    return Subscriber.objects.create(sealed=b"-", index=uuid.uuid4().bytes, generation=1, since=DAY, **values)


@pytest.mark.parametrize(
    ("kind", "status"),
    [(kind, status) for kind, table in (("hard", HARD), ("soft", SOFT), ("none", NOT_THEIRS)) for status in table],
)
def test_a_status_says_whose_trouble_it_is(kind: str, status: str) -> None:
    assert kind_of(status) == kind


@pytest.mark.parametrize("status", HARD)
def test_a_hard_bounce_removes_the_reader_at_once(status: str) -> None:
    reader, other = subscribe(), subscribe()
    delivery_of(reader.pk)
    record_bounce(delivery=1, status=status, today=DAY)
    assert list(Subscriber.objects.all()) == [other]
    assert Erased.objects.get().pk == reader.pk
    row = Delivery.objects.get()
    assert row.state == Delivery.State.FAILED
    assert row.reason in status


@pytest.mark.parametrize("status", NOT_THEIRS)
def test_what_others_think_of_us_removes_nobody(status: str) -> None:
    reader = subscribe(soft_bounces=2, bounced_on=DAY - timedelta(7))
    for number in range(1, 9):
        delivery_of(reader.pk, number)
        record_bounce(delivery=number, status=status, today=DAY + timedelta(number))
    assert Subscriber.objects.get().soft_bounces == 2
    assert Delivery.objects.filter(state=Delivery.State.FAILED).count() == 8


@pytest.mark.parametrize(
    ("days", "stays", "count"),
    [
        ([0], True, 1),
        ([0, 7], True, 2),
        ([0, 7, 14], False, 0),
        ([0, 21, 42], False, 0),
        ([0, 7, 29], True, 1),
        ([0, 22, 44, 66], True, 1),
        ([0, 0, 0, 0], True, 1),
        ([0, 22, 29, 36], False, 0),
    ],
)
def test_soft_bounces_add_up_within_three_weeks(days: list[int], stays: bool, count: int) -> None:
    reader = subscribe()
    for number, day in enumerate(days, 1):
        delivery_of(reader.pk, number)
        record_bounce(delivery=number, status="452 4.2.2", today=DAY + timedelta(day))
    assert [found.soft_bounces for found in Subscriber.objects.all()] == ([count] if stays else [])


@pytest.mark.parametrize("state", [Delivery.State.QUEUED, Delivery.State.CLAIMED, Delivery.State.DEFERRED])
def test_what_is_still_to_be_sent_is_left_to_the_ledger(state: Delivery.State) -> None:
    delivery_of(subscribe().pk, state=state)
    record_bounce(delivery=1, status="4.2.2", today=DAY)
    assert Delivery.objects.get().state == state


def test_a_bounce_of_nothing_we_know_changes_nothing() -> None:
    subscribe()
    record_bounce(delivery=5, status="5.1.1", today=DAY)
    delivery_of(uuid.uuid4())
    record_bounce(delivery=1, status="5.1.1", today=DAY)
    assert Subscriber.objects.count() == 1
    assert not Erased.objects.exists()


def test_a_bounce_after_the_end_is_counted_in_what_the_campaign_tells() -> None:
    row = delivery_of(subscribe().pk)
    Campaign.objects.update(settled_at=timezone.now(), summary={"counts": {"sent": 9}, "reasons": {"5.1.1": 1}})
    for _again in range(2):
        record_bounce(delivery=row.pk, status="5.1.1", today=DAY)
    assert Campaign.objects.get().summary == {"counts": {"sent": 8, "failed": 1}, "reasons": {"5.1.1": 2}}

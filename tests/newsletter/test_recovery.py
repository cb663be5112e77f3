"""After a crash: who is taken for dead, and what is done with what is in doubt."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from barograph.base.site import SiteSettings
from barograph.newsletter.envelope import message_id
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.ledger import IN_DOUBT, LEASE, this_host
from barograph.newsletter.models import Campaign, Delivery, Worker
from barograph.newsletter.recovery import LOG_TOO_SHORT, ask_again, database_now, resolve, retry, take_over
from tests.newsletter.campaigning import make_keys, queue, states, subscribe

pytestmark = pytest.mark.django_db(databases=["subscribers"])

HOUR = timedelta(hours=1)


@pytest.fixture
def keys() -> SenderKeys:
    return make_keys()


@pytest.fixture
def campaign(keys: SenderKeys) -> Campaign:
    return queue(*subscribe(keys, *(f"reader{number}@example.net" for number in range(3))))


@pytest.fixture
def gone() -> int:
    """The number of a process that is no more."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def work(campaign: Campaign, *, host: str = "", pid: int = 0, lease: timedelta = LEASE) -> Worker:
    """A process that reserved the first delivery and claimed the second."""
    worker = Worker.objects.create(
        campaign=campaign, host=host or this_host(), pid=pid or os.getpid(), lease_until=database_now() + lease
    )
    Delivery.objects.filter(pk__in=[1, 2]).update(worker=worker)
    Delivery.objects.filter(pk=2).update(state="claimed", claimed_at=timezone.now())
    return worker


def test_who_lives_keeps_what_it_holds(campaign: Campaign) -> None:
    worker = work(campaign)
    assert take_over(settle_seconds=0) == 0
    assert Delivery.objects.filter(worker=worker).count() == 2


def test_whose_lease_ended_loses_it_wherever_it_is(campaign: Campaign) -> None:
    work(campaign, host="elsewhere", lease=-timedelta(seconds=1))
    assert take_over(settle_seconds=10) == 1
    assert states(campaign) == {1: "queued", 2: "unknown", 3: "queued"}
    doubt = Delivery.objects.get(pk=2)
    assert (doubt.worker, doubt.reason) == (None, IN_DOUBT)
    assert doubt.next_try is not None
    assert timedelta(seconds=5) < doubt.next_try - timezone.now() <= timedelta(seconds=10)
    assert not Worker.objects.exists()


def test_whose_process_is_gone_loses_it_at_once_on_this_machine_only(campaign: Campaign, gone: int) -> None:
    work(campaign, host="elsewhere", pid=gone)
    assert take_over(settle_seconds=0) == 0
    Worker.objects.update(host=this_host())
    assert take_over(settle_seconds=0) == 1
    assert states(campaign)[2] == "unknown"


def test_a_process_of_somebody_else_is_alive(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_pid: int, _signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", refuse)
    work(campaign)
    assert take_over(settle_seconds=0) == 0


def test_a_clock_set_back_makes_no_lease_longer(campaign: Campaign) -> None:
    work(campaign, host="elsewhere", lease=24 * HOUR)
    take_over(settle_seconds=0)
    assert Worker.objects.get().lease_until <= database_now() + LEASE


def doubt(number: int, *, claimed_ago: timedelta = timedelta(seconds=30), resent: bool = False) -> None:
    now = timezone.now()
    Delivery.objects.filter(pk=number).update(
        state="unknown", claimed_at=now - claimed_ago, next_try=now - timedelta(seconds=1), resent=resent
    )


def write_log(site: SiteSettings, *messages: str, begins: datetime | None = None, ends: datetime | None = None) -> None:
    """A log of the last hour that says these messages were taken."""
    now = timezone.now()
    lines = [f"{(begins or now - HOUR).isoformat()} mail postfix/smtpd[1]: connect from localhost"]
    for number, message in enumerate(messages):
        queue_id = f"4TJk1z0Wz{number:04}"
        lines += [
            f"{now.isoformat()} mail postfix/cleanup[1]: {queue_id}: message-id=<{message}>",
            f"{now.isoformat()} mail postfix/qmgr[1]: {queue_id}: from=<a@b>, size=1, nrcpt=1 (queue active)",
        ]
    lines.append(f"{(ends or now).isoformat()} mail postfix/smtpd[1]: disconnect from localhost")
    (site.folder / "mail.log").write_text("\n".join(lines) + "\n", encoding="ascii")


@pytest.fixture
def site(own_site: SiteSettings) -> SiteSettings:
    return own_site.model_copy(
        update={"newsletter": own_site.newsletter.model_copy(update={"postfix_log": Path("mail.log")})}
    )


def test_reconciling_what_the_log_has_is_sent_and_what_it_has_not_is_queued_as_if_new(
    campaign: Campaign, keys: SenderKeys, site: SiteSettings
) -> None:
    doubt(1)
    doubt(2)
    write_log(site, message_id(keys, 1, "example.org"))
    resolve(policy="reconcile", campaign=campaign, keys=keys, site=site)
    assert states(campaign) == {1: "sent", 2: "queued", 3: "queued"}
    assert not Delivery.objects.get(pk=2).resent


def test_reconciling_waits_until_postfix_has_surely_written_its_log(
    campaign: Campaign, keys: SenderKeys, site: SiteSettings
) -> None:
    doubt(1)
    Delivery.objects.filter(pk=1).update(next_try=timezone.now() + HOUR)
    write_log(site)
    resolve(policy="reconcile", campaign=campaign, keys=keys, site=site)
    assert states(campaign)[1] == "unknown"


@pytest.mark.parametrize("begins", [True, False])
def test_a_log_that_does_not_reach_to_the_time_proves_nothing(
    campaign: Campaign, keys: SenderKeys, site: SiteSettings, begins: bool
) -> None:
    doubt(1, claimed_ago=2 * HOUR if begins else timedelta(0))
    write_log(site, ends=None if begins else timezone.now() - HOUR / 2)
    resolve(policy="reconcile", campaign=campaign, keys=keys, site=site)
    found = Delivery.objects.get(pk=1)
    assert (found.state, found.reason, found.next_try) == ("unknown", LOG_TOO_SHORT, None)
    ask_again(campaign)
    write_log(site, begins=timezone.now() - 3 * HOUR)
    resolve(policy="reconcile", campaign=campaign, keys=keys, site=site)
    assert states(campaign)[1] == "queued"


def test_without_a_log_nothing_changes_but_the_reason(campaign: Campaign, keys: SenderKeys, site: SiteSettings) -> None:
    doubt(1)
    resolve(policy="reconcile", campaign=campaign, keys=keys, site=site)
    found = Delivery.objects.get(pk=1)
    assert (found.state, found.next_try) == ("unknown", None)
    assert "missing" in found.reason


def test_what_another_process_claimed_again_meanwhile_is_another_doubt(
    campaign: Campaign, keys: SenderKeys, site: SiteSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from barograph.newsletter import recovery

    doubt(1)
    write_log(site)
    asking = recovery.ask_log

    def slowly(*arguments: object, **named: object) -> object:
        Delivery.objects.filter(pk=1).update(claimed_at=timezone.now())
        return asking(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(recovery, "ask_log", slowly)
    resolve(policy="reconcile", campaign=campaign, keys=keys, site=site)
    assert states(campaign)[1] == "unknown"


def test_resending_happens_once(campaign: Campaign, keys: SenderKeys, site: SiteSettings) -> None:
    doubt(1)
    doubt(2, resent=True)
    resolve(policy="resend", campaign=campaign, keys=keys, site=site)
    assert states(campaign) == {1: "queued", 2: "unknown", 3: "queued"}
    assert Delivery.objects.get(pk=1).resent
    assert Delivery.objects.get(pk=2).next_try is None


def test_holding_changes_nothing(campaign: Campaign, keys: SenderKeys, site: SiteSettings) -> None:
    doubt(1)
    resolve(policy="hold", campaign=campaign, keys=keys, site=site)
    assert states(campaign)[1] == "unknown"


def test_a_doubt_of_another_campaign_is_left_alone(campaign: Campaign, keys: SenderKeys, site: SiteSettings) -> None:
    doubt(1)
    other = Campaign.objects.create(edition="other", sequence=1, manifest_hash="0")
    resolve(policy="resend", campaign=other, keys=keys, site=site)
    assert states(campaign)[1] == "unknown"


@pytest.mark.parametrize(
    ("reasons", "again"),
    [((), [1, 2]), (("550 5.1.1",), [1]), (("450 4.2.1", "550 5.1.1"), [1, 2]), ((IN_DOUBT,), [3]), (("other",), [])],
)
def test_on_order_just_those_not_reached_are_queued_again(
    campaign: Campaign, reasons: tuple[str, ...], again: list[int]
) -> None:
    Delivery.objects.filter(pk=1).update(state="failed", reason="550 5.1.1", tries=2)
    Delivery.objects.filter(pk=2).update(state="deferred", reason="450 4.2.1", tries=2, next_try=timezone.now() + HOUR)
    Delivery.objects.filter(pk=3).update(state="unknown", reason=IN_DOUBT)
    Campaign.objects.update(settled_at=timezone.now())
    assert retry(campaign=campaign, reasons=reasons) == len(again)
    queued = Delivery.objects.filter(state="queued", next_try=None, reason="").order_by("pk")
    assert list(queued.values_list("pk", "resent")) == [(number, number == 3) for number in again]
    assert Campaign.objects.filter(settled_at=None).exists() is bool(again)


def test_a_machine_started_anew_is_another_host(monkeypatch: pytest.MonkeyPatch) -> None:
    before = this_host()
    assert before == this_host()
    monkeypatch.setattr(Path, "read_text", lambda *_arguments, **_named: "another start")
    assert this_host() != before

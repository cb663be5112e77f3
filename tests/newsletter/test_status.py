"""How campaigns stand: for people, for programs, and without the sender's key."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result
from django.utils import timezone
from pydantic import SecretStr
from pytest_django import Settings

from barograph.base.site import SiteSettings
from barograph.config import sender_start
from barograph.config.command import main
from barograph.config.commands.newsletter import sending
from barograph.newsletter.key_file import FILE, make_keys
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.ledger import LEASE
from barograph.newsletter.models import Campaign, Delivery, Worker
from barograph.newsletter.statuses import KEPT, campaign_status, current_status, prune, settle
from tests.newsletter.campaigning import EDITION, mail, mail_files, queue, subscribe
from tests.newsletter.campaigning import make_keys as fresh_keys
from tests.newsletter.releases import lay_out_release
from tests.newsletter.sink import Sink

pytestmark = pytest.mark.django_db(databases=["subscribers"], transaction=True)


@pytest.fixture
def campaign() -> Campaign:
    """One of each kind."""
    campaign = queue(*subscribe(fresh_keys(), *(f"reader{number}@example.net" for number in range(8))))
    Campaign.objects.update(summary={"readers": {"en": 10, "other": 3}})
    for number, state, reason in (
        (1, "sent", ""), (2, "failed", "550 5.1.1"), (3, "failed", "550 5.1.1"), (4, "deferred", "450 4.2.1"),
        (5, "unknown", "in doubt"), (6, "claimed", ""),
    ):  # fmt: skip
        Delivery.objects.filter(pk=number).update(state=state, reason=reason)
    campaign.refresh_from_db()
    return campaign


COUNTS = {"queued": 2, "claimed": 1, "sent": 1, "deferred": 1, "failed": 2, "unknown": 1}
REASONS = {"550 5.1.1": 2, "450 4.2.1": 1, "in doubt": 1}


@pytest.mark.usefixtures("campaign")
def test_it_counts_by_state_and_by_reason() -> None:
    [status] = current_status(timezone.now()).campaigns
    assert (status.edition, status.state, status.counts) == (EDITION, "waiting", COUNTS)
    assert list(status.reasons.items()) == list(REASONS.items()), "the most frequent first"
    assert (status.per_second, status.seconds_left, status.ended) == (0, None, "")


def test_rate_and_time_left_are_those_of_processes_that_live(campaign: Campaign) -> None:
    now = timezone.now()
    for rate, lease in ((0.5, LEASE), (1.0, LEASE), (100.0, -LEASE)):
        Worker.objects.create(campaign=campaign, host="a", pid=1, lease_until=now + lease, per_second=rate)
    status = campaign_status(campaign, now)
    assert (status.state, status.per_second, status.seconds_left) == ("sending", 1.5, 2)


@pytest.mark.usefixtures("campaign")
def test_readers_by_language_are_told_as_they_were_last_counted() -> None:
    assert current_status(timezone.now()).subscribers == {"en": 10, "other": 3}
    Campaign.objects.all().delete()
    assert current_status(timezone.now()).subscribers == {"other": 8}


def test_a_settled_campaign_keeps_its_counts_when_its_deliveries_are_removed(campaign: Campaign) -> None:
    now = timezone.now()
    settle(campaign, now - KEPT - timedelta(days=1))
    assert prune(now) == 8
    assert prune(now) == 0
    assert not Delivery.objects.exists()
    status = campaign_status(Campaign.objects.get(), now)
    assert (status.state, status.counts, status.reasons) == ("settled", COUNTS, REASONS)


def test_what_is_not_settled_or_not_old_is_kept(campaign: Campaign) -> None:
    now = timezone.now()
    assert prune(now + 2 * KEPT) == 0
    settle(campaign, now)
    assert prune(now + KEPT) == 0
    assert Delivery.objects.count() == 8


@pytest.fixture
def run(own_site: SiteSettings, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> SiteSettings:
    """A site whose commands run in this process, on the database of the tests."""
    own = own_site.newsletter.model_copy(update={"key_passphrase": SecretStr("a passphrase for tests")})
    settings.BAROGRAPH = own_site.model_copy(update={"newsletter": own})
    monkeypatch.setattr(sender_start, "start_sender", lambda: None)
    return settings.BAROGRAPH


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["newsletter", *arguments])


@pytest.mark.usefixtures("campaign")
def test_the_command_needs_no_key_and_writes_json(run: SiteSettings) -> None:
    result = call("status", "--json")
    assert result.exit_code == 0, result.output
    [told] = json.loads(result.stdout)["campaigns"]
    assert (told["edition"], told["counts"], told["reasons"]) == (EDITION, COUNTS, REASONS)
    assert not run.sender_folder.exists()


@pytest.mark.usefixtures("campaign", "run")
def test_the_command_tells_people_the_same() -> None:
    output = call("status").output
    assert "2024-01-22: waiting. 2 queued, 1 claimed, 1 sent, 1 deferred, 2 failed, 1 unknown" in output
    assert "2 × 550 5.1.1" in output
    Campaign.objects.update(summary={"readers": {"be": 7, "ru": 2}})
    assert "Subscribers: 9 when the newest sending began, of them 7 be, 2 ru\n" in call("status").output
    Campaign.objects.all().delete()
    assert call("status").output == "No edition has been sent yet.\nSubscribers: 8\n"


@pytest.fixture
def keys(run: SiteSettings) -> SenderKeys:
    """The sender's keys in their file, and a release with mail."""
    lay_out_release(run, mail_files(mail()), edition=EDITION)
    return make_keys(run.sender_folder / FILE, "a passphrase for tests", work=2)


def through(sink: Sink, settings: Settings) -> None:
    address = f"smtp://127.0.0.1:{sink.port}?connections=2"
    settings.BAROGRAPH = settings.BAROGRAPH.model_copy(update={"smtp_url": address})


def test_send_ends_when_all_is_settled_and_says_how(keys: SenderKeys, settings: Settings) -> None:
    subscribe(keys, "anna@example.net", "bounce-boris@example.net")
    with Sink() as sink:
        through(sink, settings)
        result = call("send", EDITION, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert (told["state"], told["counts"]["sent"], told["reasons"]) == ("settled", 1, {"550 5.1.1": 1})
    assert "example.net" not in result.output


def test_send_retries_on_order_just_those_that_were_not_reached(keys: SenderKeys, settings: Settings) -> None:
    subscribe(keys, "anna@example.net", "late-boris@example.net")
    with Sink() as sink:
        through(sink, settings)
        call("send", EDITION)
    with Sink(rules=["rcpt late-* 0 250 2.1.5 Ok"]) as sink:
        through(sink, settings)
        result = call("send", EDITION, "--retry", "554 5.7.1")
        assert "1 queued again" in result.stderr
        assert sink.commands.count("RCPT") == 1


def test_a_dry_run_tells_how_many_in_which_language(keys: SenderKeys) -> None:
    subscribe(keys, "anna@example.net")
    assert "en: 1\n0 for whose choices" in call("send", EDITION, "--dry-run").stdout
    assert json.loads(call("send", EDITION, "--dry-run", "--json").stdout)["deliveries"] == {"en": 1}
    assert not Campaign.objects.exists()


def test_interrupted_it_says_by_its_exit_status_that_something_is_left(
    keys: SenderKeys, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(keys, "anna@example.net")
    with Sink() as sink, monkeypatch.context() as patched:
        through(sink, settings)
        patched.setattr("barograph.newsletter.delivering.take_over", lambda **_: signal_ourselves())
        result = call("send", EDITION)
    assert result.exit_code == sending.UNSETTLED
    assert "2024-01-22: waiting. 1 queued" in result.output


def signal_ourselves() -> None:
    import os
    import signal

    os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["send", "2031-01-06"], "no mail of an edition “2031-01-06”; it has mail of: 2024-01-22"),
        (["send", EDITION, "--retry", "all"], "was never sent"),
        (["send", EDITION], "no relay takes the newsletter"),
    ],
)
@pytest.mark.usefixtures("keys")
def test_what_cannot_be_is_said_in_a_line(settings: Settings, arguments: list[str], message: str) -> None:
    if arguments != ["send", EDITION]:
        settings.BAROGRAPH = settings.BAROGRAPH.model_copy(update={"smtp_url": "smtp://127.0.0.1:1"})
    result = call(*arguments)
    assert result.exit_code == 1
    assert message in result.output

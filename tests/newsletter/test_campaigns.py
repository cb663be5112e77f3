"""Freezing a campaign: who gets what, all at once or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connections

from barograph.base.drops import Choices
from barograph.base.site import SiteSettings
from barograph.newsletter import DATABASE, campaigns
from barograph.newsletter.campaigns import (
    UnknownEditionError,
    campaign_mails,
    choose_language,
    freeze_campaign,
    grouped,
    newest_unsent,
    plan_campaign,
    wants,
)
from barograph.newsletter.erasing import erase_subscriber
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.models import Campaign, CampaignMail, Delivery, Subscriber
from barograph.newsletter.signed_release import UntrustedReleaseError, open_release
from tests.newsletter.campaigning import DAY, EDITION, mail, mail_files, make_keys, subscribe
from tests.newsletter.releases import lay_out_release

pytestmark = pytest.mark.django_db(databases=["subscribers"], transaction=True)


@pytest.fixture
def keys() -> SenderKeys:
    return make_keys()


@pytest.fixture
def site(own_site: SiteSettings) -> SiteSettings:
    files = mail_files(mail("en", sections=("economy", "press"), changed=("press",)), mail("be"))
    lay_out_release(own_site, files, edition=EDITION)
    return own_site


def freeze(keys: SenderKeys, site: SiteSettings) -> Campaign:
    return freeze_campaign(edition=EDITION, keys=keys, site=site)


def test_everybody_gets_a_delivery_whose_number_is_a_secret_and_always_the_same(
    keys: SenderKeys, site: SiteSettings
) -> None:
    numbers = subscribe(keys, "anna@example.net", "boris@example.net")
    campaign = freeze(keys, site)
    found = dict(campaign.deliveries.values_list("subscriber", "pk"))
    assert found.keys() == set(numbers)
    Campaign.objects.all().delete()
    assert dict(freeze(keys, site).deliveries.values_list("subscriber", "pk")) == found
    Campaign.objects.all().delete()
    other = make_keys()
    assert not set(found.values()) & {
        int.from_bytes(other.derive(b"delivery", EDITION.encode(), one.bytes)[:8], "big") >> 1 for one in numbers
    }


def test_it_says_of_what_release_it_is_and_keeps_its_mail_to_the_byte(keys: SenderKeys, site: SiteSettings) -> None:
    campaign = freeze(keys, site)
    release = open_release(site)
    assert (campaign.sequence, campaign.manifest_hash) == (release.sequence, release.manifest_hash)
    assert campaign_mails(campaign) == {
        "en": mail("en", sections=("economy", "press"), changed=("press",)),
        "be": mail("be"),
    }


def test_frozen_again_it_is_the_same_even_without_the_release(keys: SenderKeys, site: SiteSettings) -> None:
    campaign = freeze(keys, site)
    subscribe(keys, "late@example.net")
    lay_out_release(site, {}, sequence=8)
    assert freeze(keys, site) == campaign
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("wanted", "available", "chosen"),
    [
        ("be", ["en", "be"], "be"),
        ("ru", ["en", "be"], "be"),  # the fallback that is set
        ("be", ["en", "ru"], "en"),  # the site's order
        ("uk", ["ru", "be"], "be"),
        ("en", ["pl"], "pl"),
    ],
)
def test_a_language_that_is_missing_has_its_fallbacks(
    own_site: SiteSettings, wanted: str, available: list[str], chosen: str
) -> None:
    settings = own_site.newsletter.model_copy(update={"fallback": {"ru": ["be", "en"]}})
    assert choose_language(wanted, available, own_site.model_copy(update={"newsletter": settings})) == chosen


@pytest.mark.parametrize(
    ("choices", "wanted"),
    [
        (Choices("en"), True),
        (Choices("en", ("press",)), True),
        (Choices("en", ("health", "economy")), True),
        (Choices("en", ("health",)), False),
        (Choices("en", (), "changes"), True),
        (Choices("en", ("press",), "changes"), True),
        (Choices("en", ("economy",), "changes"), False),
    ],
)
def test_a_reader_gets_what_has_something_for_the_choices(choices: Choices, wanted: bool) -> None:
    assert wants(choices, mail(sections=("economy", "press"), changed=("press",))) is wanted


def test_who_is_left_out_has_no_delivery(keys: SenderKeys, site: SiteSettings) -> None:
    [anna] = subscribe(keys, "anna@example.net", choices=Choices("en", ("press",)))
    subscribe(keys, "boris@example.net", choices=Choices("be", ("press",)))
    assert list(freeze(keys, site).deliveries.values_list("subscriber", "language")) == [(anna, "en")]


def test_a_dry_run_counts_and_writes_nothing(keys: SenderKeys, site: SiteSettings) -> None:
    subscribe(keys, "anna@example.net", "boris@example.net")
    subscribe(keys, "carl@example.net", choices=Choices("be"))
    subscribe(keys, "dan@example.net", choices=Choices("en", ("health",)))
    Subscriber.objects.filter(index=keys.row_keys.index("boris@example.net")).update(sealed=b"broken")
    plan = plan_campaign(edition=EDITION, keys=keys, site=site)
    assert (dict(plan.deliveries), plan.left_out, plan.unreadable) == ({"en": 2, "be": 1}, 1, 1)
    assert not Campaign.objects.exists()
    assert not Delivery.objects.exists()


def test_a_crash_in_the_middle_leaves_nothing(
    keys: SenderKeys, site: SiteSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(keys, "anna@example.net")
    writing = campaigns._write_deliveries

    def crash(*arguments: Any) -> None:
        writing(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(campaigns, "_write_deliveries", crash)
        with pytest.raises(KeyboardInterrupt):
            freeze(keys, site)
    assert not any(model.objects.exists() for model in (Campaign, CampaignMail, Delivery))
    assert freeze(keys, site).deliveries.count() == 1


def test_who_is_erased_while_it_is_frozen_has_no_delivery(
    keys: SenderKeys, site: SiteSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, boris = subscribe(keys, "anna@example.net", "boris@example.net")
    writing = campaigns._write_deliveries

    def erase_first(*arguments: Any) -> None:
        erase_subscriber(anna, today=DAY)
        writing(*arguments)

    monkeypatch.setattr(campaigns, "_write_deliveries", erase_first)
    assert list(freeze(keys, site).deliveries.values_list("subscriber", flat=True)) == [boris]


def test_of_two_processes_that_freeze_at_once_one_does(
    keys: SenderKeys, site: SiteSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(keys, "anna@example.net")
    planning = campaigns._plan_rows

    def slowly(*arguments: Any, **named: Any) -> Any:
        yield from planning(*arguments, **named)
        monkeypatch.setattr(campaigns, "_plan_rows", planning)
        with connections[DATABASE].cursor() as cursor:  # the other process has a temporary table of its own
            cursor.execute("ALTER TABLE barograph_plan RENAME TO aside")
        first.append(freeze(keys, site))
        with connections[DATABASE].cursor() as cursor:
            cursor.execute("ALTER TABLE aside RENAME TO barograph_plan")

    first: list[Campaign] = []
    monkeypatch.setattr(campaigns, "_plan_rows", slowly)
    assert [freeze(keys, site)] == first
    assert Delivery.objects.count() == 1


def test_a_release_that_is_not_to_be_trusted_is_not_read(keys: SenderKeys, site: SiteSettings) -> None:
    (site.releases / "current" / f"mail/{EDITION}/en.json").write_bytes(mail("be").to_json())
    with pytest.raises(UntrustedReleaseError, match="was changed after it was signed"):
        freeze(keys, site)
    lay_out_release(site, {f"mail/{EDITION}/en.json": b"{}"})
    with pytest.raises(UntrustedReleaseError, match="is not an edition's mail"):
        freeze(keys, site)
    assert not Campaign.objects.exists()


def test_an_edition_without_mail_is_named_with_those_that_have_some(keys: SenderKeys, site: SiteSettings) -> None:
    with pytest.raises(UnknownEditionError, match="“2031-01-06”; it has mail of: 2024-01-22"):
        freeze_campaign(edition="2031-01-06", keys=keys, site=site)


def test_the_newest_edition_is_new_until_it_has_its_campaign(keys: SenderKeys, site: SiteSettings) -> None:
    assert newest_unsent(open_release(site)) == EDITION
    freeze(keys, site)
    assert newest_unsent(open_release(site)) is None
    lay_out_release(site, {})
    assert newest_unsent(open_release(site)) is None


def test_few_readers_of_a_language_cannot_be_told_apart() -> None:
    assert grouped({"en": 100, "be": 10, "ru": 9, "uk": 1}) == {"be": 10, "en": 100, "other": 10}
    assert grouped({}) == {}

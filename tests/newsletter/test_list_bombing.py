"""A hundred thousand sign-ups for ten victims: each hears of it once at most, and nothing piles up."""

from __future__ import annotations

import os
from itertools import cycle, islice
from pathlib import Path

import pytest

from barograph.base.drops import MODES
from barograph.newsletter.models import Asked
from barograph.newsletter.models import SignUp as Waiting
from tests.newsletter.visitors import Visitors

pytestmark = pytest.mark.django_db(databases=["subscribers"])
VICTIMS = [f"victim{number}@example{number % 3}.org" for number in range(10)]
SPELLINGS = (str, str.upper, str.title, " {}\n".format)


@pytest.fixture
def visitors(tmp_path: Path) -> Visitors:
    return Visitors(tmp_path)


def test_a_hundred_thousand_sign_ups_for_ten_victims_are_ten_rows_and_ten_mails(visitors: Visitors) -> None:
    # Sealing so many would take longer than opening them: some hundred different ones are dropped again and again.
    for spelt in SPELLINGS:
        for language in visitors.site.language_codes:
            for mode in MODES:
                for victim in VICTIMS:
                    visitors.sign_up(spelt(victim), language=language, mode=mode)
    files = list(visitors.box.iterdir())
    for number, file in enumerate(islice(cycle(files), 100_000 - len(files))):
        os.link(file, visitors.box / f"{number:06}.drop")
    report = visitors.empty()
    assert report.sign_ups == 100_000
    assert not list(visitors.box.iterdir())
    assert Waiting.objects.count() == 10
    visitors.send()
    assert sorted(mail.recipient for mail in visitors.mails) == VICTIMS
    assert Asked.objects.count() == 10


def test_a_flood_that_goes_on_for_weeks_reaches_a_victim_once_a_week_and_then_no_more(visitors: Visitors) -> None:
    for _ in range(60):
        for victim in VICTIMS[:2]:
            visitors.sign_up(victim)
        visitors.empty()
        visitors.send()
        visitors.wait(hours=8)
    days = 60 * 8 / 24
    assert days == 20
    assert len(visitors.mails) == 4  # two each, in twenty days as in ninety
    assert Waiting.objects.count() <= 2


def test_a_flood_of_victims_at_one_mail_host_is_spread_over_hours(visitors: Visitors) -> None:
    visitors.settle(hourly_confirmations_per_domain=10)
    for number in range(300):
        visitors.sign_up(f"victim{number}@example.org")
    visitors.empty()
    assert visitors.send() == 10
    assert visitors.send() == 0

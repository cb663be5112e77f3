"""Erased is erased: rows, deliveries, and every byte in the files."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connections

from barograph.base.campaigns import STATES
from barograph.newsletter import DATABASE
from barograph.newsletter.erasing import erase_subscriber, erased_on, was_erased
from barograph.newsletter.models import Campaign, Delivery, Erased, SignUp, Subscriber
from tests.newsletter.visitors import Visitors, counts, number_of, token_in

pytestmark = pytest.mark.django_db(databases=["subscribers"])
BAROGRAPH = Path(sys.executable).with_name("barograph")
ANNA = "anna-who-leaves@example.org"
TODAY = date(2024, 1, 15)
NOTHING_BUT_THE_PROOF = {"Subscriber": 0, "SignUp": 0, "Asked": 0, "Delivery": 0, "Erased": 1}


@pytest.fixture
def visitors(tmp_path: Path) -> Visitors:
    return Visitors(tmp_path)


def test_the_link_in_every_mail_erases_at_once(visitors: Visitors) -> None:
    row = visitors.subscribed(ANNA)
    visitors.use(visitors.reader(row).token)
    assert visitors.empty().erased == 1
    assert counts() == NOTHING_BUT_THE_PROOF


def test_the_link_asked_for_by_address_erases_and_shows_the_number_of_the_proof(visitors: Visitors) -> None:
    visitors.subscribed(ANNA)
    visitors.forget("Anna-who-leaves@EXAMPLE.org", "be")
    assert visitors.empty().erasures_asked == 1
    assert visitors.send() == 1
    token = token_in(visitors.mails[-1])
    visitors.use(token)
    assert visitors.empty().erased == 1
    assert counts() == NOTHING_BUT_THE_PROOF
    assert erased_on(number_of(token)) == TODAY


def test_whoever_is_not_on_the_list_gets_no_mail_to_be_erased(visitors: Visitors) -> None:
    visitors.forget(ANNA)
    assert visitors.empty().erasures_asked == 0
    assert visitors.send() == 0
    assert counts() == {"Subscriber": 0, "SignUp": 0, "Asked": 0, "Delivery": 0, "Erased": 0}


def test_a_second_wish_to_be_erased_keeps_the_link_of_the_first(visitors: Visitors) -> None:
    visitors.subscribed(ANNA)
    visitors.forget(ANNA)
    visitors.empty()
    visitors.send()
    token = token_in(visitors.mails[-1])
    visitors.forget(ANNA, "be")
    visitors.empty()
    assert visitors.reader(SignUp.objects.get()).token == token


def test_erasing_again_changes_nothing_and_keeps_the_first_day(visitors: Visitors) -> None:
    row = visitors.subscribed(ANNA)
    assert erase_subscriber(row.pk, today=TODAY)
    assert not erase_subscriber(row.pk, today=date(2024, 2, 1))
    assert Erased.objects.get().day == TODAY


def test_a_number_that_nobody_had_proves_nothing() -> None:
    number = uuid4()
    assert not erase_subscriber(number, today=TODAY)
    assert not was_erased(number)


@pytest.mark.parametrize("state", STATES)
def test_unsubscribing_during_a_sending_leaves_no_delivery(visitors: Visitors, state: str) -> None:
    leaving, staying = visitors.subscribed(ANNA), visitors.subscribed("bo@example.com")
    campaign = Campaign.objects.create(edition="2024-01-15", sequence=1, manifest_hash="0" * 64)
    for number, row in enumerate((leaving, staying)):
        Delivery.objects.create(id=number, campaign=campaign, subscriber=row.pk, language="en", state=state)
    visitors.use(visitors.reader(leaving).token)
    visitors.empty()
    assert Delivery.objects.get().subscriber == staying.pk
    assert Subscriber.objects.get() == staying


def test_somebody_else_is_not_erased(visitors: Visitors) -> None:
    leaving, _ = visitors.subscribed(ANNA), visitors.subscribed("bo@example.com")
    visitors.sign_up("di@example.com")
    visitors.empty()
    erase_subscriber(leaving.pk, today=TODAY)
    assert counts() == {"Subscriber": 1, "SignUp": 1, "Asked": 1, "Delivery": 0, "Erased": 1}


@pytest.mark.django_db(databases=["subscribers"], transaction=True)
def test_afterwards_no_file_holds_address_index_or_sealed_bytes(visitors: Visitors) -> None:
    if connections[DATABASE].vendor != "sqlite":
        return  # PostgreSQL keeps its own files, and reuses their pages in its own time
    row = visitors.subscribed(ANNA)
    visitors.forget(ANNA)
    visitors.empty()
    visitors.send()
    for number in range(300):
        visitors.sign_up(f"reader{number}@example.com")
    visitors.empty()
    wish = SignUp.objects.get(kind="erase")
    traces = [
        ANNA.encode(), bytes(row.index), bytes(row.sealed)[:16], bytes(row.sealed)[-16:], bytes(wish.sealed)[:16],
        bytes(wish.sealed)[-16:], wish.pk.hex.encode(), wish.pk.bytes,
    ]  # fmt: skip
    visitors.use(token_in(visitors.mails[-1]))
    assert visitors.empty().erased == 1
    database = Path(connections[DATABASE].settings_dict["NAME"])
    files = [
        file for file in (*database.parent.glob(database.name + "*"), *visitors.folder.rglob("*")) if file.is_file()
    ]
    everything = b"".join(file.read_bytes() for file in files)
    assert row.pk.hex.encode() in everything  # the proof
    assert len(everything) > 100_000
    assert [trace for trace in traces if trace in everything] == []


def test_the_command_says_whether_a_number_was_erased(tmp_path: Path) -> None:
    (tmp_path / "barograph.toml").write_text((Path(__file__).parents[1] / "site" / "barograph.toml").read_text())
    number = str(uuid4())
    said = []
    for flag in ([], ["--json"]):
        command = [
            Path(sys.executable).with_name("barograph"),
            "--site",
            str(tmp_path),
            "newsletter",
            "erased",
            number,
            *flag,
        ]
        said.append(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert said[0].startswith("Nothing was erased under this number.")
    assert json.loads(said[1]) == {"number": number, "erased": False, "day": None}

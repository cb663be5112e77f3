"""What comes of wishes: waiting, confirmed, changed, forgotten."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from barograph.base.drops import Choices
from barograph.newsletter.keys import RowKeys, SenderKeys
from barograph.newsletter.models import SignUp, Subscriber
from barograph.newsletter.subscribing import forget_unconfirmed
from barograph.trust.tokens import LENGTH, Purpose, TokenKey, read_token
from tests.newsletter.visitors import Visitors, counts, number_of, token_in

pytestmark = pytest.mark.django_db(databases=["subscribers"])
ANNA = "anna@example.org"


@pytest.fixture
def visitors(tmp_path: Path) -> Visitors:
    return Visitors(tmp_path)


def test_a_sign_up_waits_and_makes_nobody_a_subscriber(visitors: Visitors) -> None:
    visitors.sign_up("Anna@Example.org", language="be", sections=("press", "health"), cadence="changes", mode="notice")
    assert visitors.empty().sign_ups == 1
    assert not list(visitors.box.iterdir())
    row = SignUp.objects.get()
    reader = visitors.reader(row)
    assert (reader.address, reader.day, reader.consent) == (ANNA, date(2024, 1, 15), 1)
    # Sections stand in the site's order, however they came.
    assert reader.choices == Choices("be", ("health", "press"), "changes", "notice")
    assert counts() == {"Subscriber": 0, "SignUp": 1, "Asked": 0, "Delivery": 0, "Erased": 0}


def test_a_confirmed_reader_has_a_link_that_ends_it_all_and_a_day_without_a_time(visitors: Visitors) -> None:
    row = visitors.subscribed(ANNA, language="ru")
    reader = visitors.reader(row)
    token = read_token(reader.token, visitors.keys.known_tokens, today=date(2099, 1, 1))
    assert (token.purpose, token.number, token.last_day) == (Purpose.UNSUBSCRIBE, row.pk.bytes, None)
    assert row.since == date(2024, 1, 15)
    assert (reader.address, reader.choices, reader.day) == (ANNA, Choices("ru"), date(2024, 1, 15))
    assert counts() == {"Subscriber": 1, "SignUp": 0, "Asked": 1, "Delivery": 0, "Erased": 0}


def test_all_sections_are_the_same_as_none_named(visitors: Visitors) -> None:
    visitors.sign_up(ANNA, sections=tuple(section.key for section in visitors.site.sections))
    visitors.empty()
    assert visitors.reader(SignUp.objects.get()).choices.sections == ()


def test_the_newest_wish_of_an_address_is_what_a_link_confirms(visitors: Visitors) -> None:
    token = visitors.asked(ANNA, language="be")
    visitors.sign_up("ANNA@example.org", language="ru", mode="neutral")
    visitors.empty()
    assert visitors.send() == 0
    visitors.use(token)
    visitors.empty()
    assert visitors.reader(visitors.subscriber(ANNA)).choices == Choices("ru", mode="neutral")


def test_a_subscriber_who_chooses_anew_keeps_number_link_and_first_day(visitors: Visitors) -> None:
    before = visitors.subscribed(ANNA, language="be")
    Subscriber.objects.update(soft_bounces=2, bounced_on=date(2024, 1, 14))
    visitors.wait(days=8)
    after = visitors.subscribed(ANNA, language="ru", cadence="changes")
    assert (after.pk, after.since, after.soft_bounces, after.bounced_on) == (before.pk, before.since, 0, None)
    old, new = visitors.reader(before), visitors.reader(after)
    assert new == replace(old, choices=Choices("ru", cadence="changes"), day=date(2024, 1, 23))


def test_confirming_twice_changes_nothing(visitors: Visitors) -> None:
    token = visitors.asked(ANNA)
    visitors.use(token)
    visitors.use(token)
    report = visitors.empty()
    assert (report.confirmed, report.refused.total()) == (1, 1)
    before = Subscriber.objects.values().get()
    visitors.use(token)
    assert visitors.empty().confirmed == 0
    assert Subscriber.objects.values().get() == before


def test_a_confirmation_after_erasing_brings_nobody_back(visitors: Visitors) -> None:
    first = visitors.asked(ANNA)
    visitors.use(first)
    visitors.empty()
    row = visitors.subscriber(ANNA)
    visitors.wait(days=8)
    second = visitors.asked(ANNA, language="be")
    visitors.use(visitors.reader(row).token)
    assert visitors.empty().erased == 1
    for token in (first, second, visitors.reader(row).token):
        visitors.use(token)
    report = visitors.empty()
    assert (report.confirmed, report.erased, report.refused.total()) == (0, 0, 3)
    assert counts() == {"Subscriber": 0, "SignUp": 0, "Asked": 0, "Delivery": 0, "Erased": 1}


@pytest.mark.parametrize(("hours", "subscribers"), [(1, 1), (48, 1), (62, 1), (63, 0), (72, 0), (1000, 0)])
def test_a_wish_is_forgotten_at_the_last_midnight_before_72_hours(
    visitors: Visitors, hours: int, subscribers: int
) -> None:
    visitors.now = datetime(2024, 1, 15, 9, 20, tzinfo=UTC)
    token = visitors.asked(ANNA)
    visitors.wait(hours=hours)
    visitors.use(token)
    visitors.empty()
    assert Subscriber.objects.count() == subscribers


def test_the_last_moment_says_nothing_about_the_minute_of_asking(visitors: Visitors) -> None:
    visitors.sign_up(ANNA)
    visitors.empty()
    expires = SignUp.objects.get().expires_at
    assert expires.astimezone(UTC) == datetime(2024, 1, 18, tzinfo=UTC)


def test_wishes_that_nobody_confirmed_are_forgotten_and_so_are_old_counts(visitors: Visitors) -> None:
    visitors.asked(ANNA)
    forget_unconfirmed(visitors.now + timedelta(days=2))
    assert (SignUp.objects.count(), counts()["Asked"]) == (1, 1)
    forget_unconfirmed(visitors.now + timedelta(days=3))
    assert (SignUp.objects.count(), counts()["Asked"]) == (0, 1)
    forget_unconfirmed(visitors.now + timedelta(days=90))
    assert counts()["Asked"] == 0


def test_whoever_asks_after_a_forgotten_wish_gets_a_new_one(visitors: Visitors) -> None:
    old = visitors.asked(ANNA)
    visitors.wait(days=8)
    assert number_of(visitors.asked(ANNA)) != number_of(old)
    assert SignUp.objects.count() == 1


@pytest.mark.parametrize(
    ("choices", "reason"),
    [
        ({"language": "xx"}, "a language that this site does not have"),
        ({"sections": ("press", "sports")}, "choices that this site does not offer"),
        ({"cadence": "hourly"}, "choices that this site does not offer"),
        ({"mode": "loud"}, "choices that this site does not offer"),
        ({"language": ["en"]}, "a language that this site does not have"),
        ({"sections": (["press"],)}, "not readable"),
        ({"mode": {}}, "choices that this site does not offer"),
    ],
)
def test_choices_that_the_form_does_not_offer_are_refused(
    visitors: Visitors, choices: dict[str, object], reason: str
) -> None:
    visitors.sign_up(ANNA, **choices)
    report = visitors.empty()
    assert report.refused == {reason: 1}
    assert not SignUp.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        "anna@example.org\nBcc: bo@example.org", "anna@example.org\r\n\r\nHello", "anna\0@example.org",
        "anna\u202e@example.org", '"Anna"<anna@example.org>', "anna@example.org,bo@example.org", "a" * 700,
    ],
)  # fmt: skip
def test_what_could_act_in_a_header_makes_no_row_and_no_mail(visitors: Visitors, typed: str) -> None:
    visitors.sign_up(typed)
    visitors.forget(typed)
    assert visitors.empty().refused == {"no mail address": 2}
    assert visitors.send() == 0
    assert not SignUp.objects.exists()


def test_a_forged_a_foreign_and_an_outdated_link_do_nothing(visitors: Visitors) -> None:
    good = visitors.asked(ANNA)
    waiting = SignUp.objects.get()
    foreign = TokenKey.make().sign(Purpose.CONFIRM, waiting.pk.bytes)
    outdated = visitors.keys.tokens.sign(Purpose.CONFIRM, waiting.pk.bytes, visitors.now.date() - timedelta(days=1))
    flipped = [good[:place] + ("A" if good[place] != "A" else "B") + good[place + 1 :] for place in range(0, LENGTH, 7)]
    others = ["", "x", "A" * LENGTH, good[:-1], good + "A", "я" * LENGTH]
    for token in (foreign, outdated, *flipped, *others):
        visitors.use(token)
    report = visitors.empty()
    assert report.confirmed == 0
    assert report.refused == {"a link that is forged or out of date": 2 + len(flipped) + len(others)}
    assert not Subscriber.objects.exists()


def test_a_link_for_one_thing_is_no_link_for_another(visitors: Visitors) -> None:
    row = visitors.subscribed(ANNA)
    visitors.sign_up("bo@example.org")
    visitors.empty()
    waiting = SignUp.objects.get()
    for purpose, number in (
        (Purpose.CONFIRM, row.pk),
        (Purpose.UNSUBSCRIBE, waiting.pk),
        (Purpose.ERASE, waiting.pk),
    ):
        visitors.use(visitors.keys.tokens.sign(purpose, number.bytes))
    report = visitors.empty()
    assert (report.confirmed, report.erased, report.refused.total()) == (0, 0, 3)


def test_links_signed_before_the_keys_were_replaced_go_on_working(visitors: Visitors) -> None:
    row = visitors.subscribed(ANNA)
    token = visitors.reader(row).token
    old, new = visitors.keys, SenderKeys.make()
    visitors.keys = replace(new, known_tokens=(*new.known_tokens, *old.known_tokens))
    visitors.use(token)
    assert visitors.empty().erased == 1


def test_while_keys_are_replaced_a_reader_is_found_under_either(visitors: Visitors) -> None:
    before = visitors.subscribed(ANNA, language="be")
    visitors.keys = replace(visitors.keys, row_keys=RowKeys.make(2), old_row_keys=visitors.keys.row_keys)
    visitors.wait(days=8)
    visitors.forget(ANNA)
    after = visitors.subscribed(ANNA, language="ru") if visitors.empty().erasures_asked and visitors.send() else None
    assert after is not None
    assert (after.pk, after.generation) == (before.pk, 2)
    assert Subscriber.objects.count() == 1


def test_who_unsubscribes_and_then_signs_up_again_is_asked_again(visitors: Visitors) -> None:
    row = visitors.subscribed(ANNA)
    first, second = visitors.use(visitors.reader(row).token), visitors.sign_up(ANNA, language="ru")
    _one_after_the_other(first, second)
    visitors.empty()
    assert counts()["SignUp"] == 1
    assert visitors.send() == 1
    assert number_of(token_in(visitors.mails[-1])) == SignUp.objects.get().pk


def test_who_signs_up_again_and_then_unsubscribes_is_forgotten(visitors: Visitors) -> None:
    row = visitors.subscribed(ANNA)
    first, second = visitors.sign_up(ANNA, language="ru"), visitors.use(visitors.reader(row).token)
    _one_after_the_other(first, second)
    visitors.empty()
    assert counts() == {"Subscriber": 0, "SignUp": 0, "Asked": 0, "Delivery": 0, "Erased": 1}


def _one_after_the_other(*files: Path) -> None:
    for second, file in enumerate(files):
        os.utime(file, (1_700_000_000 + second, 1_700_000_000 + second))

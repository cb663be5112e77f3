"""The newsletter's screen: what it says of the sender, and who sees it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from barograph.accounts.roles import Role
from barograph.base.campaigns import Order, give_order
from barograph.base.site import SiteSettings
from barograph.newsroom.newsletter import CampaignLine, Newsletter, moment_of, next_moment
from barograph.newsroom.reasons import explain, is_lasting
from tests.factories.editions import make_user
from tests.newsroom.newsletters import campaign, published_edition, tell

pytestmark = pytest.mark.django_db

SCREEN = "/newsroom/newsletter/"


def browser(*roles: Role) -> Client:
    client = Client()
    client.force_login(make_user(*roles), backend=settings.AUTHENTICATION_BACKENDS[1])
    return client


def shown(client: Client) -> str:
    answer = client.get(SCREEN)
    assert answer.status_code == 200
    part = BeautifulSoup(answer.content, "lxml").select_one(".newsroom")
    assert part is not None
    return " ".join(part.get_text(" ").split())


def with_schedule(site: SiteSettings, settings: Any, schedule: str) -> None:
    newsletter = site.newsletter.model_copy(update={"schedule": schedule})
    settings.BAROGRAPH = site.model_copy(update={"newsletter": newsletter})


def test_a_sender_that_never_spoke_is_said_to_be_missing(own_site: SiteSettings) -> None:
    assert not own_site.newsletter_folder.exists()
    words = shown(browser(Role.EDITOR))
    assert "The sender has not said yet how things stand" in words
    assert "Nothing has been sent yet." in words
    assert "Readers are not invited yet" in words


def test_an_old_word_of_the_sender_is_said_to_be_old_and_since_when(own_site: SiteSettings) -> None:
    tell(own_site, at="2024-01-29T08:00:00+00:00")
    words = shown(browser(Role.EDITOR))
    assert "As the sender had it on Jan 29, 2024, 08:00" in words
    assert "may not be running" in words


def test_a_fresh_word_of_the_sender_is_no_reason_to_worry(own_site: SiteSettings) -> None:
    tell(own_site)
    assert "may not be running" not in shown(browser(Role.EDITOR))


def test_a_campaign_is_shown_in_numbers_and_words(own_site: SiteSettings) -> None:
    edition = published_edition()
    tell(own_site, campaign(edition.slug), warnings=["A budget ran out."])
    words = shown(browser(Role.PUBLISHER))
    for found in (
        "January 22",
        "is being sent",
        "31 of 100 sent",
        "12 a second",
        "time left: 5 minutes",
        "60 queued",
        "2 put off",
        "7 failed",
        "7 There is no such mailbox. 550 5.1.1",
        "2 The mailbox is full. 452 4.2.2",
        "Беларуская 1,200",
        "other languages 5",
        "All 1,239",
        "A budget ran out.",
    ):
        assert found in words, found


def test_readers_whose_languages_are_not_counted_yet_are_a_number(own_site: SiteSettings) -> None:
    tell(own_site, subscribers={"other": 1200})
    words = shown(browser(Role.EDITOR))
    assert "In all: 1,200" in words
    assert "other languages" not in words


def test_a_campaign_of_an_edition_that_the_newsroom_does_not_have_is_shown_by_its_address(
    own_site: SiteSettings,
) -> None:
    tell(own_site, campaign("2020-01-06", state="settled", seconds_left=None))
    page = browser(Role.PUBLISHER).get(SCREEN).content.decode()
    assert "2020-01-06" in page
    assert "is finished" in page
    assert "Try these again" not in page


def test_what_the_sender_warns_of_is_said_in_the_language_of_the_screen(own_site: SiteSettings) -> None:
    tell(
        own_site, warnings=["The edition is not published yet. The sender mails only what is in a signed release.", "?"]
    )
    with override("be"):
        [known, unknown] = Newsletter(make_user(Role.EDITOR)).warnings
    assert known[1]
    assert "рэлізе" in known[0]
    assert unknown == ("?", False)


def test_who_may_not_send_sees_no_button(own_site: SiteSettings) -> None:
    edition = published_edition()
    tell(own_site)
    address = reverse("newsroom:send_newsletter", args=[edition.slug])
    assert address in browser(Role.PUBLISHER).get(SCREEN).content.decode()
    editors = browser(Role.EDITOR).get(SCREEN).content.decode()
    assert address not in editors
    assert "A publisher or an operator sends it." in editors


def test_the_newest_published_edition_is_offered_until_it_is_sent_or_asked_for(own_site: SiteSettings) -> None:
    older = published_edition(date(2024, 1, 15))
    newest = published_edition(date(2024, 1, 22))
    user = make_user(Role.PUBLISHER)
    tell(own_site, campaign(older.slug))
    assert Newsletter(user).to_send == newest
    give_order(own_site.newsletter_folder, Order("send", newest.slug, by="anna"))
    assert Newsletter(user).to_send is None
    tell(own_site, campaign(newest.slug), campaign(older.slug))
    assert Newsletter(user).to_send is None


def test_a_schedule_says_when_it_will_send(own_site: SiteSettings, settings: Any) -> None:
    published_edition()
    with_schedule(own_site, settings, "friday 09:00")
    words = shown(browser(Role.OPERATOR))
    assert "will be sent by itself on" in words
    assert "09:00 (UTC)" in words
    assert "Send it sooner" in words


@pytest.mark.parametrize(
    ("schedule", "now", "then"),
    [
        ("friday 09:00", datetime(2024, 1, 24, 12, tzinfo=UTC), "2024-01-26T09:00:00+01:00"),
        ("friday 09:00", datetime(2024, 1, 26, 7, 59, tzinfo=UTC), "2024-01-26T09:00:00+01:00"),
        ("friday 09:00", datetime(2024, 1, 26, 8, 0, tzinfo=UTC), "2024-02-02T09:00:00+01:00"),
        ("monday 00:30", datetime(2024, 1, 21, 23, 15, tzinfo=UTC), "2024-01-22T00:30:00+01:00"),
        # The clocks go forward between the two.
        ("sunday 09:00", datetime(2024, 3, 30, 12, tzinfo=UTC), "2024-03-31T09:00:00+02:00"),
    ],
)
def test_the_next_time_of_a_schedule_is_told_by_the_clock_of_the_site(schedule: str, now: datetime, then: str) -> None:
    assert next_moment(schedule, now, ZoneInfo("Europe/Berlin")).isoformat() == then


def test_orders_that_wait_are_named_with_who_gave_them(own_site: SiteSettings) -> None:
    edition = published_edition()
    orders = [
        Order("send", edition.slug, by="anna"),
        Order("retry", edition.slug, reasons=("550 5.1.1",), by="anna"),
        Order("retry", "2020-01-06"),
        Order("test", edition.slug, language="be", sealed_address="c2VhbGVk", by="boris"),
    ]
    for order in orders:
        give_order(own_site.newsletter_folder, order)
    words = shown(browser(Role.EDITOR))
    for found in (
        "Send the newsletter of January 22",
        "550 5.1.1 – There is no such mailbox.",
        "Try again, 2020-01-06: all who could not be reached",
        "2024, Беларуская",
        "asked for; the sender has not taken it up yet (anna)",
    ):
        assert found in words, found
    assert "c2VhbGVk" not in words


def test_rubbish_among_the_orders_is_passed_over(own_site: SiteSettings) -> None:
    folder = own_site.newsletter_folder / "orders"
    folder.mkdir(parents=True)
    (folder / "rubbish.json").write_text("{", encoding="utf-8")
    (folder / "list.json").write_text("[]", encoding="utf-8")
    assert Newsletter(make_user(Role.EDITOR)).orders == []
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize(
    ("reason", "words", "lasting"),
    [
        ("550 5.1.1", "There is no such mailbox.", True),
        ("452 4.2.2", "The mailbox is full.", False),
        ("5.1.2", "There is no such mail domain.", True),
        ("550 5.1.99", "Something is wrong with the address.", True),
        ("554 5.7.26", "Neither the signature nor the server is accepted for our domain (DKIM and SPF).", True),
        ("550", "The provider refused it; it did not say why.", True),
        ("421", "The provider put it off; it did not say why.", False),
        ("550 5.9.9", "The provider refused it; it did not say why.", True),
        ("", "No reason is known.", False),
        ("lost", "No reason is known.", False),
    ],
)
def test_a_reason_is_explained_in_plain_words(reason: str, words: str, lasting: bool) -> None:
    assert str(explain(reason)) == words
    assert is_lasting(reason) is lasting


@pytest.mark.parametrize("text", ["", "soon", "2024-13-01T00:00:00"])
def test_nonsense_is_no_moment(text: str) -> None:
    assert moment_of(text) is None


def test_a_moment_without_a_zone_is_taken_for_universal_time() -> None:
    assert moment_of("2024-01-29T08:00:00") == datetime(2024, 1, 29, 8, tzinfo=UTC)


def test_the_time_left_is_said_in_the_language_of_the_screen() -> None:
    line = CampaignLine(campaign("2024-01-22", seconds_left=7200.0), None)
    with override("be"):
        assert "гадзін" in line.time_left
    assert CampaignLine(campaign("2024-01-22", seconds_left=None), None).time_left == ""


def test_the_menu_leads_there_for_those_who_may_see_it(own_site: SiteSettings) -> None:
    assert own_site
    published_edition()
    assert SCREEN in browser(Role.EDITOR).get("/newsroom/").content.decode()
    assert f'"{SCREEN}"' not in browser(Role.TRANSLATOR).get("/newsroom/").content.decode()

"""The newsletter in the newsroom and on the public pages, as editors and readers see it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from barograph.base.campaigns import CampaignStatus, Order, Status, waiting_orders, write_status
from tests.journeys.conftest import House

LogIn = Callable[[str], Page]

SUBSCRIBERS = {"be": 61_000, "ru": 30_211, "en": 8_770, "other": 7}
TITLES = {"en": "English", "be": "Беларуская", "ru": "Русский"}


@pytest.fixture
def told(house: House) -> Iterator[Path]:
    """The folder in which the sender has just said that nothing was sent; other journeys find it as it was."""
    folder = house.folder / "private" / "newsletter"
    kept = house.folder / "private" / "newsletter-of-others"
    if folder.exists():
        folder.rename(kept)
    write_status(folder, Status(datetime.now(UTC).isoformat(), subscribers=SUBSCRIBERS))
    yield folder
    shutil.rmtree(folder)
    if kept.exists():
        kept.rename(folder)


def newest(house: House) -> str:
    """The newest edition that can be sent."""
    return max(folder.name for folder in (house.folder / "release" / "current" / "mail").iterdir())


def tell_of_a_campaign(folder: Path, edition: str) -> None:
    campaign = CampaignStatus(
        1,
        edition,
        "sending",
        {"queued": 41_230, "claimed": 8, "sent": 58_102, "deferred": 412, "failed": 246, "unknown": 2},
        {"550 5.1.1": 201, "452 4.2.2": 398},
        datetime.now(UTC).isoformat(),
        per_second=2210.4,
        seconds_left=19.0,
    )
    write_status(folder, Status(datetime.now(UTC).isoformat(), (campaign,), SUBSCRIBERS, ("A budget ran out.",)))


def flaws_of(page: Page) -> list[Any]:
    found = Axe().run(page).response["violations"]
    return [(page.url, problem["id"], problem["nodes"][0]["target"]) for problem in found]


def test_a_publisher_sends_an_edition_after_a_second_look(log_in: LogIn, house: House, told: Path) -> None:
    edition = newest(house)
    page = log_in("editor")
    page.get_by_role("link", name="Newsletter").click()
    page.get_by_role("link", name="Send the newsletter of").click()
    expect(page.get_by_text("It goes to 99,988 readers")).to_be_visible()
    expect(page.get_by_text("This cannot be taken back.")).to_be_visible()
    assert waiting_orders(told) == []
    page.get_by_role("button", name="Yes, send it").click()

    expect(page.get_by_text("the sender has not taken it up yet")).to_be_visible()
    expect(page.get_by_role("link", name="Send the newsletter of")).to_have_count(0)
    assert waiting_orders(told) == [Order("send", edition, by="editor")]


def test_those_who_were_not_reached_are_tried_again(log_in: LogIn, house: House, told: Path) -> None:
    edition = newest(house)
    tell_of_a_campaign(told, edition)
    page = log_in("operator")
    page.goto("/newsroom/newsletter/")
    expect(page.get_by_text("58,102 of 100,000 sent")).to_be_visible()
    full = page.get_by_role("listitem").filter(has_text="The mailbox is full.")
    full.get_by_role("link", name="Try these again").click()
    page.get_by_role("button", name="Yes, try again").click()
    expect(page.get_by_text("The mailbox is full.").first).to_be_visible()
    assert waiting_orders(told) == [Order("retry", edition, reasons=("452 4.2.2",), by="operator")]


def test_an_edition_is_seen_as_mail_in_every_language(log_in: LogIn, house: House) -> None:
    page = log_in("editor")
    page.goto(f"/newsroom/editions/{newest(house)}/")
    page.get_by_role("link", name="See it as mail").click()
    for code, name in TITLES.items():
        page.get_by_role("navigation", name="Language of the mail").get_by_role("link", name=name).click()
        mail = page.frame_locator(".letter-frame")
        expect(mail.locator("html")).to_have_attribute("lang", code)
        title = page.locator(".letter-head dd").first.inner_text()
        expect(mail.get_by_text(title).first).to_be_visible()
        expect(page.locator(".letter-text")).to_contain_text(title)
    page.get_by_label("and wants it").select_option("notice")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".letter-head dd").first).not_to_have_text(title)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_screens_are_for_everybody(scheme: str, log_in: LogIn, house: House, told: Path) -> None:
    edition = newest(house)
    page = log_in("editor")
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    flaws = []
    for address in ("newsletter/", f"newsletter/{edition}/send/", f"newsletter/{edition}/be/"):
        page.goto(f"/newsroom/{address}")
        flaws += flaws_of(page)
    tell_of_a_campaign(told, edition)
    for address in ("newsletter/", f"newsletter/{edition}/retry/?reason=550%205.1.1"):
        page.goto(f"/newsroom/{address}")
        flaws += flaws_of(page)
    assert flaws == []


@pytest.mark.parametrize("language", TITLES.values())
def test_the_screens_fit_a_phone_in_every_language(language: str, log_in: LogIn, house: House, told: Path) -> None:
    edition = newest(house)
    tell_of_a_campaign(told, edition)
    page = log_in("editor")
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("button", name=language, exact=True).click()
    for address in ("newsletter/", f"newsletter/{edition}/retry/?reason=550%205.1.1", f"newsletter/{edition}/ru/"):
        page.goto(f"/newsroom/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        too_small = page.evaluate(
            "[...document.querySelectorAll('.newsroom :is(button, .unreached a, .letter-languages a)')]"
            ".filter(found => found.offsetHeight && found.offsetHeight < 40).map(found => found.textContent.trim())"
        )
        assert too_small == []
    page.get_by_role("button", name="English", exact=True).click()


@pytest.mark.parametrize("code", TITLES)
def test_a_reader_finds_the_promises_and_the_form(code: str, page: Page) -> None:
    page.goto(f"/{code}/")
    page.locator(f".foot a[href*='{code}/promises/']").click()
    expect(page.locator(".promises > li")).not_to_have_count(0)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert flaws_of(page) == []
    for width in (320, 768, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.context.cookies() == []
    page.locator("main .ways a").first.click()
    expect(page.locator("[name=address]")).to_be_visible()

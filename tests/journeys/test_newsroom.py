"""A week in the newsroom, as its people live it: written, judged, translated, stopped, mended, published, changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.journeys.conftest import House

SECTION = "Security issues"
TRANSLATIONS = {
    "Беларуская": ("Мяжу зачынілі на 5 дзён", "Пункт пропуску зачынены да 3 лютага 2024 года."),
    "Русский": ("Границу закрыли на 5 дней", "Пункт пропуска закрыт до 3 февраля 2024 года."),
}
REASONS = {
    "English": "A crossing closed for 5 days.",
    "Беларуская": "Пункт пропуску зачынены на 5 дзён.",
    "Русский": "Пункт пропуска закрыт на 5 дней.",
}

LogIn = Callable[..., Page]


@pytest.fixture
def log_in(house: House, browser: Browser, browser_context_args: dict[str, object]) -> Iterator[LogIn]:
    """Makes a user with these roles and gives the page on which they have just logged in."""
    contexts: list[BrowserContext] = []

    def make(name: str, *arguments: str) -> Page:
        _, password = house.run("user", "add", name, *arguments).split()
        context = browser.new_context(**{**browser_context_args, "base_url": house.address})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.goto("/newsroom/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
        return page

    yield make
    for context in contexts:
        context.close()


def row(page: Page, section: str = SECTION) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=section))


def cell(page: Page, language: str) -> Locator:
    return row(page).locator(f'[data-language="{language}"]')


def judge(page: Page, verdict: str, reasons: dict[str, str]) -> None:
    row(page).get_by_text("Verdict and reason").click()
    if verdict:
        row(page).get_by_role("radio", name=verdict, exact=True).check()
    for language, reason in reasons.items():
        row(page).get_by_label(f"Reason, {language}").fill(reason)
    row(page).get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("verdict and reasons are saved")).to_be_visible()


def save(page: Page, button: str = "Save draft") -> None:
    if button != "Save draft":
        page.get_by_role("button", name="More actions").last.click()
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("status").get_by_text("updated")).to_be_visible()


def open_edition_with_one_section(page: Page) -> str:
    """Open the next edition, leave all sections but one out of it, and return the last part of its address."""
    page.get_by_role("button", name=re.compile("Open next edition")).click()
    expect(page.get_by_text("is open.")).to_be_visible()
    slug = page.url.rstrip("/").split("/")[-1]
    others = page.get_by_role("rowheader").filter(has_not_text=SECTION)
    for remaining in range(others.count(), 0, -1):
        others.first.get_by_text("Verdict and reason").click()
        others.first.get_by_role("button", name="Leave the section out of this edition").click()
        expect(others).to_have_count(remaining - 1)
    return slug


def write(page: Page) -> None:
    cell(page, "English").get_by_role("button", name="Write").click()
    page.get_by_role("textbox", name="Headline").fill("The border was closed for 5 days")
    page.get_by_role("textbox", name="Lead").fill("The crossing is closed until 3 February 2024.")
    page.get_by_role("button", name="Insert a block").first.click()
    page.get_by_role("option", name="Paragraph").click()
    page.locator(".public-DraftEditor-content").press_sequentially("Nobody said why.", delay=20)
    expect(page.locator("[name=body-0-value]")).to_have_value(re.compile("Nobody said why."))
    save(page, "Save and mark as ready")


def translate(page: Page, language: str, headline: str, lead: str) -> None:
    cell(page, language).get_by_role("button", name="Translate").click()
    original = page.get_by_role("complementary", name="Original")
    expect(original.get_by_text("The crossing is closed until 3 February 2024.")).to_be_visible()
    page.get_by_role("textbox", name="Headline").fill(headline)
    page.get_by_role("textbox", name="Lead").fill(lead)
    save(page)
    page.get_by_role("link", name="To the edition board").click()


def mark_as_ready(page: Page, language: str) -> None:
    cell(page, language).get_by_role("button", name="Mark as ready").click()
    expect(cell(page, language).get_by_text("ready", exact=True)).to_be_visible()


def publish(page: Page, slug: str, house: House, reader: Page) -> None:
    """Publish, see the release built, and read it in three languages."""
    page.get_by_role("button", name="Publish edition").click()
    expect(page.get_by_text("The edition is published.")).to_be_visible()
    expect(page.locator(".step.done").first).to_be_visible(timeout=60_000)
    headlines = ["The border was closed for 5 days", *(headline for headline, _lead in TRANSLATIONS.values())]
    for language, headline in zip(("en", "be", "ru"), headlines, strict=True):
        reader.goto(f"{house.address}/{language}/editions/{slug}/")
        reader.get_by_role("link", name=headline).first.click()
        expect(reader.get_by_role("heading", level=1)).to_have_text(headline)


def mend(page: Page, finding: str, lead: str) -> None:
    found = page.get_by_role("listitem").filter(has_text=finding)
    found.get_by_role("link", name="Mend it").click()
    page.get_by_role("textbox", name="Lead").fill(lead)
    save(page, "Save and mark as ready")
    page.get_by_role("link", name="To the edition board").click()


def test_a_week_from_the_first_word_to_the_reader(log_in: LogIn, house: House, page: Page) -> None:
    anna = log_in("anna", "--role", "editor", "--role", "publisher")
    slug = open_edition_with_one_section(anna)
    board = f"/newsroom/editions/{slug}/"
    write(anna)
    anna.goto(board)
    judge(anna, "worse", {"English": REASONS["English"]})
    expect(anna.get_by_role("button", name="Publish edition")).to_be_disabled()
    expect(anna.get_by_text("is not translated. Start the translation.").first).to_be_visible()

    jan = log_in("jan", "--role", "translator", "--language", "be", "--language", "ru")
    for language, (headline, lead) in TRANSLATIONS.items():
        jan.goto(board)
        translate(jan, language, headline, lead.replace("3 лютага", "4 лютага"))
    judge(jan, "", {language: REASONS[language] for language in TRANSLATIONS})
    expect(jan.get_by_role("button", name="Mark as ready")).to_have_count(0)

    anna.goto(board)
    for language in TRANSLATIONS:
        mark_as_ready(anna, language)
    expect(anna.get_by_role("button", name="Publish edition")).to_be_disabled()
    mend(anna, "differs from its English version in dates", TRANSLATIONS["Беларуская"][1])
    publish(anna, slug, house, page)

    cell(anna, "English").get_by_role("link", name="The border was closed").click()
    anna.get_by_role("textbox", name="Lead").fill("The crossing is closed until 9 February 2024.")
    save(anna)
    anna.goto(board)
    for language in TRANSLATIONS:
        expect(cell(anna, language).get_by_text("stale")).to_be_visible()
        expect(cell(anna, language).get_by_role("listitem")).to_have_text(["lead"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_our_screens_are_for_everybody(scheme: str, log_in: LogIn) -> None:
    page = log_in(f"olga-{scheme}", "--role", "editor", "--role", "publisher", "--role", "operator")
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for address in (
        "/newsroom/",
        "/newsroom/editions/",
        "/newsroom/to-be-placed/",
        "/newsroom/users/",
        "/newsroom/no/",
    ):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(found => { found.open = true })")
        found = Axe().run(page).response["violations"]
        assert [(address, problem["id"], problem["nodes"][0]["target"]) for problem in found] == []


@pytest.mark.parametrize("language", ["English", "Беларуская", "Русский"])
def test_the_board_fits_a_phone_in_every_language(language: str, log_in: LogIn) -> None:
    page = log_in(f"vera-{len(language)}-{ord(language[0])}", "--role", "publisher")
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("button", name=language, exact=True).click()
    page.goto("/newsroom/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    too_small = page.evaluate(
        "[...document.querySelectorAll('.newsroom :is(button, summary)')]"
        ".filter(found => found.offsetHeight && found.offsetHeight < 40).map(found => found.textContent.trim())"
    )
    assert too_small == []

"""The mail of an edition as a browser engine shows it: for everybody, by day and by night, on any screen."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.release import records
from tests.release.test_mail import mail_of

WEEK = "2024-08-12"
KINDS = ("mail", "notice", "attached page")


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """A mail has no address."""
    return {"locale": "en-GB"}


@pytest.fixture(scope="session")
def base_url() -> str:
    """These journeys need no house."""
    return "about:blank"


def html_of(kind: str, language: str) -> str:
    found = mail_of(records.uneven_record(), language, WEEK)
    if kind == "attached page":
        return found.attached_page()
    return (found.letter() if kind == "mail" else found.notice_letter()).html


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_everybody_can_read_it(page: Page, kind: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_content(html_of(kind, "en"))
    # Rules about landmarks are for pages: what is around a mail belongs to the program that shows it.
    results = Axe().run(page, options={"rules": {name: {"enabled": False} for name in ("region", "landmark-one-main")}})
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("language", records.LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_it_fits_a_narrow_screen_in_large_type(page: Page, kind: str, language: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.set_content(html_of(kind, language))
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    if kind == "mail":
        sizes = page.eval_on_selector_all(".body p", "found => found.map(one => getComputedStyle(one).fontSize)")
        assert set(sizes) == {"18px"}


def test_by_night_nothing_of_the_paper_stays_light(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.set_content(html_of("mail", "be"))
    backgrounds = page.eval_on_selector_all(
        "body, body *", "found => found.map(one => getComputedStyle(one).backgroundColor)"
    )
    assert set(backgrounds) == {"rgb(17, 21, 27)", "rgba(0, 0, 0, 0)"}

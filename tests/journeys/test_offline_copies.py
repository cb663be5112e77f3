"""The copy in one file, opened from a folder without a connection: for everybody, by day and by night."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.release import records
from tests.release.offline import books

KINDS = ("edition", "notes")


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """The context of these journeys: a reader without a connection."""
    return {"locale": "en-GB", "offline": True}


@pytest.fixture(scope="session")
def base_url() -> str:
    """These journeys need no house."""
    return "about:blank"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The HTML copies of one edition, as a reader keeps them."""
    kept = tmp_path_factory.mktemp("copies")
    for language in records.LANGUAGES:
        for item in books.items(books.record(), language):
            if item.path.endswith(".html") and books.SLUG in item.path:
                kind = Path(item.path).name.split("-")[0]
                (kept / f"{kind}-{language}.html").write_bytes(item.make())
    return kept


@pytest.fixture
def asked(page: Page) -> list[str]:
    """Everything that a page asks for, and everything it complains of."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url.split(",")[0]))
    page.on("console", lambda message: found.append(message.text))
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_everybody_can_read_it(page: Page, folder: Path, asked: list[str], kind: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    address = (folder / f"{kind}-en.html").as_uri()
    page.goto(address)
    assert {url for url in asked if not url.startswith("data:image/png")} == {address}
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("language", records.LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_it_fits_a_narrow_screen_in_large_type(page: Page, folder: Path, kind: str, language: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto((folder / f"{kind}-{language}.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.eval_on_selector(".body p", "found => getComputedStyle(found).fontSize") == "18px"


def test_its_pictures_are_shown(page: Page, folder: Path) -> None:
    page.goto((folder / "edition-en.html").as_uri())
    assert page.eval_on_selector("img", "found => found.complete && found.naturalWidth") == 960


def test_the_keyboard_leads_to_the_content_and_to_each_section(page: Page, folder: Path) -> None:
    page.goto((folder / "edition-en.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Economy"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#s1"


def test_by_night_nothing_of_the_paper_stays_light(page: Page, folder: Path) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto((folder / "notes-be.html").as_uri())
    backgrounds = page.eval_on_selector_all(
        "html, body, body *", "found => found.map(one => getComputedStyle(one).backgroundColor)"
    )
    assert set(backgrounds) == {"rgb(17, 21, 27)", "rgba(0, 0, 0, 0)"}

"""The public pages in a browser: for everybody, on any screen, asking nothing of anybody."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from barograph.release import render
from tests.release import records
from tests.release.everything import render_release

COMMENTARY = "en/economy/week-of-2024-08-12/"
KINDS = {
    "language chooser": "",
    "home": "en/",
    "home in Belarusian": "be/",
    "home in Russian": "ru/",
    "edition": "en/editions/2024-08-12/",
    "edition of bare verdicts": "be/editions/2023-01-02/",
    "commentary": COMMENTARY,
    "commentary in Belarusian": "be/economy/week-of-2024-08-12/",
    "commentary that exists in Russian only": "ru/health/week-of-2024-08-12/",
    "section": "en/economy/",
    "year of a section": "en/press/2024/",
    "all editions": "ru/editions/",
    "standing page": "be/about/",
    "not found, in a language": "be/404.html",
    "not found, anywhere": "404.html",
}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def pages_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages of a record with every unevenness, served from a folder below the root, as a mirror may be."""
    base = tmp_path_factory.mktemp("pages")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(base)))
    address = f"http://127.0.0.1:{server.server_port}/copies/first/"
    files = render_release(
        records.uneven_record(),
        records.site(address=address.rstrip("/")),
        gettext_for=records.no_translations,
        pictures=records.picture_bytes,
        environment=render.environment(),
    )
    for name, contents in files:
        path = base / "copies" / "first" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield address
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def browser_context_args(pages_address: str) -> dict[str, Any]:
    """These journeys need no newsroom: their addresses start at the pages."""
    return {"base_url": pages_address, "locale": "en-GB", "reduced_motion": "reduce"}


def notes_of(page: Page) -> list[str]:
    """What goes wrong on a page from now on: in its console, and in what it asks for."""
    notes: list[str] = []
    page.on("console", lambda message: notes.append(message.text))
    page.on("requestfailed", lambda request: notes.append(request.url))
    page.on("response", lambda answer: notes.append(answer.url) if answer.status >= 400 else None)
    return notes


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(page: Page, kind: str, mode: Any) -> None:
    page.emulate_media(color_scheme=mode)
    page.goto(KINDS[kind])
    page.evaluate("document.querySelectorAll('details').forEach(found => found.open = true)")

    results = Axe().run(page)

    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_asks_for_what_is_there_and_keeps_nothing(page: Page, kind: str) -> None:
    notes = notes_of(page)
    page.goto(KINDS[kind], wait_until="networkidle")

    assert notes == []
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_wider_than_the_screen(page: Page, kind: str) -> None:
    page.goto(KINDS[kind])
    for width in (320, 360, 768, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_keyboard_reaches_the_content_first(page: Page) -> None:
    page.goto(COMMENTARY)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")


def test_a_reader_walks_from_the_chooser_to_a_commentary_and_its_translation(page: Page) -> None:
    page.goto("")
    page.get_by_role("link", name="Situation in Arcadia").click()
    page.get_by_role("link", name="Economy").last.click()
    page.get_by_role("link", name=records.HEADLINES["en"][0]).first.click()
    assert page.locator("h1").inner_text() == records.HEADLINES["en"][0]

    page.get_by_role("link", name="Беларуская").click()

    assert page.locator("h1").inner_text() == records.HEADLINES["be"][0]
    assert page.locator("html").get_attribute("lang") == "be"


def test_every_letter_is_drawn_by_our_own_fonts(page: Page) -> None:
    page.goto(COMMENTARY, wait_until="networkidle")
    letters = "ўіёІЎЁґ’ŭśźćłžŬŚŹĆŁŽčšň “”„«»–—…№−€"
    faces = ["400 16px Reading", "500 16px Reading", "600 16px Reading", "italic 400 16px Reading", "400 16px Label"]
    for face in [*faces, "600 16px Label"]:
        loaded = page.evaluate(
            "([face, letters]) => Promise.all([...letters].map(async letter =>"
            " (await document.fonts.load(face, letter)).length > 0 ? '' : letter))",
            [face, letters],
        )
        assert "".join(loaded).strip() == "", face


@pytest.mark.parametrize("kind", ["home", "commentary", "section"])
def test_targets_are_large_enough_for_a_finger(page: Page, kind: str) -> None:
    """Links that stand alone are 44 pixels high; those in running text, and short lines of labels, 24 or more."""
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(KINDS[kind])
    heights = page.eval_on_selector_all(
        ".masthead a, .foot nav a, summary, .steps a", "found => found.map(one => one.getBoundingClientRect().height)"
    )
    shown = [height for height in heights if height]
    assert shown
    assert min(shown) >= 44

"""The newsletter's forms in a browser: short, calm, by keyboard, on any screen, and nothing is kept or told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from socketserver import ThreadingMixIn
from typing import Any, Literal
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from barograph.base.drops import Choices, SignUp, Used
from barograph.edge.application import Edge
from barograph.trust.tokens import Purpose
from tests.edge.visits import Clock, Sender, site_with_edge

ADDRESS = "reader@mail.example.org"
LANGUAGES = ["be", "ru", "en"]


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@dataclass(frozen=True)
class ServedEdge:
    """An edge that is being served, its sender, and its clock, which stands unless it is moved."""

    address: str
    sender: Sender
    clock: Clock

    def link(self, kind: str, language: str = "be") -> str:
        purpose = {"confirm": Purpose.CONFIRM, "unsubscribe": Purpose.UNSUBSCRIBE, "erase": Purpose.ERASE}[kind]
        return f"{language}/{kind}/{self.sender.token(purpose)}/"


@pytest.fixture(scope="session")
def session_edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedEdge]:
    site = site_with_edge(tmp_path_factory.mktemp("edge"))
    clock, sender = Clock(), Sender(site.edge_folder)
    sender.publish()
    with make_server("127.0.0.1", 0, Edge(site, clock), _Threads, _Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield ServedEdge(f"http://127.0.0.1:{server.server_port}/newsletter/", sender, clock)
        server.shutdown()


@pytest.fixture
def edge(session_edge: ServedEdge) -> ServedEdge:
    """The edge with an empty box."""
    for file in session_edge.sender.files:
        file.unlink()
    return session_edge


@pytest.fixture(scope="session")
def browser_context_args(session_edge: ServedEdge) -> dict[str, Any]:
    """These journeys need no newsroom: their addresses start at the edge."""
    return {"base_url": session_edge.address, "locale": "en-GB", "reduced_motion": "reduce"}


def send(page: Page, edge: ServedEdge, address: str) -> None:
    """Type an address at a reader's pace, and send the form."""
    page.locator("#address").fill(address)
    edge.clock.wait(seconds=20)
    with page.expect_navigation():
        page.locator("#address").press("Enter")


def press_button(page: Page) -> None:
    """Press the one button of a page, and wait for what it brings."""
    with page.expect_navigation():
        page.locator("button").click()


def visit(page: Page, edge: ServedEdge, state: str, language: str) -> None:
    """Bring the browser to a page, as a reader gets to it."""
    if state in {"confirm", "unsubscribe", "erase"}:
        page.goto(edge.link(state, language))
    elif state in {"confirmed", "unsubscribed"}:
        page.goto(edge.link({"confirmed": "confirm", "unsubscribed": "unsubscribe"}[state], language))
        press_button(page)
    elif state == "damaged link":
        page.goto(f"{language}/unsubscribe/abc/")
    elif state == "languages":
        page.goto("")
    else:
        page.goto(f"{language}/{'erase/' if state == 'erase form' else ''}")
        page.evaluate("document.querySelectorAll('details').forEach(found => found.open = true)")
        typed = {"mistake": "reader", "warning": "reader@mail.test-state.org", "asked": ADDRESS}
        if state in typed:
            send(page, edge, typed[state])


STATES = ["form", "mistake", "warning", "asked", "confirm", "confirmed", "unsubscribe", "unsubscribed", "erase"]
STATES += ["erase form", "damaged link", "languages"]


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_in_any_light_on_any_screen(page: Page, edge: ServedEdge, state: str) -> None:
    visit(page, edge, state, "be")
    modes: list[tuple[Literal["light", "dark"], int]] = [("light", 1280), ("dark", 320)]
    for mode, width in modes:
        page.set_viewport_size({"width": width, "height": 740})
        page.emulate_media(color_scheme=mode)
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reader_subscribes_by_keyboard_and_confirms_with_one_key(page: Page, edge: ServedEdge, language: str) -> None:
    page.goto(f"{language}/")
    assert page.locator("html").get_attribute("lang") == language
    page.locator(".languages a").last.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "address"
    page.keyboard.type(ADDRESS)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == f"language-{language}"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # opens the choice of sections
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # not the first of them
    edge.clock.wait(seconds=20)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("form").count() == 0
    sections = ("health", "justice", "press", "environment")
    assert edge.sender.drops() == [SignUp(ADDRESS, Choices(language, sections), edge.clock().date())]

    edge.sender.files[0].unlink()
    page.goto(edge.link("confirm", language))
    expect(page.locator("button")).to_be_focused()  # a browser gives it when it first paints, after the page has loaded
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("button").count() == 0
    assert edge.sender.drops() == [Used(edge.link("confirm").split("/")[2])]


def test_a_mistake_is_told_where_it_was_made_and_the_field_is_ready(page: Page, edge: ServedEdge) -> None:
    page.goto("en/")
    send(page, edge, "reader")
    expect(page.locator("#address")).to_be_focused()
    assert page.title().startswith("Mistake: ")
    field = page.locator("#address")
    assert field.get_attribute("aria-invalid") == "true"
    assert "exactly one “@”" in page.locator(f"#{field.get_attribute('aria-describedby')}").inner_text()
    page.locator("[role=alert] a").click()
    expect(page.locator("#address")).to_be_focused()
    send(page, edge, ADDRESS)
    assert len(edge.sender.files) == 1


def test_an_error_in_a_choice_opens_the_part_that_has_it(page: Page, edge: ServedEdge) -> None:
    page.goto("en/")
    page.locator("summary").first.click()
    for section in page.locator("[name=section]").all():
        section.uncheck()
    send(page, edge, ADDRESS)
    assert page.locator("details").first.get_attribute("open") is not None
    page.get_by_role("link", name="Choose at least one section.").click()
    expect(page.locator("[name=section]").first).to_be_focused()


def test_a_warned_reader_decides(page: Page, edge: ServedEdge) -> None:
    page.goto("en/")
    page.locator("summary").last.click()
    page.locator("#mode-neutral").check()
    send(page, edge, "reader@mail.test-state.org")
    assert edge.sender.files == []
    assert page.locator("#mode-neutral").is_checked()
    page.locator("#understood").check()
    press_button(page)
    assert edge.sender.drops() == [
        SignUp("reader@mail.test-state.org", Choices("en", mode="neutral"), edge.clock().date())
    ]


def test_a_form_sent_at_once_comes_back_whole(page: Page, edge: ServedEdge) -> None:
    page.goto("en/")
    page.locator("#address").fill(ADDRESS)
    press_button(page)
    assert "Nothing was sent yet" in page.locator("[role=alert]").inner_text()
    assert page.locator("#address").input_value() == ADDRESS
    press_button(page)
    assert len(edge.sender.files) == 1


def test_the_trap_is_neither_seen_nor_heard_nor_reached(page: Page, edge: ServedEdge) -> None:
    visit(page, edge, "form", "en")
    assert not page.locator("[name=comment]").is_visible()
    assert "Leave this empty" not in page.locator("body").aria_snapshot()
    reached = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.name || ''"))
    assert "comment" not in reached
    assert "address" in reached


def test_nothing_is_kept_in_the_browser_and_all_that_is_asked_for_is_there(page: Page, edge: ServedEdge) -> None:
    notes: list[str] = []
    page.on("pageerror", lambda error: notes.append(str(error)))
    # What the browser drops because it goes on to the next page has not failed.
    page.on("requestfailed", lambda asked: notes.append(asked.url) if asked.failure != "net::ERR_ABORTED" else None)
    page.on("response", lambda answer: notes.append(answer.url) if answer.status == 404 else None)
    # The console repeats the status of a page that says what is wrong.
    page.on("console", lambda message: notes.append(message.text) if "400 (Bad Request)" not in message.text else None)
    for state in STATES:
        visit(page, edge, state, "ru")
        page.wait_for_load_state()
        assert notes == [], state
        assert page.context.cookies() == []
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_targets_are_large_enough_for_a_finger(page: Page, edge: ServedEdge) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    for state in ("form", "warning", "erase form", "confirm"):
        visit(page, edge, state, "be")
        page.evaluate("document.querySelectorAll('details').forEach(found => found.open = true)")
        heights = page.eval_on_selector_all(
            ".masthead a, .foot a, summary, .choice, button, #address",
            "found => found.map(one => one.getBoundingClientRect().height)",
        )
        assert min(height for height in heights if height) >= 44

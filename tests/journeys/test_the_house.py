"""The demo as a whole: what it prints is true, its log-in is the only way in, and its release can be checked."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from tests.journeys.conftest import House

PEOPLE = ["editor", "analyst", "operator", "translator-be", "translator-ru"]


def test_the_demo_prints_its_addresses_and_log_ins(house: House) -> None:
    assert f"{house.address}/newsroom/" in house.printed
    assert all(f"{name} " in house.printed and house.password(name) in house.printed for name in PEOPLE)


@pytest.mark.parametrize("language", ["en", "be", "ru"])
def test_the_sample_is_read_in_each_language(page: Page, language: str) -> None:
    assert page.goto(f"/{language}/").status == 200  # type: ignore[union-attr]
    expect(page.locator("html")).to_have_attribute("lang", re.compile(f"^{language}"))
    page.locator("main h2 a, main h3 a").first.click()
    expect(page.locator("h1")).to_be_visible()


@pytest.mark.parametrize("name", PEOPLE)
def test_everybody_logs_in_to_a_board_without_barriers(log_in: Callable[[str], Page], name: str) -> None:
    page = log_in(name)
    expect(page.locator("h1")).to_be_visible()
    assert Axe().run(page).response["violations"] == []


def test_a_wrong_password_lets_nobody_in(page: Page) -> None:
    page.goto("/newsroom/")
    page.locator("[name=username]").fill("editor")
    page.locator("[name=password]").fill("guessed")
    page.locator("[name=password]").press("Enter")
    page.wait_for_load_state()
    expect(page.locator("[name=password]")).to_be_visible()
    page.goto("/newsroom/")
    expect(page).to_have_url(re.compile(r"/newsroom/login/"))


def test_a_reader_is_given_nothing_to_keep(page: Page) -> None:
    for path in ("/", "/en/", "/be/editions/"):
        page.goto(path)
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.context.cookies() == []


def test_the_standard_tools_accept_the_release(house: House) -> None:
    release = house.folder / "release" / "current"
    signed = ["minisign", "-Vm", "SHA256SUMS", "-p", "minisign.pub"]
    assert subprocess.run(signed, cwd=release, capture_output=True, check=False).returncode == 0
    assert subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=release, check=False).returncode == 0
    house.run("verify", str(release))

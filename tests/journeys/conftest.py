"""A house that runs, and a browser that nobody else hears of."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import BrowserContext, Page

BAROGRAPH = Path(sys.executable).parent / "barograph"
PATIENCE = 180
"""Seconds for a site to be made, built and served, on a slow machine."""


@dataclass(frozen=True)
class House:
    """A sample site that is being served: its folder, its address, and what was printed when it started."""

    folder: Path
    address: str
    printed: str

    def password(self, name: str) -> str:
        """The password that the demo made for one of its people: editor, analyst, operator, translator-be, …"""
        lines = (self.folder / "private" / "demo_log_ins").read_text(encoding="utf-8").splitlines()
        return {line.split("\t")[0]: line.split("\t")[1] for line in lines}[name]

    def run(self, *arguments: str) -> str:
        """Run a command of ``barograph`` on this site and return what it prints."""
        command = [BAROGRAPH, "--site", self.folder, *arguments]
        done = subprocess.run(command, env=clean_environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def clean_environment() -> dict[str, str]:
    """The environment without what the tests of one process set for themselves."""
    mine = ("BAROGRAPH_", "DJANGO_", "TESTS_")
    return {name: value for name, value in os.environ.items() if not name.startswith(mine)} | {"PYTHONUNBUFFERED": "1"}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The demo, as “make demo” runs it, in a folder of its own."""
    base = tmp_path_factory.mktemp("house")
    folder, output, port = base / "site", base / "output", free_port()
    address = f"http://127.0.0.1:{port}"
    with output.open("w") as out:
        command = [BAROGRAPH, "demo", "--folder", folder, "--port", str(port)]
        server = subprocess.Popen(
            command, env=clean_environment(), stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        wait_until_served(address, server, output)
        yield House(folder, address, output.read_text(encoding="utf-8"))
    finally:
        os.killpg(server.pid, signal.SIGINT)
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def wait_until_served(address: str, server: subprocess.Popen[bytes], output: Path) -> None:
    """Return when the site and the newsroom answer; fail with what the server said when they do not."""
    for _ in range(PATIENCE * 4):
        assert server.poll() is None, f"the demo ended:\n{output.read_text(encoding='utf-8')}"
        try:
            for path in ("/", "/newsroom/login/"):
                urlopen(address + path, timeout=10).close()
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.25)
        else:
            return
    pytest.fail(f"no answer from {address}:\n{output.read_text(encoding='utf-8')}")


@pytest.fixture
def log_in(page: Page, house: House) -> Callable[[str], Page]:
    """Logs one of the demo's people in: ``log_in("editor")`` is their page, at the newsroom's home."""

    def logged_in(name: str) -> Page:
        page.goto("/newsroom/login/")
        page.locator("[name=username]").fill(name)
        page.locator("[name=password]").fill(house.password(name))
        page.locator("[name=password]").press("Enter")
        page.wait_for_url("**/newsroom/")
        return page

    return logged_in


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """The system's Chromium; whatever it asks of another host goes nowhere."""
    return browser_type_launch_args | {
        "executable_path": shutil.which("chromium"),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-domain-reliability",
            "--no-first-run",
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
        ],
    }


@pytest.fixture(scope="session")
def base_url(house: House) -> str:
    """Where addresses in journeys start."""
    return house.address


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    """A reader in English; nothing moves more than it has to."""
    return browser_context_args | {"locale": "en-GB", "reduced_motion": "reduce"}


@pytest.fixture(autouse=True)
def no_requests_elsewhere(context: BrowserContext) -> Iterator[None]:
    """Fails a journey in which the browser asks anybody but the house for anything."""
    elsewhere: list[str] = []

    def note(url: str) -> None:
        if urlsplit(url).scheme in {"http", "https", "ws", "wss"} and urlsplit(url).hostname != "127.0.0.1":
            elsewhere.append(url)

    context.on("request", lambda request: note(request.url))
    yield
    assert elsewhere == []


@pytest.fixture(autouse=True)
def no_errors_in_the_browser(page: Page) -> Iterator[None]:
    """Fails a journey in which a script of a page breaks."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield
    assert errors == []

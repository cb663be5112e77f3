"""From the form in the browser to a real mailbox and back to nothing."""

from __future__ import annotations

import base64
import codecs
import hashlib
import re
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import BAROGRAPH, clean_environment
from tests.newsletter.sink import Sink

if TYPE_CHECKING:
    from tests.journeys.conftest import House

ADDRESS = "chytachka.7@example.org"


@pytest.fixture
def mailbox() -> Iterator[Sink]:
    """A mail server that takes everything."""
    with Sink() as sink:
        yield sink


def sender(house: House, mailbox: Sink, *arguments: str) -> str:
    """Run a command of the sender with this mailbox as its relay."""
    environment = clean_environment() | {
        "BAROGRAPH_SMTP_URL": f"smtp://127.0.0.1:{mailbox.port}",
        "BAROGRAPH_ADDRESS": house.address,
    }
    command = [BAROGRAPH, "--site", house.folder, "newsletter", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def newest(mailbox: Sink) -> EmailMessage:
    """The last message that was taken."""
    message = message_from_bytes(mailbox.taken[-1].data, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    content: str = part.get_content()
    return content


def test_subscribe_in_belarusian_confirm_receive_and_leave(page: Page, house: House, mailbox: Sink) -> None:
    page.goto("/be/")
    page.locator("a[href*='/newsletter/be/']").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "be")
    page.locator("[name=address]").fill(ADDRESS)
    page.wait_for_timeout(3100)  # nobody types an address faster, and the form knows
    page.locator("form [type=submit]").first.click()
    expect(page.locator("[name=address]")).to_have_count(0)
    assert ADDRESS not in page.content()
    assert [str(file) for file in files_with_a_trace(house.folder, ADDRESS)] == []

    sender(house, mailbox, "run", "--once")
    asked = newest(mailbox)
    assert asked["To"] == ADDRESS
    link = re.search(r"http://\S+/be/confirm/\S+", text_of(asked))
    assert link is not None
    page.goto(link[0])
    page.locator("form [type=submit]").click()
    sender(house, mailbox, "run", "--once")

    edition = max(folder.name for folder in (house.folder / "release" / "current" / "mail").iterdir())
    sender(house, mailbox, "send", edition)
    letter = newest(mailbox)
    assert letter["To"] == ADDRESS
    assert letter["Content-Language"] == "be"
    assert "Сітуацыя ў Беларусі" in text_of(letter)
    assert 'lang="be"' in text_of(letter, "html")

    leave_with_one_click(letter)
    sender(house, mailbox, "run", "--once")
    before = len(mailbox.taken)
    sender(house, mailbox, "send", edition)
    assert len(mailbox.taken) == before
    assert [str(file) for file in files_with_a_trace(house.folder, ADDRESS)] == []


def leave_with_one_click(letter: EmailMessage) -> None:
    """What a mail program does when its own button is pressed (RFC 8058): one POST, no cookie, no page."""
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = re.search(r"<(http[^>]+)>", letter["List-Unsubscribe"])
    assert link is not None
    asked = urllib.request.Request(link[1], data=b"List-Unsubscribe=One-Click", method="POST")
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert answer.status == 200
        assert answer.headers.get("Set-Cookie") is None


def files_with_a_trace(folder: Path, address: str) -> list[Path]:
    """Every file below a folder in which an address can be found."""
    return [file for file in sorted(folder.rglob("*")) if file.is_file() and holds(file, address)]


def holds(file: Path, address: str) -> bool:
    """Whether a file holds an address in any of twelve encodings, or as a plain hash."""
    content = file.read_bytes()
    return any(trace in content for trace in traces(address))


def traces(address: str) -> list[bytes]:
    """An address in the guises in which it could lie about."""
    raw = address.encode()
    aligned = [base64.b64encode(b"\0" * shift + raw)[4 if shift else 0 : -4] for shift in range(3)]
    hashes = [hashlib.new(name, raw) for name in ("md5", "sha1", "sha256", "sha512")]
    return [
        raw,
        address.upper().encode(),
        address.encode("utf-16-le"),
        address.encode("utf-16-be"),
        *aligned,
        base64.b32encode(raw).rstrip(b"=")[:-1],
        raw.hex().encode(),
        raw.hex().upper().encode(),
        urllib.parse.quote(address, safe="").encode(),
        address.replace("@", " at ").encode(),
        address[::-1].encode(),
        codecs.encode(address, "rot13").encode(),
        *(hashed.digest() for hashed in hashes),
        *(hashed.hexdigest().encode() for hashed in hashes),
    ]

"""A sender's keys, an edge that trusts them, and visits to it without a server."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from barograph.base.drops import CONTEXT, Drop, unpack
from barograph.base.newsletter_settings import NewsletterSettings
from barograph.base.site import SiteSettings
from barograph.edge.application import Edge
from barograph.trust.sealing import SealingKey
from barograph.trust.sender_keys import FILE, SenderPublicKeys
from barograph.trust.tokens import Purpose, TokenKey
from tests.release import records

START = datetime(2024, 8, 21, 17, 43, 12, tzinfo=UTC)
ADDRESS = "reader.of.arcadia@mail.example.org"
NUMBER = bytes(range(16))


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.at += timedelta(**time)


@dataclass(frozen=True)
class Answered:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()

    def value(self, name: str) -> str:
        """The value of a hidden field or of one to type into."""
        found = re.search(rf'name="{name}"[^>]*? value="([^"]*)"', self.text)
        assert found, f"no field “{name}”"
        return found[1]


@dataclass
class Sender:
    """The half of the newsletter that can open what the edge dropped."""

    folder: Path
    sealing: SealingKey = field(default_factory=SealingKey.make)
    signing: TokenKey = field(default_factory=TokenKey.make)

    def publish(self, *, demo: bool = False) -> None:
        """Put the public keys where the edge looks for them."""
        self.folder.mkdir(parents=True, exist_ok=True)
        keys = SenderPublicKeys(self.sealing.public, (self.signing.public,), demo)
        (self.folder / FILE).write_text(keys.to_text(), encoding="utf-8")

    def token(self, purpose: Purpose, number: bytes = NUMBER, last_day: date | None = None) -> str:
        return self.signing.sign(purpose, number, last_day)

    @property
    def files(self) -> list[Path]:
        return sorted((self.folder / "box").glob("*.drop"))

    def drops(self) -> list[Drop]:
        """What lies in the box."""
        return [unpack(self.sealing.open(file.read_bytes(), CONTEXT)) for file in self.files]


class Visitor:
    """Somebody who visits an edge."""

    def __init__(self, edge: Edge, clock: Clock) -> None:
        self.edge, self.clock = edge, clock

    def ask(self, path: str, method: str = "GET", content: bytes = b"", **environ: str) -> Answered:
        """One request; ``environ`` is what a server adds to it."""
        answer: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> Any:
            assert not answer
            assert len({name for name, _ in headers}) == len(headers)
            assert all("\n" not in value and "\r" not in value for _, value in headers)
            answer.update(status=int(status[:3]), headers=dict(headers))

        given = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": io.BytesIO(content)}
        body = b"".join(self.edge({**given, "CONTENT_LENGTH": str(len(content)), **environ}, start_response))
        return Answered(answer["status"], answer["headers"], body)

    def post(self, path: str, fields: Mapping[str, Any] | bytes = b"", **environ: str) -> Answered:
        """Send a form."""
        content = fields if isinstance(fields, bytes) else urlencode(fields, doseq=True).encode()
        return self.ask(path, "POST", content, **{"CONTENT_TYPE": "application/x-www-form-urlencoded", **environ})

    def filled(self, page: str = "en", **changes: Any) -> dict[str, Any]:
        """The fields of a page's form that was fetched, and filled in at a reader's pace."""
        form = self.ask(f"/newsletter/{page}/")
        self.clock.wait(seconds=20)
        sections = re.findall(r'name="section" value="([^"]*)" checked', form.text)
        fields = {"stamp": form.value("stamp"), "comment": "", "address": ADDRESS, "language": page}
        return {**fields, "section": sections, "cadence": "each", "mode": "open"} | changes

    def subscribe(self, page: str = "en", **changes: Any) -> Answered:
        return self.post(f"/newsletter/{page}/", self.filled(page, **changes))


def site_with_edge(folder: Path, **newsletter: Any) -> SiteSettings:
    """The site of the tests, in a folder of its own."""
    settings = {"open": True, "watched_domains": ["mail.test-state.org", "пошта.бел"], **newsletter}
    return records.site(folder=folder, newsletter=NewsletterSettings(**settings))

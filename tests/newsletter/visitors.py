"""Readers at the edge, and the sender beside it: what they ask for, and what comes of it."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from uuid import UUID

from barograph.base.drops import CONTEXT, Choices, Drop, Forget, SignUp, Used, pack
from barograph.base.site import SiteSettings, site
from barograph.newsletter import models
from barograph.newsletter.confirmations import send_due
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.posting import Mail
from barograph.newsletter.readers import Reader, open_reader
from barograph.newsletter.subscribing import BoxReport, empty_box
from barograph.trust.sealing import SealingPublicKey

START = datetime(2024, 1, 15, 9, 20, tzinfo=UTC)


@dataclass
class Visitors:
    """An edge's box in a folder, a sender with keys of its own, and a clock that is moved by hand."""

    folder: Path
    keys: SenderKeys = field(default_factory=SenderKeys.make)
    site: SiteSettings = field(default_factory=site)
    now: datetime = START
    mails: list[Mail] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.box = self.folder / "box"
        self.box.mkdir()

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def settle(self, **settings: object) -> None:
        """Change settings of the newsletter."""
        self.site = self.site.model_copy(update={"newsletter": self.site.newsletter.model_copy(update=settings)})

    def put(self, content: bytes) -> Path:
        """Leave a file in the box."""
        file = self.box / f"{secrets.token_hex(16)}.drop"
        file.write_bytes(content)
        return file

    def drop(self, *drops: Drop, key: SealingPublicKey | None = None) -> list[Path]:
        """Leave drops in the box, as the edge does."""
        key = key or self.keys.public.sealing
        return [self.put(key.seal(pack(drop), CONTEXT)) for drop in drops]

    def sign_up(self, address: str, **choices: object) -> Path:
        """Type an address into the form."""
        wanted = replace(Choices("en"), **choices)  # type: ignore[arg-type]
        return self.drop(SignUp(address, wanted, self.now.date()))[0]

    def forget(self, address: str, language: str = "en") -> Path:
        """Ask for an address to be erased."""
        return self.drop(Forget(address, language, self.now.date()))[0]

    def use(self, token: str) -> Path:
        """Press the button of a link."""
        return self.drop(Used(token))[0]

    def empty(self) -> BoxReport:
        """Let the sender empty the box."""
        return empty_box(box=self.box, keys=self.keys, site=self.site, now=self.now)

    def post(self, _site: SiteSettings, mails: Sequence[Mail]) -> list[Mail]:
        """Stands for a relay that takes everything."""
        self.mails += mails
        return []

    def send(self) -> int:
        """Let the sender send what is due."""
        return send_due(keys=self.keys, site=self.site, now=self.now, post=self.post)

    def asked(self, address: str, **choices: object) -> str:
        """Sign up, and get the link's token by mail."""
        self.sign_up(address, **choices)
        self.empty()
        assert self.send() == 1
        return token_in(self.mails[-1])

    def subscribed(self, address: str, **choices: object) -> models.Subscriber:
        """Sign up and confirm."""
        self.use(self.asked(address, **choices))
        assert self.empty().confirmed == 1
        return self.subscriber(address)

    def subscriber(self, address: str) -> models.Subscriber:
        """Somebody's row."""
        return models.Subscriber.objects.get(index=self.keys.row_keys.index(address))

    def reader(self, row: models.Subscriber | models.SignUp) -> Reader:
        """What a row holds."""
        return open_reader(self.keys.rows_of(row.generation), row.pk, bytes(row.sealed))


def message(mail: Mail) -> EmailMessage:
    """A mail as a mailbox shows it."""
    parsed = BytesParser(policy=default).parsebytes(mail.content)
    assert isinstance(parsed, EmailMessage)
    return parsed


def token_in(mail: Mail) -> str:
    """The token in a mail's only link."""
    (link,) = re.findall(r"https?://\S+", message(mail).get_content())
    return str(link.rstrip("/").rpartition("/")[2])


def counts() -> dict[str, int]:
    """How many rows there are of each kind that concerns readers."""
    kinds = (models.Subscriber, models.SignUp, models.Asked, models.Delivery, models.Erased)
    return {kind.__name__: kind.objects.count() for kind in kinds}


def number_of(token: str) -> UUID:
    """The number that the edge shows to whoever uses a link."""
    return UUID(bytes=base64.urlsafe_b64decode(token)[4:20])

"""One measurement of ``benchmarks/newsletter.py``: ``newsletter_run.py WHAT FOLDER OPTIONS`` prints a line of JSON."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import smtplib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

if TYPE_CHECKING:
    from barograph.base.mail import EditionMail
    from barograph.newsletter.keys import SenderKeys

ROOT = Path(__file__).parent.parent
SENDER = "newsletter@example.org"
LANGUAGE = "be"
"""Most letters of most readers' languages are outside ASCII, which mail programs have to encode."""
SUBJECT = "Тыдзень у Аркадыі"
NAME = "Становішча ў Аркадыі"
TOKEN = "A" * 112
SENTENCE = "Цэны на поўначы зноў выраслі, і міністэрства маўчала пра гэта да позняга вечара пятніцы.\n"
GROUP = 500


class Clock:
    """Seconds, work and greatest memory of a measurement."""

    def __init__(self) -> None:
        self._began, self._worked = time.perf_counter(), _work()

    def result(self, messages: int) -> dict[str, float]:
        """What it took for so many messages."""
        seconds, work = time.perf_counter() - self._began, _work() - self._worked
        return {
            "messages": messages,
            "seconds": seconds,
            "per_second": messages / seconds,
            "cpu_us": work / messages * 1e6,
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }


def _work() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def prepare(folder: Path, *, sizes: list[int], rounds: int, subscribers: int) -> dict[str, float]:
    """A site with a signed release of several editions in each size, and its readers, imported from a list."""
    keys = _new_site(folder)
    from barograph.base.mail import mail_file
    from barograph.base.site import site
    from barograph.newsletter.importing import import_list
    from tests.newsletter.releases import lay_out_release

    files = {}
    for size in sizes:
        mail, message = _mail_of_size(size * 1024, keys)
        (folder / f"{size}.eml").write_bytes(message)
        (folder / f"{size}.json").write_text(json.dumps([mail.letter().html, mail.letter().text]), encoding="utf-8")
        for number in range(rounds):
            edition = _edition(size, number)
            files[mail_file(edition, LANGUAGE)] = _named(mail, edition).to_json()
    lay_out_release(site(), files)
    (folder / "list.csv").write_text("email,language,state\n" + "".join(_rows(subscribers)), encoding="utf-8")
    clock = Clock()
    import_list(folder / "list.csv", keys=keys, site=site(), today=date(2024, 1, 1))
    return clock.result(subscribers)


def barograph(folder: Path, *, port: int, size: int, round: int, connections: int, **_: Any) -> dict[str, float]:  # noqa: A002 (a word of the results)
    """A campaign with ledger, sealed rows and all."""
    os.environ["BAROGRAPH_SMTP_URL"] = f"smtp://127.0.0.1:{port}?connections={connections}"
    keys = _open_site(folder)
    from barograph.base.site import site
    from barograph.newsletter.campaigns import campaign_mails, freeze_campaign
    from barograph.newsletter.ledger import DatabaseLedger
    from barograph.newsletter.messages import MessageMaker
    from barograph.newsletter.relays import read_relays
    from barograph.newsletter.sending import send

    began = time.perf_counter()
    campaign = freeze_campaign(edition=_edition(size, round), keys=keys, site=site())
    frozen = time.perf_counter() - began
    clock = Clock()
    report = send(
        ledger=DatabaseLedger(campaign),
        make=MessageMaker(site=site(), keys=keys, mails=campaign_mails(campaign), sent_on=campaign.made_at),
        relays=read_relays(site()),
        retries=site().newsletter.retries,
        stop=threading.Event(),
    )
    if report.deferred or report.failed or report.in_doubt:
        sys.exit(f"not everything was sent: {report}")
    return clock.result(report.sent) | {"freezing": frozen}


def django(folder: Path, *, port: int, size: int, messages: int, **_: Any) -> dict[str, float]:
    """EmailMultiAlternatives over one connection, with the same texts and headers as ours."""
    from django.conf import settings
    from django.core.mail import EmailMultiAlternatives
    from django.core.mail.backends.smtp import EmailBackend

    settings.configure()
    html, text = json.loads((folder / f"{size}.json").read_text(encoding="utf-8"))
    clock = Clock()
    with EmailBackend(host="127.0.0.1", port=port) as connection:
        for recipient in _recipients(messages):
            link = f"https://example.org/newsletter/be/unsubscribe/{TOKEN}/"
            message = EmailMultiAlternatives(
                SUBJECT,
                text.replace("{{unsubscribe}}", link),
                f"{NAME} <{SENDER}>",
                [recipient],
                headers={
                    "List-Id": f"{NAME} <newsletter.example.org>",
                    "List-Unsubscribe": f"<{link}>, <mailto:unsubscribe@example.org?subject={TOKEN}>",
                    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                    "Auto-Submitted": "auto-generated",
                    "Content-Language": LANGUAGE,
                },
            )
            message.attach_alternative(html.replace("{{unsubscribe}}", link), "text/html")
            connection.send_messages([message])
    return clock.result(messages)


def with_smtplib(folder: Path, *, port: int, size: int, messages: int, **_: Any) -> dict[str, float]:
    """Python's own client over one connection; the message is made once, and the address put into it."""
    head, tail = _template(folder, size)
    clock = Clock()
    with smtplib.SMTP("127.0.0.1", port) as connection:
        for recipient in _recipients(messages):
            connection.sendmail(SENDER, [recipient], head + recipient.encode() + tail)
    return clock.result(messages)


def with_aiosmtplib(
    folder: Path, *, port: int, size: int, messages: int, peer_connections: int, **_: Any
) -> dict[str, float]:
    """The same over many connections at once."""
    import aiosmtplib

    head, tail = _template(folder, size)
    recipients = _recipients(messages)

    async def lane() -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
            for recipient in recipients:
                await client.sendmail(SENDER, [recipient], head + recipient.encode() + tail)

    async def run() -> None:
        await asyncio.gather(*(lane() for _ in range(peer_connections)))

    clock = Clock()
    asyncio.run(run())
    return clock.result(messages)


def fill(folder: Path, *, subscribers: int) -> dict[str, float]:
    """A site with so many readers. They share one link and are written without care, for that is not measured."""
    keys = _new_site(folder)
    from django.db import connections

    from barograph.base.drops import Choices
    from barograph.base.mail import mail_file
    from barograph.base.site import site
    from barograph.newsletter import DATABASE
    from barograph.newsletter.models import Subscriber
    from barograph.newsletter.readers import Reader, seal_reader
    from tests.newsletter.releases import lay_out_release

    lay_out_release(site(), {mail_file(_edition(8, 0), LANGUAGE): _named(_mail(20), _edition(8, 0)).to_json()})
    today, clock = date(2024, 1, 1), Clock()

    def rows() -> Iterator[Subscriber]:
        for address in _recipients(subscribers):
            number, reader = uuid4(), Reader(address, Choices(LANGUAGE), "A" * 112)
            yield Subscriber(
                id=number,
                sealed=seal_reader(keys.row_keys, number, reader),
                index=keys.row_keys.index(address),
                generation=1,
                since=today,
            )

    with connections[DATABASE].cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.execute("PRAGMA cache_size=-1000000")
    made = rows()
    while batch := [row for row, _ in zip(made, range(2000), strict=False)]:
        Subscriber.objects.bulk_create(batch)
    return clock.result(subscribers)


def freeze(folder: Path, *, subscribers: int) -> dict[str, float]:
    """One transaction with a delivery for everybody."""
    keys = _open_site(folder)
    from barograph.base.site import site
    from barograph.newsletter.campaigns import freeze_campaign

    clock = Clock()
    freeze_campaign(edition=_edition(8, 0), keys=keys, site=site())
    return clock.result(subscribers)


def mark(folder: Path, *, subscribers: int) -> dict[str, float]:
    """Everything is reserved, made, claimed and marked as sent, in groups as they come when a relay is quick."""
    keys = _open_site(folder)
    from barograph.base.site import site
    from barograph.newsletter.campaigns import campaign_mails
    from barograph.newsletter.deliveries import Outcome
    from barograph.newsletter.ledger import DatabaseLedger
    from barograph.newsletter.messages import MessageMaker
    from barograph.newsletter.models import Campaign

    campaign = Campaign.objects.get()
    make = MessageMaker(site=site(), keys=keys, mails=campaign_mails(campaign), sent_on=campaign.made_at)
    ledger, clock, outcomes = DatabaseLedger(campaign), Clock(), list[Outcome]()
    while rows := ledger.reserve(GROUP):
        for start in range(0, len(rows), 40):
            group = rows[start : start + 40]
            ledger.commit(outcomes=outcomes, claims=[row.id for row in group])
            outcomes = [Outcome(row.id, "sent") for row in group if make(row)]
    ledger.commit(outcomes=outcomes, claims=[])
    ledger.close()
    return clock.result(subscribers)


def _new_site(folder: Path) -> SenderKeys:
    """A site in the folder, with keys and an empty database."""
    (folder / "barograph.toml").write_bytes((ROOT / "tests/site/barograph.toml").read_bytes())
    _start(folder)
    from barograph.config.sender_start import migrate_subscribers, start_sender

    start_sender()
    from barograph.newsletter.key_file import to_json
    from barograph.newsletter.keys import SenderKeys

    migrate_subscribers()
    keys = SenderKeys.make()
    (folder / "keys.json").write_bytes(to_json(keys))
    return keys


def _open_site(folder: Path) -> SenderKeys:
    _start(folder)
    from barograph.config.sender_start import start_sender

    start_sender()
    from barograph.newsletter.key_file import from_json

    return from_json((folder / "keys.json").read_bytes())


def _start(folder: Path) -> None:
    sys.path.insert(0, str(ROOT))
    os.environ |= {"BAROGRAPH_SITE": str(folder), "BAROGRAPH_SECRET_KEY": "only-for-benchmarks"}


def _mail(sentences: int) -> EditionMail:
    """An edition's mail with as much markup as a mail has, and its HTML in one line, as MJML writes it."""
    from barograph.base.mail import UNSUBSCRIBE, EditionMail, Part

    paragraph = f'<p style="margin:0;font-size:18px;line-height:28px;color:#1a1a18">{SENTENCE.strip()}</p>'
    foot = Part("", f'<p><a href="{UNSUBSCRIBE}">Адпісацца</a></p></body></html>', f"Адпісацца: {UNSUBSCRIBE}\n")
    section = Part("economy", paragraph * sentences, SENTENCE * sentences)
    parts = (Part("", "<html><body>", f"{SUBJECT}\n"), section, foot)
    return EditionMail("2024-01-01", LANGUAGE, SUBJECT, parts, parts, parts, ("economy",), "https://example.org")


def _named(mail: EditionMail, edition: str) -> EditionMail:
    from dataclasses import replace

    return replace(mail, edition=edition)


def _mail_of_size(size: int, keys: SenderKeys) -> tuple[EditionMail, bytes]:
    """A mail whose message has about so many bytes, and that message as others would send it."""
    few, many = (len(_message(_mail(sentences), keys)) for sentences in (10, 60))
    mail = _mail(10 + (size - few) * 50 // (many - few))
    return mail, _message(mail, keys)


def _message(mail: EditionMail, keys: SenderKeys) -> bytes:
    from barograph.base.drops import Choices
    from barograph.base.site import site
    from barograph.newsletter.deliveries import Reserved
    from barograph.newsletter.messages import MessageMaker
    from barograph.newsletter.readers import Reader, seal_reader

    sealed = seal_reader(keys.row_keys, UUID(int=1), Reader("reader@example.org", Choices(LANGUAGE), "A" * 112))
    make = MessageMaker(site=site(), keys=keys, mails={LANGUAGE: mail}, sent_on=datetime(2024, 1, 1, tzinfo=UTC))
    outgoing = make(Reserved(1, UUID(int=1), LANGUAGE, 0, sealed, 1))
    assert outgoing is not None  # noqa: S101 (our own row)
    return b"".join(outgoing.pieces).replace(b"\r\n..", b"\r\n.")


def _template(folder: Path, size: int) -> tuple[bytes, bytes]:
    """A message before and after the reader's address."""
    head, _, tail = (folder / f"{size}.eml").read_bytes().partition(b"reader@example.org")
    return head, tail


def _edition(size: int, number: int) -> str:
    return (date(2000, 1, 3) + timedelta(weeks=size * 50 + number)).isoformat()


def _recipients(number: int) -> Iterator[str]:
    return (f"reader{index}@mailbox{index % 7}.example.org" for index in range(number))


def _rows(number: int) -> Iterator[str]:
    return (f"{address},{LANGUAGE},active\n" for address in _recipients(number))


MEASUREMENTS: dict[str, Callable[..., dict[str, float]]] = {
    "prepare": prepare,
    "barograph": barograph,
    "django": django,
    "smtplib": with_smtplib,
    "aiosmtplib": with_aiosmtplib,
    "fill": fill,
    "freeze": freeze,
    "mark": mark,
}

if __name__ == "__main__":
    print(json.dumps(MEASUREMENTS[sys.argv[1]](Path(sys.argv[2]), **json.loads(sys.argv[3]))))

"""Mails, readers and their rows for tests of the newsletter; the same every time."""

from __future__ import annotations

import email
import uuid
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import SMTP

from barograph.base.drops import Choices
from barograph.base.mail import PREHEADER, UNSUBSCRIBE, EditionMail, Part
from barograph.newsletter.deliveries import Outgoing, Reserved
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.readers import Reader, seal_reader
from barograph.trust.tokens import Purpose

SENT_ON = datetime(2024, 1, 22, 9, 30, tzinfo=UTC)
TODAY = date(2024, 1, 22)
EDITION = "2024-01-15"
WORDS = {
    "en": "Prices fell for the third week running, and nobody knows why they did.",
    "be": "Цэны падаюць трэці тыдзень запар, і ніхто не ведае чаму.",
    "ru": "Цены падают третью неделю подряд, и никто не знает почему.",
}
SUBJECTS = {
    "en": "Situation in Arcadia, 15–21 January",
    "be": "Становішча ў Аркадыі, 15–21 студзеня",
    "ru": "Ситуация в Аркадии, 15–21 января",
}


def mail_in(language: str, paragraphs: int = 8) -> EditionMail:
    """An edition's mail, with lines that want care: dots, spaces at their end, and longer than any line may be."""
    words = WORDS[language]
    text = f"{words}\n.\n..two dots, and a space at the end \n" + words * 4 + "\n"
    page = "".join(f"<p>\n.{words} <b>{number}</b>  \n</p>\n" for number in range(paragraphs))
    sections = [Part(key, f"<h2>{key}</h2>{page}", f"{key}\n{text}", key) for key in ("economy", "press")]
    head = Part(
        "", f"<!doctype html><html><head><title>A</title></head><body class='a'><div>{PREHEADER}</div>", "A\n", ""
    )
    foot = Part("", f'<p><a href="{UNSUBSCRIBE}">{words[:9]}</a></p></body></html>', f"{words}\n{UNSUBSCRIBE}\n")
    notice = (head, Part("economy", "<p>economy</p>", "economy\n"), foot)
    attachment = (head, Part("economy", f"<h2>economy</h2>{page}", ""), Part("", "</body></html>", ""))
    return EditionMail(
        edition=EDITION,
        language=language,
        subject=SUBJECTS[language],
        parts=(head, *sections, foot),
        notice=notice,
        attachment=attachment,
        changed=("press",),
        address=f"https://example.org/{language}/editions/{EDITION}/",
    )


MAILS = {language: mail_in(language) for language in WORDS}


def reader(keys: SenderKeys, number: uuid.UUID, address: str, choices: Choices) -> Reader:
    """A reader with a link of its own."""
    return Reader(address, choices, keys.tokens.sign(Purpose.UNSUBSCRIBE, number.bytes), TODAY)


def reserve(keys: SenderKeys, person: Reader, number: uuid.UUID, delivery: int = 1) -> Reserved:
    """A delivery to a reader."""
    sealed = seal_reader(keys.row_keys, number, person)
    return Reserved(delivery, number, person.choices.language, 0, sealed, keys.row_keys.generation)


def received(outgoing: Outgoing) -> bytes:
    """The message as whoever receives it has it: the dots that SMTP doubles are single again (RFC 5321, 4.5.2)."""
    data = b"".join(outgoing.pieces)
    assert data.endswith(b"\r\n")
    lines = data.split(b"\r\n")
    return b"\r\n".join(line[1:] if line.startswith(b".") else line for line in lines)


def parsed(outgoing: Outgoing) -> EmailMessage:
    """The message as a mail program reads it, without a defect anywhere."""
    message = email.message_from_bytes(received(outgoing), policy=SMTP)
    assert isinstance(message, EmailMessage)
    assert not [part.defects for part in message.walk() if part.defects]
    return message

"""Messages: one encoded letter for many readers, and the bytes that are a reader's own."""

from __future__ import annotations

import hashlib
import quopri
import re
import secrets
import uuid
from base64 import b64decode, urlsafe_b64encode
from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import compat32
from email.utils import parseaddr
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.base.drops import MODES, Choices, Mode
from barograph.base.mail import UNSUBSCRIBE, Part
from barograph.base.site import site
from barograph.newsletter import messages
from barograph.newsletter.deliveries import Outgoing
from barograph.newsletter.envelope import delivery_of
from barograph.newsletter.errors import NewsletterError
from barograph.newsletter.headers import HeaderError, checked_address, header, list_id, mailbox, plain
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.letters import LetterError
from barograph.newsletter.messages import MessageMaker
from barograph.newsletter.readers import Reader
from barograph.newsletter.splicing import encode_around
from barograph.trust.tokens import read_token
from tests.newsletter.letters import EDITION, MAILS, SENT_ON, SUBJECTS, TODAY, WORDS, parsed, reader, reserve

KEYS = SenderKeys.make()
OWN_HEADERS = rb"(?m)^(?:To|Message-ID|List-Unsubscribe|DKIM-Signature):.*\r\n(?: .*\r\n)*"


def maker(**newsletter: Any) -> MessageMaker:
    changed = site().newsletter.model_copy(update=newsletter)
    own = site().model_copy(update={"newsletter": changed})
    return MessageMaker(site=own, keys=KEYS, mails=MAILS, sent_on=SENT_ON)


def made(make: MessageMaker, address: str = "reader@example.net", delivery: int = 7, **choices: Any) -> Outgoing:
    number = uuid.uuid4()
    person = reader(KEYS, number, address, Choices(**{"language": "en", **choices}))
    outgoing = make(reserve(KEYS, person, number, delivery))
    assert outgoing is not None
    return outgoing


def content(part: Any) -> str:
    """A part's text; the last line end belongs to MIME or to the text, as its encoding wants it."""
    return part.get_content().replace("\r\n", "\n").rstrip("\n") if part else ""


def texts(message: EmailMessage) -> tuple[str, str]:
    return content(message.get_body(("plain",))), content(message.get_body(("html",)))


def link_of(message: EmailMessage) -> str:
    found = re.match(
        r"<(https://[^>]+)>, <mailto:unsubscribe@example\.org\?subject=([^>]+)>$", message["List-Unsubscribe"]
    )
    assert found
    assert found[1] == f"https://example.org/newsletter/{message['Content-Language']}/unsubscribe/{found[2]}/"
    return found[1]


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("mode", MODES)
def test_every_letter_arrives_as_it_was_written(language: str, mode: Mode) -> None:
    outgoing = made(maker(), language=language, mode=mode)
    message = parsed(outgoing)
    link = link_of(message)
    text, page = texts(message)
    assert text.count(link) == 1
    mail = MAILS[language]
    if mode == "attachment":
        (attached,) = message.iter_attachments()
        assert attached.get_filename() == "text.html"
        assert content(attached) == mail.attached_page().rstrip()
    else:
        letter = mail.notice_letter() if mode == "notice" else mail.letter()
        assert text == letter.text.replace(UNSUBSCRIBE, link).rstrip()
        assert page.count(f'href="{link}"') == 1
        without_preheader = re.compile(r"<div>[^<]*</div>")
        wanted = without_preheader.sub("", letter.html.replace(UNSUBSCRIBE, link))
        assert without_preheader.sub("", page) == wanted
    assert message["To"] == outgoing.recipient == "reader@example.net"
    assert delivery_of([outgoing.return_path], "newsletter@example.org") == 7


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("mode", MODES)
def test_every_letter_keeps_to_the_rules_of_mail(language: str, mode: Mode) -> None:
    data = b"".join(made(maker(), language=language, mode=mode).pieces)
    assert data.isascii()
    assert b"\0" not in data
    lines = data.split(b"\r\n")
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert max(map(len, lines)) <= 998
    body = lines[lines.index(b"") :]
    assert max(map(len, body)) <= 78
    assert b"." not in lines
    message = parsed(made(maker(), language=language, mode=mode))
    assert message["Date"] == "Mon, 22 Jan 2024 09:30:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["MIME-Version"] == "1.0"
    assert message["Precedence"] is message["Return-Path"] is message["Bcc"] is None
    assert len(message.keys()) == len(set(message.keys()))


@pytest.mark.parametrize("mode", MODES[1:])
@pytest.mark.parametrize("language", WORDS)
def test_a_discreet_letter_does_not_name_the_publication_before_it_is_opened(mode: Mode, language: str) -> None:
    message = parsed(made(maker(), language=language, mode=mode))
    headers = "\n".join(f"{name}: {value}" for name, value in message.items())
    assert SUBJECTS[language] not in headers
    assert site().words(site().title, language) not in headers
    assert "Arcadia" not in headers
    assert message["List-Id"] == "<letter.example.org>"


def test_an_open_letter_names_the_publication() -> None:
    message = parsed(made(maker(), language="be"))
    assert message["Subject"] == SUBJECTS["be"]
    assert message["From"] == "Становішча ў Аркадыі <newsletter@example.org>"
    assert message["List-Id"] == "Становішча ў Аркадыі <newsletter.example.org>"


def test_the_settings_give_the_words_of_discreet_letters() -> None:
    make = maker(discreet_name={"be": "Ліст"}, discreet_subject={"be": "Ад сястры"})
    message = parsed(made(make, language="be", mode="neutral"))
    assert (message["From"], message["Subject"]) == ("Ліст <newsletter@example.org>", "Ад сястры")
    assert "<div>Ад сястры\u034f" in texts(message)[1]


def test_what_programs_show_beside_the_subject_tells_no_more_than_the_mode_allows() -> None:
    shown = {mode: texts(parsed(made(maker(), mode=mode)))[1] for mode in ("open", "neutral")}
    assert "<div>economy · press</div>" in shown["open"]
    assert "economy · press" not in shown["neutral"]


def test_sections_that_a_reader_did_not_choose_are_left_out() -> None:
    text, page = texts(parsed(made(maker(), sections=("press",))))
    assert "press" in text
    assert "economy" not in text + page


@pytest.mark.parametrize("language", WORDS)
def test_copies_are_the_same_but_for_what_is_a_readers_own(language: str) -> None:
    make, number, copies = maker(), uuid.uuid4(), set()
    choices = Choices(language)
    for delivery in range(10_000 if language == "be" else 100):
        token = secrets.token_urlsafe(84)
        person = Reader(f"reader-{delivery}@example.net", choices, token)
        outgoing = make(reserve(KEYS, person, number, delivery))
        assert outgoing is not None
        copies.add(hashlib.sha256(bare(outgoing, token)).digest())
    assert len(copies) == 1


def bare(outgoing: Outgoing, token: str) -> bytes:
    """A copy without the headers that differ, and without the two lines in each text that say nothing but the token."""
    whole = re.sub(OWN_HEADERS, b"", b"".join(outgoing.pieces))
    links = outgoing.pieces[2::2]
    assert len(links) == 2
    for link in links:
        assert re.fullmatch(rb"\S{1,76}\r\n\S{1,76}\r\n", link)
        assert token.encode() in (quopri.decodestring(link) if b"=\r\n" in link else b64decode(link))
        whole = whole.replace(link, b"")
    return whole


def test_bytes_that_all_readers_share_are_not_copied() -> None:
    make = maker()
    first, second = made(make), made(make)
    assert [piece is other for piece, other in zip(first.pieces, second.pieces, strict=True)] == [
        False, True, False, True, False, True,
    ]  # fmt: skip
    assert sum(map(len, first.pieces[0::2])) < 1000


def test_the_same_delivery_has_the_same_message_id_on_every_try() -> None:
    numbers = [parsed(made(maker(), delivery=delivery))["Message-ID"] for delivery in (5, 5, 6)]
    assert numbers[0] == numbers[1] != numbers[2]
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.org>", numbers[0])


@pytest.mark.parametrize("address", ["a b@example.org", "a@b\rBcc: c@example.org", "é@example.org", "a@b>", "", "@"])
def test_a_row_that_holds_no_plain_address_makes_no_message(address: str) -> None:
    number = uuid.uuid4()
    assert maker()(reserve(KEYS, reader(KEYS, number, address, Choices("en")), number)) is None


def test_a_row_that_cannot_be_opened_makes_no_message() -> None:
    number = uuid.uuid4()
    row = reserve(KEYS, reader(KEYS, number, "a@example.org", Choices("en")), number)
    make = maker()
    others = [(KEYS.row_keys.generation + 1, row.sealed), (1, row.sealed[:-1]), (1, b"")]
    for generation, sealed in others:
        assert make(row._replace(sealed=sealed, generation=generation)) is None
    assert make(row._replace(subscriber=uuid.uuid4())) is None


@pytest.mark.parametrize("parts", [(Part("", "", ""),), (Part("", UNSUBSCRIBE, UNSUBSCRIBE * 2),)])
def test_a_mail_without_one_place_for_the_link_is_not_sent(parts: tuple[Part, ...]) -> None:
    mail = replace(MAILS["en"], parts=parts)
    with pytest.raises(LetterError, match=EDITION):
        MessageMaker(site=site(), keys=KEYS, mails={"en": mail}, sent_on=SENT_ON)


@pytest.mark.parametrize("mode", MODES)
def test_a_readers_link_goes_to_its_place_and_no_character_of_a_text_is_taken_for_it(mode: Mode) -> None:
    parts, attachment = (
        tuple(Part(part.section, "\ue000" + part.html, "\ue000" + part.text, part.preheader) for part in given)
        for given in (MAILS["en"].parts, MAILS["en"].attachment)
    )
    mail = replace(MAILS["en"], parts=parts, attachment=attachment, notice=(parts[0], parts[-1]))
    outgoing = made(MessageMaker(site=site(), keys=KEYS, mails={"en": mail}, sent_on=SENT_ON), mode=mode)
    texts = [content(part) for part in parsed(outgoing).walk() if not part.is_multipart()]
    assert [text.count("/unsubscribe/") for text in texts] == [1, 0 if mode == "attachment" else 1]
    token = link_of(parsed(outgoing)).split("/")[-2]
    assert [text.count(token) for text in texts] == [text.count("/unsubscribe/") for text in texts]


def test_a_setting_with_a_line_break_stops_the_campaign_before_it_begins() -> None:
    with pytest.raises(NewsletterError, match="From"):
        maker(sender_name={"en": "Name\r\nBcc: victim@example.org"})


def test_a_test_is_marked_and_its_link_unsubscribes_nobody() -> None:
    outgoing = messages.test_message(
        site=site(), keys=KEYS, mail=MAILS["en"], address="editor@example.org", sent_on=SENT_ON
    )
    message = parsed(outgoing)
    assert message["Subject"] == f"Test: {SUBJECTS['en']}"
    token = link_of(message).split("/")[-2]
    assert read_token(token, [KEYS.tokens.public], today=TODAY).last_day is None
    assert delivery_of([outgoing.return_path], "newsletter@example.org") is not None
    with pytest.raises(HeaderError):
        messages.test_message(site=site(), keys=KEYS, mail=MAILS["en"], address="a\n@example.org", sent_on=SENT_ON)


@given(st.text(), st.text(st.characters(codec="ascii"), max_size=30))
def test_no_words_and_no_address_can_begin_a_header_of_their_own(words: str, address: str) -> None:
    for make in (header, mailbox, list_id, plain):
        arguments = (
            ("X-Name", words, address) if make is mailbox else (words, address) if make is list_id else ("X", words)
        )
        try:
            line = make(*arguments)  # type: ignore[operator]
        except HeaderError:
            continue
        assert re.fullmatch(rb"[\x20-\x7e]+\r\n(?: [\x21-\x7e][\x20-\x7e]*\r\n)*", line)


@pytest.mark.parametrize("bad", ["\r\nBcc: a@example.org", "\n", "\r", "\0", "\x85", "\u2028", "\x1b[0m", "\ud800"])
def test_control_characters_are_refused_in_every_header(bad: str) -> None:
    for words in (bad, f"Word{bad}", f"{bad}Слова"):
        with pytest.raises(HeaderError):
            header("Subject", words)
        with pytest.raises(HeaderError):
            mailbox("From", words, "a@example.org")
        with pytest.raises(HeaderError):
            list_id(words, "letter.example.org")
        with pytest.raises(HeaderError):
            checked_address(f"a@example.org{words}")


@pytest.mark.parametrize(
    "words",
    [
        "Word", "Two, and (more)", 'A "quoted" \\ one', "Слова " * 30, "long " * 40, "=?utf-8?q?trap?=", "", "dot.",
        "two  spaces " * 20, " " * 100, "endless" * 200,
    ],
)  # fmt: skip
def test_a_header_is_read_back_as_it_was_written(words: str) -> None:
    lines = mailbox("From", words, "a@example.org") + header("Subject", words or "-") + b"\r\n"
    assert max(map(len, lines.split(b"\r\n"))) <= 78
    message = message_from_bytes(lines, policy=compat32)
    name, address = parseaddr(message["From"])
    assert (str(make_header(decode_header(name))).split(), address) == (words.split(), "a@example.org")
    assert str(make_header(decode_header(message["Subject"]))).split() == (words or "-").split()


@given(st.text(), st.text(), st.binary(min_size=84, max_size=84))
def test_a_token_is_spliced_into_any_text(before: str, after: str, raw: bytes) -> None:
    token = urlsafe_b64encode(raw)
    encoded = encode_around(before, after)
    assert encoded.slot is not None
    whole = encoded.before + encoded.slot.fill(token) + encoded.after
    assert all(len(line) <= 76 for line in whole.split(b"\r\n"))
    decoded = b64decode(whole) if encoded.encoding == "base64" else quopri.decodestring(whole)
    wanted = re.sub("\r\n?|\n", "\r\n", before) + token.decode() + re.sub("\r\n?|\n", "\r\n", after.rstrip()) + "\r\n"
    assert decoded == wanted.encode()

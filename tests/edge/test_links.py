"""Signed links: one sentence and one button, and nothing happens before it is pressed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from barograph.base.drops import Used
from barograph.trust.tokens import Purpose, TokenKey
from tests.edge.visits import NUMBER, START, Sender, Visitor

TODAY = START.date()
GOOD = [
    ("confirm", Purpose.CONFIRM),
    ("unsubscribe", Purpose.UNSUBSCRIBE),
    ("erase", Purpose.ERASE),
    ("erase", Purpose.UNSUBSCRIBE),
]
BAD = [(kind, purpose) for kind in ("confirm", "unsubscribe", "erase") for purpose in Purpose]
BAD = [pair for pair in BAD if pair not in GOOD]
MULTIPART = b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'


def address(kind: str, token: str, language: str = "en") -> str:
    return f"/newsletter/{language}/{kind}/{token}/"


@pytest.mark.parametrize(("kind", "purpose"), GOOD)
def test_looking_changes_nothing_and_one_button_does_it(
    visitor: Visitor, sender: Sender, kind: str, purpose: Purpose
) -> None:
    token = sender.token(purpose)
    for _ in range(3):
        page = visitor.ask(address(kind, token))
        head = visitor.ask(address(kind, token), "HEAD")
        assert (page.status, head.status, head.content) == (200, 200, b"")
        assert head.headers == page.headers
        assert page.text.count("<button") == 1
        assert page.text.count('method="post"') == 1
        assert "<input" not in page.text
    assert sender.files == []

    assert visitor.post(address(kind, token)).status == 200
    assert sender.drops() == [Used(token)]


@pytest.mark.parametrize(("kind", "purpose"), BAD)
def test_a_link_does_what_it_was_signed_for_and_nothing_else(
    visitor: Visitor, sender: Sender, kind: str, purpose: Purpose
) -> None:
    for answer in (
        visitor.ask(address(kind, sender.token(purpose))),
        visitor.post(address(kind, sender.token(purpose))),
    ):
        assert answer.status == 400
        assert "This link does not hold" in answer.text
    assert sender.files == []


def test_links_that_are_forged_damaged_or_out_of_date_say_what_to_do(visitor: Visitor, sender: Sender) -> None:
    good = sender.token(Purpose.CONFIRM, last_day=TODAY)
    bad = [
        TokenKey.make().sign(Purpose.CONFIRM, NUMBER),
        sender.token(Purpose.CONFIRM, last_day=TODAY - timedelta(days=1)),
        good[:-1],
        good[:-4],
        good + "A",
        good[:40] + ("A" if good[40] != "A" else "B") + good[41:],
        good.lower(),
        "A" * 112,
        "..",
        "%00",
        "ÿ" * 112,
        "x\r\nSet-Cookie: a=b",
    ]
    for token in bad:
        for kind in ("confirm", "unsubscribe", "erase"):
            for answer in (visitor.ask(address(kind, token)), visitor.post(address(kind, token))):
                assert answer.status == 400, token
                way_out = "Subscribe again" if kind == "confirm" else "mailto:unsubscribe@example.org"
                assert way_out in answer.text
    assert sender.files == []
    assert visitor.post(address("confirm", good)).status == 200
    visitor.clock.wait(days=1)
    assert visitor.post(address("confirm", good)).status == 400


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (MULTIPART, "multipart/form-data; boundary=x"),
        (b"", ""),
    ],
)
def test_a_mail_program_unsubscribes_with_one_click(
    visitor: Visitor, sender: Sender, content: bytes, kind: str
) -> None:
    token = sender.token(Purpose.UNSUBSCRIBE)
    answer = visitor.ask(address("unsubscribe", token), "POST", content, CONTENT_TYPE=kind)
    assert answer.status == 200
    assert {"Set-Cookie", "Location"}.isdisjoint(answer.headers)
    assert sender.drops() == [Used(token)]


def test_a_link_used_a_hundred_times_leaves_one_drop(visitor: Visitor, sender: Sender) -> None:
    token = sender.token(Purpose.UNSUBSCRIBE)
    answers = {visitor.post(address(kind, token)).content for kind in ("unsubscribe", "erase") for _ in range(50)}
    assert len(answers) == 2
    assert len(sender.files) == 1
    visitor.post(address("unsubscribe", token.replace("-", "+")))  # the same token in another spelling
    assert len(sender.files) == 1


def test_the_name_of_a_drop_does_not_lead_from_a_link_to_it(visitor: Visitor, sender: Sender) -> None:
    token = sender.token(Purpose.UNSUBSCRIBE)
    visitor.post(address("unsubscribe", token))
    (first,) = sender.files
    first.unlink()
    Visitor(type(visitor.edge)(visitor.edge.site, visitor.clock), visitor.clock).post(address("unsubscribe", token))
    assert sender.files != [first]


@pytest.mark.parametrize("kind", ["erase", "unsubscribe"])
def test_an_erasure_has_a_number_to_keep(visitor: Visitor, sender: Sender, kind: str) -> None:
    answer = visitor.post(address(kind, sender.token(Purpose.UNSUBSCRIBE)))
    assert str(UUID(bytes=NUMBER)) in answer.text


@pytest.mark.parametrize("language", ["en", "be", "ru"])
def test_a_link_can_be_read_in_another_language(visitor: Visitor, sender: Sender, language: str) -> None:
    token = sender.token(Purpose.CONFIRM)
    page = visitor.ask(address("confirm", token, language))
    assert f'<html lang="{language}">' in page.text
    for other in {"en", "be", "ru"} - {language}:
        assert f'href="../../../{other}/confirm/{token}/"' in page.text


def test_old_keys_of_the_sender_hold_as_long_as_it_names_them(visitor: Visitor, sender: Sender) -> None:
    old = sender.token(Purpose.UNSUBSCRIBE)
    sender.signing = TokenKey.make()
    sender.publish()
    assert visitor.ask(address("unsubscribe", old)).status == 400
    assert visitor.ask(address("unsubscribe", sender.token(Purpose.UNSUBSCRIBE))).status == 200

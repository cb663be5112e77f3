"""The file of an edition's mail: what is written can be read, what is joined is what was chosen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.base.mail import PREHEADER, EditionMail, Letter, MailError, Part, mail_file

PARTS = (
    Part("", f"<html><i>{PREHEADER}</i>", "Head\n"),
    Part("economy", "<p>Prices</p>", "Prices\n", "Economy: worse"),
    Part("health", f"<p>Beds {PREHEADER}</p>", "Beds\n", "Health & care: better"),
    Part("", "</html>", "Foot\n"),
)
MAIL = EditionMail(
    edition="2024-01-22",
    language="en",
    subject="Situation, January",
    parts=PARTS,
    notice=(Part("", "<p>New", "New\n"), Part("", "</p>", "Foot\n")),
    attachment=(Part("", "<html>", ""), Part("economy", "Prices", ""), Part("", "</html>", "")),
    changed=("economy",),
    address="https://example.org/en/editions/2024-01-22/",
)


def test_the_file_stands_below_its_edition() -> None:
    assert mail_file("2024-01-22", "be") == "mail/2024-01-22/be.json"


def test_all_sections_are_joined_unless_some_are_chosen() -> None:
    assert MAIL.sections == ("economy", "health")
    everything = MAIL.letter()
    assert everything.text == "Head\nPrices\nBeds\nFoot\n"
    assert everything.preheader == "Economy: worse · Health & care: better"
    assert MAIL.letter(["health"]) == Letter(
        subject="Situation, January",
        preheader="Health & care: better",
        html=f"<html><i>Health &amp; care: better</i><p>Beds {PREHEADER}</p></html>",
        text="Head\nBeds\nFoot\n",
    )
    assert MAIL.letter([]).text == "Head\nFoot\n"
    assert MAIL.attached_page(["health"]) == "<html></html>"


def test_another_preheader_can_stand_in_place_of_its_own() -> None:
    letter = MAIL.letter(["economy"], "A <letter>")
    assert letter.preheader == "A <letter>"
    assert letter.html == "<html><i>A &lt;letter&gt;</i><p>Prices</p></html>"


def test_the_notice_is_the_same_whatever_was_chosen() -> None:
    assert MAIL.notice_letter(["health"]) == MAIL.notice_letter()
    assert MAIL.notice_letter().preheader == ""


parts = st.lists(st.builds(Part, st.text(), st.text(), st.text(), st.text())).map(tuple)


@given(st.builds(EditionMail, st.text(), st.text(), st.text(), parts, parts, parts, st.just(("economy",)), st.text()))
def test_what_is_written_can_be_read_again(mail: EditionMail) -> None:
    assert EditionMail.from_json(mail.to_json()) == mail
    assert mail.to_json() == mail.to_json()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"format": "barograph mail 2"}',
        b'{"format": "barograph mail 1"}',
        MAIL.to_json().replace(b'"parts"', b'"pieces"'),
        MAIL.to_json().replace(b'"html"', b'"htm"'),
        MAIL.to_json().replace(b'"subject"', b'"also": 1, "subject"'),
        MAIL.to_json()[:-10],
    ],
)
def test_anything_else_is_refused(content: bytes) -> None:
    with pytest.raises(MailError, match="it is not"):
        EditionMail.from_json(content)

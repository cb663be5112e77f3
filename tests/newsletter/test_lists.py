"""Lists as other services export them, and files that are no lists."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from barograph.newsletter import lists
from barograph.newsletter.lists import Damaged, ListError, Row, read_list

A, B, C = (f"{name}@example.org" for name in ("a", "b", "c"))


def read(folder: Path, content: str | bytes) -> list[Row | Damaged]:
    file = folder / "list.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_list(file))


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        # As this project describes it.
        ("email,language,state\na@example.org,be,active\n", [Row(2, A, "be", ())]),
        ("EMAIL;Language;STATE\r\na@example.org;be;Active\r\n", [Row(2, A, "be", ())]),
        ("email\na@example.org\n\n   \nb@example.org", [Row(2, A, "", ()), Row(5, B, "", ())]),
        ("state\temail\nunsubscribed\ta@example.org\n", [Row(2, A, "", ("unsubscribed",))]),
        ("\ufeffemail,language\na@example.org\n", [Row(2, A, "", ())]),
        # Mailchimp: one file for each state, with columns of its own.
        (
            '"Email Address","First Name","LANGUAGE","MEMBER_RATING","OPTIN_TIME"\n'
            'a@example.org,"A, B",be,2,"2020-01-01"\n',
            [Row(2, A, "be", ())],
        ),
        (
            '"Email Address","UNSUB_TIME","UNSUB_REASON"\na@example.org,"2020-01-01 10:00:00",NORMAL\n',
            [Row(2, A, "", ("unsubscribed",))],
        ),
        ('"Email Address","CLEAN_TIME"\na@example.org,"2020-01-01 10:00:00"\n', [Row(2, A, "", ("cleaned",))]),
        # listmonk
        (
            "uuid,email,name,attributes,status,created_at\n"
            'x,a@example.org,A,"{""city"": ""B""}",enabled,2020\ny,b@example.org,B,{},blocklisted,2020\n',
            [Row(2, A, "", ()), Row(3, B, "", ("blocklisted",))],
        ),
        # Ghost
        (
            "id,email,name,note,subscribed_to_emails,labels\n1,a@example.org,A,,true,\n2,b@example.org,B,,false,\n",
            [Row(2, A, "", ()), Row(3, B, "", ("false",))],
        ),
        # Ghost again: who was deleted is in its list, with the day of it.
        (
            "email,deleted_at\na@example.org,\nb@example.org,2023-05-05\n",
            [Row(2, A, "", ()), Row(3, B, "", ("deleted",))],
        ),
        # Buttondown: where readers stand is a “type”.
        (
            "id,email_address,subscriber_type,creation_date,unsubscription_date\n"
            "1,a@example.org,premium,2023-01-01,\n2,b@example.org,unsubscribed,2023-01-01,\n"
            "3,c@example.org,regular,2023-01-01,2023-02-01\n",
            [Row(2, A, "", ()), Row(3, B, "", ("unsubscribed",)), Row(4, C, "", ("unsubscribed",))],
        ),
        # Substack: whoever reads without paying has no “active subscription”, and yet subscribes.
        (
            "email,active_subscription,plan,email_disabled,created_at\n"
            "a@example.org,false,other,false,2023\nb@example.org,true,yearly,true,2023\n",
            [Row(2, A, "", ()), Row(3, B, "", ("disabled",))],
        ),
        # MailPoet: two states, of which each counts.
        (
            "Email,First name,List status,Global status\n"
            "a@example.org,A,Subscribed,Subscribed\nb@example.org,B,Subscribed,Bounced\n"
            "c@example.org,C,Unconfirmed,Subscribed\n",
            [Row(2, A, "", ()), Row(3, B, "", ("bounced",)), Row(4, C, "", ("unconfirmed",))],
        ),
        # Sendy and others
        (
            "Name;E-mail;Status\nA;a@example.org;Hard bounced\nB;b@example.org;Marked as spam\n",
            [Row(2, A, "", ("hardbounced",)), Row(3, B, "", ("markedasspam",))],
        ),
        # A field may hold line breaks.
        ('email,note\na@example.org,"two\nlines"\nb@example.org,x\n', [Row(2, A, "", ()), Row(4, B, "", ())]),
        # A damaged line costs nobody but itself.
        ('email,note\n"a"@example.org,x\nb@example.org,x\n', [Damaged(2), Row(3, B, "", ())]),
        ("email,note\n" + "x" * 200_000 + "\nb@example.org,x\n", [Damaged(2), Row(3, B, "", ())]),
        ("email,note\na@example.org\0,x\n", [Row(2, A + "\0", "", ())]),
        ("email\n", []),
    ],
)
def test_lists_of_several_services_are_understood(tmp_path: Path, content: str, rows: list[Row | Damaged]) -> None:
    assert read(tmp_path, content) == rows


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "line 1 does not say which column"),
        ("a@example.org\nb@example.org\n", "line 1 does not say which column"),
        ("name,language\nA,be\n", "line 1 does not say which column"),
        ("email\rlanguage\ra@example.org\r", "line 1 does not say which column"),
        ("email,name\na@example.org,Ж\n".encode("cp1251"), "line 2 is not UTF-8"),
        ("email\na@example.org\n".encode("utf-16"), "line 1 is not UTF-8"),
        ("email,note\na@example.org," + "x" * 10_000_000, "line 2 is longer"),
        (b"\0" * 10_000_000, "line 1 is longer"),
        ('email,note\na@example.org,"never closed\n' + "b@example.org,x\n" * 200, "row of line 2 a quotation mark"),
        ('email,note\nb@example.org,x\na@example.org,"never closed\n', "row of line 3 a quotation mark"),
        ('email,note\na@example.org,"never closed', "row of line 2 a quotation mark"),
    ],
)
def test_what_is_no_list_is_refused_by_its_line(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(ListError, match=message) as refused:
        read(tmp_path, content)
    assert "@" not in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ListError, match=r"nowhere\.csv cannot be read"):
        list(read_list(tmp_path / "nowhere.csv"))


@given(st.binary(max_size=400) | st.text(alphabet='email,;\t"\n\r@.\0a', max_size=200).map(str.encode))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_in_a_file_it_is_read_or_refused(tmp_path: Path, content: bytes) -> None:
    for head in (b"", b"email,state\n"):
        try:
            rows = read(tmp_path, head + content)
        except ListError:
            continue
        assert all(isinstance(row, Row | Damaged) for row in rows)


def test_every_state_is_known_in_one_way_only() -> None:
    assert not lists.TAKEN & lists.LEFT_OUT
    assert all(lists.word(state) == state for state in lists.TAKEN | lists.LEFT_OUT)
    assert set(lists.MARKS.values()) <= lists.LEFT_OUT


def test_a_long_list_is_not_held_in_memory(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("email,note\n" + f"a@example.org,{'x' * 90}\n" * 30_000)
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_list(file)) == 30_000
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_a_row_shows_no_address() -> None:
    assert "@" not in repr(Row(2, A, "be", ()))

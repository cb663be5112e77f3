"""What a relay answers, in whatever portions it comes, and whatever it sends."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.newsletter.replies import LONGEST_LINE, MOST_LINES, Reply, ReplyError, ReplyReader

TEXTS = st.binary(max_size=60).filter(lambda text: b"\n" not in text and b"\r" not in text)
REPLIES = st.builds(Reply, st.integers(200, 599), st.lists(TEXTS, min_size=1, max_size=5).map(tuple))


def wire(reply: Reply) -> bytes:
    *lines, last = reply.lines
    return b"".join(b"%d-%s\r\n" % (reply.code, line) for line in lines) + b"%d %s\r\n" % (reply.code, last)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"250 2.1.0 Ok\r\n", [Reply(250, (b"2.1.0 Ok",))]),
        (b"250\r\n", [Reply(250, (b"",))]),
        (b"250 \r\n", [Reply(250, (b"",))]),
        (b"250 Ok\n", [Reply(250, (b"Ok",))]),
        (b"250-one\r\n250-two\r\n250 three\r\n", [Reply(250, (b"one", b"two", b"three"))]),
        (b"250-one\r\n250\r\n", [Reply(250, (b"one", b""))]),
        (b"250 a\r\n354 b\r\n", [Reply(250, (b"a",)), Reply(354, (b"b",))]),
        (b"250-one\r\n", []),
        (b"250 not yet", []),
    ],
)
def test_replies_have_one_line_or_several(data: bytes, expected: list[Reply]) -> None:
    assert ReplyReader().feed(data) == expected


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"hello\r\n", "not SMTP"),
        (b"\r\n", "not SMTP"),
        (b"25 Ok\r\n", "not SMTP"),
        (b"250_Ok\r\n", "not SMTP"),
        (b"2500 Ok\r\n", "not SMTP"),
        ("２５０ Ok\r\n".encode(), "not SMTP"),
        (b"150 Ok\r\n", "does not have"),
        (b"650 Ok\r\n", "does not have"),
        (b"250-one\r\n550 two\r\n", "changed its mind"),
        (b"250-one\r\nGET / HTTP\r\n", "not SMTP"),
        (b"250 " + b"x" * LONGEST_LINE + b"\r\n", "not SMTP"),
        (b"x" * (LONGEST_LINE + 1), "without an end"),
        (b"250-x\r\n" * (MOST_LINES + 1), "without an end"),
    ],
)
def test_what_is_no_reply_is_refused(data: bytes, complaint: str) -> None:
    with pytest.raises(ReplyError, match=complaint):
        ReplyReader().feed(data)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(550, (b"5.1.1 <anna@example.org> unknown",)), "550 5.1.1"),
        (Reply(450, (b"4.2.1",)), "450 4.2.1"),
        (Reply(550, (b"anna@example.org is unknown", b"5.1.1 really")), "550"),
        (Reply(550, (b"2.0.0 says the opposite of its code",)), "550"),
        (Reply(550, (b"5.1.1234 too long",)), "550"),
        (Reply(550, (b"",)), "550"),
    ],
)
def test_a_reason_is_made_of_numbers_only(reply: Reply, reason: str) -> None:
    assert reply.reason == reason


@given(st.lists(REPLIES, max_size=6), st.data())
def test_replies_are_the_same_in_whatever_portions_they_come(replies: list[Reply], data: st.DataObject) -> None:
    stream = b"".join(map(wire, replies))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    reader, found = ReplyReader(), list[Reply]()
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += reader.feed(stream[start:end])
    assert found == replies
    assert reader.clean


@given(st.lists(st.binary(max_size=300) | st.sampled_from([b"250-", b"250 ", b"\r\n", b"\n", b"9", b"-"]), max_size=20))
def test_no_bytes_do_more_than_being_refused(portions: list[bytes]) -> None:
    reader = ReplyReader()
    with suppress(ReplyError):
        for portion in portions:
            for reply in reader.feed(portion):
                assert 200 <= reply.code <= 599
                assert len(reply.reason) <= 13

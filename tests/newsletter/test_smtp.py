"""One connection to a relay: what is sent, what the answers mean, and what is known when it breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from barograph.newsletter.deliveries import Outgoing
from barograph.newsletter.relays import Relay
from barograph.newsletter.smtp import DOUBT, LOST, READY, TAKEN, UNTOUCHED, Answer, Connection, Patience
from barograph.newsletter.smtp_opening import open_connection
from tests.newsletter.scripted import HELLO, READ, scripted
from tests.newsletter.sink import Sink

T = TypeVar("T")
SLOW = ("8BITMIME", "ENHANCEDSTATUSCODES")
"""What a relay without PIPELINING offers."""


def message(reader: str = "anna@example.org", body: bytes = b"Hello\r\n..and a dot\r\n") -> Outgoing:
    head = f"Message-ID: <{reader}>\r\n\r\n".encode()
    return Outgoing(reader, "bounce+1@example.net", (head, body))


def talk(port: int, conversation: Callable[[Connection], Awaitable[T]], patience: float = 10) -> T:
    """Open a connection, do something with it, and close it."""

    async def run() -> T:
        connection = await open_connection(Relay("127.0.0.1", port), Patience(patience, patience, patience))
        try:
            return await conversation(connection)
        finally:
            await connection.close()

    return asyncio.run(run())


async def hand_over(connection: Connection, *messages: Outgoing) -> list[Answer]:
    """Offer each message, deliver it if the relay is ready, and go on to the next."""
    answers = []
    for outgoing in messages:
        answer = await connection.offer(outgoing)
        answers.append((await connection.deliver(outgoing))[0] if answer is READY else answer)
    return answers


def test_a_message_arrives_as_it_was_made() -> None:
    with Sink() as sink:
        assert talk(sink.port, lambda connection: hand_over(connection, message())) == [TAKEN]
    assert sink.taken[0].data == b"Message-ID: <anna@example.org>\r\n\r\nHello\r\n.and a dot\r\n"
    assert sink.taken[0].return_path == "bounce+1@example.net"
    assert sink.commands == ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]


@pytest.mark.parametrize("extensions", [Sink.extensions, SLOW])
def test_the_next_envelope_follows_the_data(extensions: tuple[str, ...]) -> None:
    async def conversation(connection: Connection) -> list[Answer]:
        assert await connection.offer(message("1@example.org")) is READY
        first = await connection.deliver(message("1@example.org"), message("2@example.org"))
        second = await connection.deliver(message("2@example.org"), message("bounce-3@example.org"))
        return [*first, second[0], Answer(second[1].kind, second[1].stage)]

    with Sink(extensions=extensions) as sink:
        answers = talk(sink.port, conversation)
    assert answers == [TAKEN, READY, TAKEN, Answer("refused", "RCPT")]
    assert [taken.recipient for taken in sink.taken] == ["1@example.org", "2@example.org"]


@pytest.mark.parametrize("extensions", [Sink.extensions, SLOW])
@pytest.mark.parametrize(
    ("rule", "kind", "stage", "reason"),
    [
        ("mail * 0 450 4.1.8 Later", "refused", "MAIL", "450 4.1.8"),
        ("mail * 0 550 5.7.1 No", "refused", "MAIL", "550 5.7.1"),
        ("mail * 0 421 4.3.2 Bye", "untouched", "", ""),
        ("mail * 0 354 What?", "lost", "", ""),
        ("mail * 0 drop", "lost", "", ""),
        ("mail * 0 stall", "lost", "", ""),
        ("rcpt * 0 450 4.2.1 Later", "refused", "RCPT", "450 4.2.1"),
        ("rcpt * 0 550 5.1.1 anna | really | nobody", "refused", "RCPT", "550 5.1.1"),
        ("rcpt * 0 421 4.3.2 Bye", "refused", "RCPT", "421 4.3.2"),
        ("rcpt * 0 drop", "lost", "", ""),
        ("rcpt * 0 stall", "lost", "", ""),
        ("data * 0 451 4.3.0 Later", "refused", "DATA", "451 4.3.0"),
        ("data * 0 554 5.5.1 No", "refused", "DATA", "554 5.5.1"),
        ("data * 0 421 4.3.2 Bye", "refused", "DATA", "421 4.3.2"),
        ("data * 0 250 What?", "lost", "", ""),
        ("data * 0 drop", "lost", "", ""),
        ("data * 0 stall", "lost", "", ""),
        ("dot * 0 452 4.3.1 Full", "refused", "dot", "452 4.3.1"),
        ("dot * 0 554 5.7.1 No", "refused", "dot", "554 5.7.1"),
        ("dot * 0 421 4.3.2 Bye", "refused", "dot", "421 4.3.2"),
        ("dot * 0 354 What?", "doubt", "", ""),
        ("dot * 0 drop", "doubt", "", ""),
        ("dot * 0 stall", "doubt", "", ""),
        ("taken * 0 drop", "doubt", "", ""),
        ("taken * 0 stall", "doubt", "", ""),
    ],
)
def test_every_answer_at_every_stage_means_what_it_says(
    rule: str, kind: str, stage: str, reason: str, extensions: tuple[str, ...]
) -> None:
    patience = 0.2 if rule.endswith("stall") else 10
    with Sink(rules=[rule], extensions=extensions) as sink:
        (answer,) = talk(sink.port, lambda connection: hand_over(connection, message()), patience)
    assert (answer.kind, answer.stage) == (kind, stage)
    assert (answer.reply.reason if answer.reply else "") == reason
    assert len(sink.taken) == rule.startswith("taken")


@pytest.mark.parametrize("extensions", [Sink.extensions, SLOW])
@pytest.mark.parametrize(
    "rules",
    [
        ["mail * 1 550 5.7.1 No"],
        ["rcpt bounce* 0 550 5.1.1 No"],
        ["data bounce* 0 554 5.7.1 No"],
        ["dot bounce* 0 554 5.7.1 No"],
        ["rcpt bounce* 0 550 5.1.1 No", "data [*] 0 354 For nobody"],
    ],
)
def test_another_message_can_follow_a_refused_one(rules: list[str], extensions: tuple[str, ...]) -> None:
    with Sink(rules=rules, extensions=extensions) as sink:
        refused, taken = talk(
            sink.port, lambda connection: hand_over(connection, message("bounce-1@example.org"), message())
        )
    assert (refused.kind, taken) == ("refused", TAKEN)
    assert [taken.recipient for taken in sink.taken] == ["anna@example.org"]
    assert sink.connections == 1


@pytest.mark.parametrize(
    ("script", "answers"),
    [
        ((b"250 a\r\n250 b\r\n354 c\r\n", READ, b"250 taken\r\n"), (TAKEN, UNTOUCHED)),
        ((b"250 a\r\n250 b\r\n354 c\r\n", READ, b"250 taken\r\n421 enough\r\n"), (TAKEN, UNTOUCHED)),
        ((b"250 a\r\n250 b\r\n354 c\r\n", READ, b"250 taken\r\n250 a\r\n"), (TAKEN, LOST)),
        ((b"250 a\r\n250 b\r\n354 c\r\n", READ, b"25"), (DOUBT, UNTOUCHED)),
        ((b"250 a\r\n250 b\r\n354 c\r\n", READ, b"rubbish\r\n"), (DOUBT, UNTOUCHED)),
        ((b"250 a\r\n250 b\r\n354 c\r\n", READ, b"250 taken\r\nrubbish\r\n"), (DOUBT, UNTOUCHED)),
    ],
)
def test_a_connection_that_breaks_leaves_no_more_in_doubt_than_it_must(
    script: tuple[bytes | None, ...], answers: tuple[Answer, Answer]
) -> None:
    async def conversation(connection: Connection) -> tuple[Answer, Answer]:
        assert await connection.offer(message()) is READY
        return await connection.deliver(message(), message("2@example.org"))

    with scripted([*HELLO, *script]) as port:
        assert talk(port, conversation) == answers


def test_data_that_did_not_all_go_out_was_surely_not_taken() -> None:
    async def conversation(connection: Connection) -> Answer:
        large = message(body=b"x" * 70 * 2**20 + b"\r\n")
        assert await connection.offer(large) is READY
        return (await connection.deliver(large))[0]

    with scripted([*HELLO, b"250 a\r\n250 b\r\n354 c\r\n", READ]) as port:
        assert talk(port, conversation) is LOST


def test_what_breaks_before_anything_was_sent_is_nobodys_fault() -> None:
    async def conversation(connection: Connection) -> list[Answer]:
        connection.abort("a test")
        offered = await connection.offer(message())
        return [offered, *await connection.deliver(message())]

    with Sink() as sink:
        assert talk(sink.port, conversation) == [UNTOUCHED, LOST, UNTOUCHED]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (b"250 I felt like it\r\n", "answered what nobody asked"),
        (b"421 4.4.2 You are slow\r\n", "421 4.4.2"),
        (b"x" * 4000, "without an end"),
        (b"\0\xff\r\n", "not SMTP"),
    ],
)
def test_a_relay_that_speaks_unasked_is_left(words: bytes, why: str) -> None:
    async def conversation(connection: Connection) -> str:
        assert await connection.offer(message()) is READY
        while not connection.lost:  # noqa: ASYNC110 (a connection that nobody uses tells nobody)
            await asyncio.sleep(0.01)
        assert await connection.deliver(message()) == (LOST, UNTOUCHED)
        return connection.lost

    with scripted([*HELLO, b"250 a\r\n250 b\r\n354 c\r\n", 0.1, words, READ]) as port:
        assert why in talk(port, conversation)


def test_a_relay_that_waits_for_data_is_not_told_goodbye() -> None:
    with Sink() as sink:
        assert talk(sink.port, lambda connection: connection.offer(message())) is READY
    assert sink.commands == ["EHLO", "MAIL", "RCPT", "DATA"]
    assert sink.taken == []

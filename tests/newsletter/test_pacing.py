"""How a relay is spared: messages a second, and pauses after failures."""

from __future__ import annotations

import logging

import pytest

from barograph.newsletter.pacing import Pace
from barograph.newsletter.relays import Relay


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def pace(clock: Clock, per_second: float = 0) -> Pace:
    return Pace(Relay("127.0.0.1", 25, "anna", "secret", per_second=per_second), 1, 60, clock)


def test_pauses_double_up_to_the_longest(clock: Clock) -> None:
    relay, pauses = pace(clock), []
    for _ in range(9):
        relay.failed("does not answer")
        pauses.append(relay.wait_for_connection())
        clock.now += pauses[-1]
    assert [pytest.approx(pause, rel=0.1) for pause in (1, 2, 4, 8, 16, 32, 60, 60, 60)] == [p / 1.05 for p in pauses]
    assert relay.wait_for_connection() == 0


def test_connections_that_break_together_count_once(clock: Clock) -> None:
    relay = pace(clock)
    for _ in range(8):
        relay.failed("does not answer")
    assert relay.failures == 1


def test_a_message_taken_ends_the_row_of_failures(clock: Clock) -> None:
    relay = pace(clock)
    for _ in range(5):
        relay.failed("does not answer")
        clock.now += relay.wait_for_connection()
    relay.worked()
    relay.failed("does not answer")
    assert relay.wait_for_connection() <= 1.1


def test_the_operator_is_told_and_no_secret_is(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        pace(clock).failed("greeted us with 554 5.3.2")
    assert caplog.messages == ["The relay 127.0.0.1:25: greeted us with 554 5.3.2. It is tried again in 1 seconds"]


def test_messages_are_spread_over_the_second(clock: Clock) -> None:
    relay = pace(clock, per_second=10)
    waits = [relay.wait_for_message() for _ in range(5)]
    assert waits == [pytest.approx(wait, abs=1e-6) for wait in (0, 0, 0.1, 0.2, 0.3)]
    clock.now += 100  # a rest is not saved up
    assert [relay.wait_for_message() for _ in range(3)] == [0, 0, pytest.approx(0.1, abs=1e-6)]


def test_without_a_limit_nobody_waits(clock: Clock) -> None:
    relay = pace(clock)
    assert {relay.wait_for_message() for _ in range(100)} == {0.0}

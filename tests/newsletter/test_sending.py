"""Sending a ledger's deliveries: nothing lost, nothing twice, whatever relays do."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

import pytest

from barograph.newsletter.deliveries import Make, Outcome, Outgoing, Reserved
from barograph.newsletter.relays import Relay
from barograph.newsletter.sending import SendingReport, send
from barograph.newsletter.smtp import Patience
from tests.newsletter.memory_ledger import MemoryLedger
from tests.newsletter.scripted import HELLO, READ, scripted
from tests.newsletter.sink import Sink, Taken

QUICK = Patience(connect=5, answer=5, dot=5, first_pause=0.02, longest_pause=0.1)
IMPATIENT = Patience(connect=5, answer=0.2, dot=0.2, first_pause=0.02, longest_pause=0.1)


def run(
    ledger: MemoryLedger,
    *relays: Relay | Sink,
    make: Make | None = None,
    retries: Sequence[int] = (0, 0, 0),
    stop: threading.Event | None = None,
    progress: Callable[[SendingReport], None] = lambda _: None,
    patience: Patience = QUICK,
) -> SendingReport:
    """Send a ledger's deliveries to relays of a test's own."""
    report = send(
        ledger=ledger,
        make=make or ledger.make,
        relays=[Relay("127.0.0.1", one.port, connections=4) if isinstance(one, Sink) else one for one in relays],
        retries=retries,
        stop=stop or threading.Event(),
        progress=progress,
        patience=patience,
    )
    assert ledger.closed
    return report


def numbers(sink: Sink) -> list[int]:
    """The deliveries that were taken, by the number in their Message-ID."""
    return sorted(int(taken.message_id) for taken in sink.taken)


def test_each_message_is_claimed_and_then_sent_once() -> None:
    ledger = MemoryLedger.of(1200)

    class Strict(Sink):
        def take(self, queue_id: str, message: Taken) -> None:
            assert int(message.message_id) in ledger.ever_claimed
            super().take(queue_id, message)

    with Strict() as sink:
        assert run(ledger, sink) == SendingReport(sent=1200)
    assert numbers(sink) == list(range(1200))
    assert ledger.in_state("sent") == set(range(1200))
    assert sink.connections == sink.most_at_once == 4


def test_connections_share_commits() -> None:
    class Slow(MemoryLedger):
        def commit(self, *, outcomes: Sequence[Outcome], claims: Sequence[int]) -> set[int]:
            time.sleep(0.01)  # as a disk does
            return super().commit(outcomes=outcomes, claims=claims)

    ledger = Slow(f"reader{number}" for number in range(100))
    with Sink() as sink:
        run(ledger, sink)
    assert ledger.commits <= 60


def test_nothing_to_send_opens_no_connection() -> None:
    with Sink() as sink:
        assert run(MemoryLedger.of(0), sink) == SendingReport()
    assert sink.connections == 0


@pytest.mark.parametrize(
    ("reader", "state", "reasons"),
    [
        ("defer-1-anna", "sent", ["450 4.2.1", ""]),
        ("defer-3-anna", "sent", ["450 4.2.1", "450 4.2.1", "450 4.2.1", ""]),
        ("defer-4-anna", "failed", ["450 4.2.1"] * 4),
        ("busy-1-anna", "sent", ["421 4.3.2", ""]),
        ("bounce-anna", "failed", ["550 5.1.1"]),
        ("late-anna", "failed", ["554 5.7.1"]),
        ("nobody-anna", "failed", ["the row cannot be opened"]),
        ("anna@x>\r\nRCPT TO:<b", "failed", ["no relay could take the address"]),
        ("anna bell", "failed", ["no relay could take the address"]),
        ("анна", "failed", ["no relay could take the address"]),
    ],
)
def test_a_delivery_has_the_end_that_its_answers_give_it(reader: str, state: str, reasons: list[str]) -> None:
    ledger = MemoryLedger(["before", reader, "after"])
    with Sink() as sink:
        run(ledger, sink)
    assert (ledger.state[1], ledger.reasons[1]) == (state, reasons)
    assert numbers(sink) == ([0, 1, 2] if state == "sent" else [0, 2])


@pytest.mark.parametrize("reply", ["450 4.1.8 Later", "550 5.7.1 No"])
def test_a_refused_sender_is_no_readers_failure(reply: str) -> None:
    ledger = MemoryLedger.of(3)
    with Sink(rules=[f"mail * 2 {reply}"]) as sink:
        report = run(ledger, Relay("127.0.0.1", sink.port, connections=1))
    assert report == SendingReport(sent=3, deferred=2)
    assert sorted(reason for reasons in ledger.reasons.values() for reason in reasons if reason) == [
        f"MAIL {reply[:9]}",
        f"MAIL {reply[:9]}",
    ]


@pytest.mark.parametrize("answer", ["drop", "stall"])
@pytest.mark.parametrize("stage", ["connect", "ehlo", "mail", "rcpt", "data", "dot", "taken"])
def test_a_connection_that_breaks_loses_nothing_and_repeats_nothing(stage: str, answer: str) -> None:
    ledger = MemoryLedger.of(40)
    rules = [f"{stage} reader{number}@* 1 {answer}" for number in (0, 7, 39)]
    if stage in {"connect", "ehlo", "mail"}:
        rules = [f"{stage} * 3 {answer}"]
    with Sink(rules=rules) as sink:
        report = run(ledger, sink, patience=IMPATIENT if answer == "stall" else QUICK)
    in_doubt = {0, 7, 39} if stage in {"dot", "taken"} else set()
    assert ledger.in_state("claimed") == in_doubt
    assert report.in_doubt == len(in_doubt)
    assert ledger.in_state("sent") == set(range(40)) - in_doubt
    assert numbers(sink) == sorted(set(range(40)) - (in_doubt if stage == "dot" else set()))


def test_a_dead_relay_does_not_hold_up_the_other() -> None:
    with scripted() as dead:
        pass
    ledger = MemoryLedger.of(200)
    with Sink() as sink:
        report = run(ledger, Relay("127.0.0.1", dead, connections=4), sink, patience=Patience(first_pause=300))
    assert report == SendingReport(sent=200)


def test_two_relays_share_the_work() -> None:
    ledger = MemoryLedger.of(1000)
    with Sink() as one, Sink() as other:
        run(ledger, one, other)
    assert sorted(numbers(one) + numbers(other)) == list(range(1000))
    assert one.taken
    assert other.taken


def test_a_campaign_waits_for_a_relay_that_is_busy() -> None:
    ledger = MemoryLedger.of(20)
    with Sink(rules=["connect * 6 421 4.3.2 Too busy"]) as sink:
        assert run(ledger, sink) == SendingReport(sent=20)


def test_a_relay_that_closes_after_each_message_is_not_taken_for_a_dead_one() -> None:
    ledger = MemoryLedger.of(5)
    conversation = [*HELLO, b"250 a\r\n250 b\r\n354 c\r\n", READ, b"250 taken\r\n"]
    with scripted(*[conversation] * 5) as port:
        relay = Relay("127.0.0.1", port, connections=1)
        assert run(ledger, relay, patience=Patience(first_pause=300)) == SendingReport(sent=5)


def test_a_relay_gets_no_more_messages_a_second_than_it_wants() -> None:
    ledger = MemoryLedger.of(20)
    with Sink() as sink:
        run(ledger, Relay("127.0.0.1", sink.port, connections=4, per_second=50))
    assert sink.times[-1] - sink.times[0] >= 19 / 50 - 0.15


def test_to_stop_loses_nothing_and_repeats_nothing() -> None:
    ledger, stop = MemoryLedger.of(5000), threading.Event()

    def make(row: Reserved) -> Outgoing | None:
        if row.id == 300:
            stop.set()
        return ledger.make(row)

    with Sink(delay=0.002) as sink:
        report = run(ledger, sink, make=make, stop=stop)
    assert 0 < report.sent < 5000
    assert ledger.in_state("claimed") == set()
    assert sorted(ledger.in_state("sent")) == numbers(sink)
    assert report == SendingReport(sent=len(sink.taken))


@pytest.mark.parametrize("retries", [(3600,), (7, 3600)])
def test_to_stop_ends_also_a_long_wait(retries: tuple[int, ...]) -> None:
    ledger, stop = MemoryLedger(["defer-anna"]), threading.Event()
    ledger.tries[0] = len(retries) - 1
    with Sink() as sink:
        report = run(
            ledger, sink, stop=stop, retries=retries, progress=lambda report: stop.set() if report.deferred else None
        )
    assert report == SendingReport(deferred=1)
    waits = (ledger.next_try[0].timestamp() - time.time()) / 3600
    assert 0.99 < waits < 1.11


def test_a_reader_who_was_erased_meanwhile_gets_nothing() -> None:
    ledger = MemoryLedger.of(50)
    ledger.erased = {3, 4, 49}
    with Sink() as sink:
        assert run(ledger, sink) == SendingReport(sent=47)
    assert numbers(sink) == sorted(set(range(50)) - {3, 4, 49})


class LedgerError(Exception):
    """As when the lease is lost, or the disk is full."""


def test_when_the_ledger_fails_nothing_more_is_sent() -> None:
    class Failing(MemoryLedger):
        def commit(self, *, outcomes: Sequence[Outcome], claims: Sequence[int]) -> set[int]:
            if self.commits == 30:
                self.fails = LedgerError()
            return super().commit(outcomes=outcomes, claims=claims)

    ledger = Failing(f"reader{number}" for number in range(1000))
    with Sink() as sink:
        with pytest.raises(LedgerError):
            run(ledger, sink)
        assert set(numbers(sink)) <= ledger.ever_claimed
        assert len(sink.taken) <= len(ledger.in_state("sent")) + 4
    assert ledger.closed


def test_when_a_message_cannot_be_made_at_all_everything_ends() -> None:
    def make(row: Reserved) -> Outgoing | None:
        raise LedgerError(row.id)

    ledger = MemoryLedger.of(3)
    with Sink() as sink, pytest.raises(LedgerError):
        run(ledger, sink, make=make)
    assert ledger.closed
    assert ledger.ever_claimed == set()


def test_when_progress_cannot_be_shown_sending_ends() -> None:
    def fails(report: SendingReport) -> None:
        raise LedgerError(report)

    ledger = MemoryLedger.of(10)
    with Sink() as sink, pytest.raises(LedgerError):
        run(ledger, sink, progress=fails)
    assert ledger.closed
    assert ledger.in_state("claimed") == set()


def test_progress_is_told_at_the_end_too() -> None:
    told: list[SendingReport] = []
    with Sink() as sink:
        report = run(MemoryLedger.of(10), sink, progress=told.append)
    assert told[-1] == report == SendingReport(sent=10)

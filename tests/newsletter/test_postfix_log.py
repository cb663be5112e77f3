"""What Postfix's log tells about messages, and when it tells nothing."""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.newsletter import postfix_log
from barograph.newsletter.postfix_log import LogError, ask_log

NOW = datetime(2024, 1, 22, 12, 0, tzinfo=UTC)
ID = "0123456789abcdef0123456789abcdef@example.org"
STAMP = "2024-01-22T09:00:00.123456+00:00"


def line(text: str, *, program: str = "postfix/cleanup", stamp: str = STAMP) -> str:
    return f"{stamp} mail {program}[4711]: {text}"


NAMED = line(f"4TJk1z0Wz8z3: message-id=<{ID}>")
SMTP = "postfix/smtp"
QUEUED = line("4TJk1z0Wz8z3: from=<news@example.org>, size=812, nrcpt=1 (queue active)", program="postfix/qmgr")


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This process has the clock of a site far from the machine, as Django sets it."""
    with monkeypatch.context() as changed:
        changed.setitem(os.environ, "TZ", "<-05>5")
        time.tzset()
        yield
    time.tzset()


def machine_clock(folder: Path, monkeypatch: pytest.MonkeyPatch, hours: int) -> None:
    """Let the machine's clock be so many hours before universal time (RFC 9636: version 1, one kind of time)."""
    zone = struct.pack(">4s16x6llBB4s", b"TZif", 0, 0, 0, 0, 1, 4, hours * 3600, 0, 0, b"ZON\0")
    (folder / "localtime").write_bytes(zone)
    monkeypatch.setattr(postfix_log, "CLOCK", folder / "localtime")


def accepted(log: Path, *lines: str, before: tuple[str, ...] = ()) -> bool:
    log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if before:
        log.with_name(log.name + ".1").write_text("\n".join(before) + "\n", encoding="utf-8")
    return ask_log(log, [ID], now=NOW).accepted == {ID}


TAKEN = {
    "cleanup and qmgr": [NAMED, QUEUED],
    "with other messages between": [NAMED, line("4TJk1z0Wz8z4: message-id=<x@y>"), QUEUED],
    "delivered already": [NAMED, line("4TJk1z0Wz8z3: to=<a@b>, relay=c, status=sent (ok)", program=SMTP)],
    "put off by the next host": [NAMED, line("4TJk1z0Wz8z3: to=<a@b>, status=deferred (x)", program=SMTP)],
    "gone from the queue": [NAMED, line("4TJk1z0Wz8z3: removed", program="postfix/qmgr")],
    "a second Postfix with a name": [
        NAMED.replace("postfix/", "postfix-out/"), QUEUED.replace("postfix/", "postfix-out/"),
    ],
    "a service with a name": [NAMED.replace("postfix/cleanup", "postfix/submission/cleanup"), QUEUED],
    "a short queue id": [NAMED.replace("4TJk1z0Wz8z3", "9A3C1D2E"), QUEUED.replace("4TJk1z0Wz8z3", "9A3C1D2E")],
    "old times": [NAMED.replace(STAMP, "Jan 22 09:00:00"), QUEUED.replace(STAMP, "Jan 22 09:00:00")],
}  # fmt: skip
NOT_TAKEN = {
    "nothing": [line("4TJk1z0Wz8z3: message-id=<other@example.org>"), QUEUED],
    "cut off after the headers": [NAMED, line("lost connection after DATA from localhost", program="postfix/smtpd")],
    "another message is queued": [NAMED, QUEUED.replace("4TJk1z0Wz8z3", "4TJk1z0Wz8z4")],
    "refused by a filter": [NAMED, line("4TJk1z0Wz8z3: milter-reject: END-OF-MESSAGE from=<a@b>")],
    "the queue id came again for another": [NAMED, line("4TJk1z0Wz8z3: message-id=<x@y>"), QUEUED],
    "queued before it was named": [QUEUED, NAMED],
    "not Postfix's words": [NAMED, line("4TJk1z0Wz8z3: (queue active)", program="sshd")],
    "a piece of the id": [NAMED.replace(ID, ID[:-1]), QUEUED],
    "the next host's word about it": [NAMED, line("4TJk1z0Wz8z3: to=<a@b>, status=sent", program="postfix/cleanup")],
}


@pytest.mark.parametrize("lines", TAKEN.values(), ids=TAKEN)
def test_taken(tmp_path: Path, lines: list[str]) -> None:
    assert accepted(tmp_path / "mail.log", *lines)


@pytest.mark.parametrize("lines", NOT_TAKEN.values(), ids=NOT_TAKEN)
def test_not_taken(tmp_path: Path, lines: list[str]) -> None:
    assert not accepted(tmp_path / "mail.log", *lines)


def test_the_log_may_be_rotated_between_the_two_lines(tmp_path: Path) -> None:
    assert accepted(tmp_path / "mail.log", QUEUED, before=(NAMED,))
    assert accepted(tmp_path / "mail.log", line("x: y"), before=(NAMED, QUEUED))


@pytest.mark.parametrize(
    ("seconds", "covers"), [(-1, False), (0, True), (5, True), (10, True), (10.9, True), (11, False), (3600, False)]
)
def test_it_tells_nothing_of_times_before_its_first_line_or_after_its_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, covers: bool
) -> None:
    machine_clock(tmp_path, monkeypatch, 0)
    log = tmp_path / "mail.log"
    log.write_text("Jan 22 09:00:00 mail postfix/x[1]: begins\nJan 22 09:00:10 mail postfix/x[1]: ends\n", "utf-8")
    begins = datetime(2024, 1, 22, 9, 0, tzinfo=UTC)
    assert ask_log(log, [ID], now=NOW).covers(begins + timedelta(seconds=seconds)) is covers


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("hours", [-8, 0, 2])
def test_times_without_a_zone_are_those_of_the_machine_and_not_of_the_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    log = tmp_path / "mail.log"
    log.write_text("Jan 21 09:00:00 mail x\n", encoding="ascii")
    machine_clock(tmp_path, monkeypatch, hours)
    assert ask_log(log, [ID], now=NOW).begins == datetime(2024, 1, 21, 9, tzinfo=UTC) - timedelta(hours=hours)


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("content", [None, b"", b"no zone"])
def test_a_machine_that_does_not_say_its_zone_has_universal_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    log = tmp_path / "mail.log"
    log.write_text("Jan 21 09:00:00 mail x\n", encoding="ascii")
    monkeypatch.setattr(postfix_log, "CLOCK", tmp_path / "localtime")
    if content is not None:
        (tmp_path / "localtime").write_bytes(content)
    assert ask_log(log, [ID], now=NOW).begins == datetime(2024, 1, 21, 9, tzinfo=UTC)


def test_what_was_rotated_away_begins_earlier(tmp_path: Path) -> None:
    log = tmp_path / "mail.log"
    log.with_name("mail.log.1").write_text("2024-01-21T00:00:00+00:00 mail x\n", encoding="ascii")
    log.write_text("2024-01-22T00:00:00+00:00 mail x\n", encoding="ascii")
    assert ask_log(log, [ID], now=NOW).begins == datetime(2024, 1, 21, tzinfo=UTC)


def test_without_a_year_decembers_lines_are_last_years_in_january(tmp_path: Path) -> None:
    log = tmp_path / "mail.log"
    log.write_text("Dec 31 23:00:00 mail x\nFeb 30 00:00:00 mail no such day\n", encoding="ascii")
    assert ask_log(log, [ID], now=NOW).begins.year == 2023


@pytest.mark.parametrize("content", [b"", b"no time here\n", b"\xff\xfe\x00" * 100])
def test_what_is_no_log_is_not_believed(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mail.log").write_bytes(content)
    with pytest.raises(LogError, match="missing or has no times"):
        ask_log(tmp_path / "mail.log", [ID], now=NOW)


def test_a_log_that_is_missing_or_no_file_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="missing"):
        ask_log(tmp_path / "mail.log", [ID], now=NOW)
    with pytest.raises(LogError, match="cannot be read"):
        ask_log(tmp_path, [ID], now=NOW)


@given(st.lists(st.binary(max_size=200)))
def test_no_line_whatsoever_makes_it_stumble(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> None:
    log = tmp_path_factory.mktemp("log") / "mail.log"
    log.write_bytes(b"\n".join([STAMP.encode() + b" x", NAMED.encode(), *lines, b""]))
    assert ask_log(log, [ID], now=NOW).accepted == set()

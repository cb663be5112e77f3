"""A mail server for tests: takes what it is told to take, writes it down, and fails on order.

As a process it lives until it is killed; its first line of output is its port:

    python tests/newsletter/sink.py --port 0 --record FILE [--log FILE] [--delay MS] [--rule RULE]… [--keep FOLDER]

--record FILE   for every message it takes, one line “ORDER TAB MESSAGE-ID TAB RECIPIENT”, written with O_APPEND
                BEFORE the 250 (ORDER is the machine's monotonic clock in ns, so several sinks may share a file)
--log FILE      lines as Postfix writes them: smtpd’s “connect from”, cleanup’s “message-id=<…>” once the headers are
                there, qmgr’s “(queue active)” once the message is taken, BEFORE the 250; one cut off has no such line
--delay MS      waits so long before each answer to a message
--keep FOLDER   keeps every message it takes as a file, the dots of the wire taken away
--rule RULE     “STAGE PATTERN TIMES ANSWER”: what happens at STAGE for recipients that PATTERN fits (as file names
                are matched; * until there is a recipient). TIMES is how often for each recipient (or, before one is
                known, in all); 0 is always. ANSWER is a reply (“450 4.2.1 Later”, several lines with “ | ”), or
                “drop” (the connection is closed without a word) or “stall” (no answer ever comes).
                Stages: connect, ehlo, mail, rcpt, data, dot (before the message is taken), taken (after).

Without any rule, some recipients have a fate of their own, by the beginning of their address:
    defer-N…   put off with 450 4.2.1 the first N times        bounce-…   refused with 550 5.1.1
    late-…     refused with 554 5.7.1 after the dot            busy-N…    421 4.3.2 and goodbye, the first N times

In a test: ``with Sink(rules=[…]) as sink`` runs it in a thread; see ``sink.port`` and ``sink.taken``.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import socket
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple, Self

NOBODY = "*"
OWN_FATE = re.compile(r"(?P<kind>defer|busy|bounce|late)-(?P<times>\d*)")
FATES = {
    "defer": ("rcpt", "450 4.2.1 Not now"),
    "busy": ("rcpt", "421 4.3.2 Too busy"),
    "bounce": ("rcpt", "550 5.1.1 Nobody of that name"),
    "late": ("dot", "554 5.7.1 Not liked"),
}


class Taken(NamedTuple):
    """A message that was taken."""

    message_id: str
    recipient: str
    return_path: str
    data: bytes


class Rule(NamedTuple):
    """What happens at a stage of a conversation."""

    stage: str
    pattern: str
    times: int
    answer: str

    @classmethod
    def read(cls, text: str) -> Rule:
        stage, pattern, times, answer = text.split(" ", 3)
        return cls(stage, pattern, int(times), answer)


@dataclass
class Sink:
    """The server; everything that happened to it can be looked at while it runs."""

    rules: list[str] = field(default_factory=list)
    port: int = 0
    record: Path | None = None
    log: Path | None = None
    keep: Path | None = None
    delay: float = 0.0
    extensions: tuple[str, ...] = ("PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", "SIZE 50000000")
    taken: list[Taken] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    """The first word of every command, of all connections."""
    connections: int = 0
    most_at_once: int = 0
    times: list[float] = field(default_factory=list)
    """When each message was taken, on the monotonic clock."""

    def __post_init__(self) -> None:
        self._rules = [Rule.read(rule) for rule in self.rules]
        self._used: Counter[tuple[str, str]] = Counter()
        self._files = {
            path: os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            for path in (self.record, self.log)
            if path
        }
        self._queue_id = int(time.time() * 1000)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self.transports: set[asyncio.Transport] = set()

    def answer(self, stage: str, recipient: str = NOBODY) -> str:
        """What a rule or the recipient's own fate says at this stage; empty for what usually happens."""
        rules = [rule for rule in self._rules if rule.stage == stage and fnmatchcase(recipient, rule.pattern)]
        if fate := OWN_FATE.match(recipient):
            at, reply = FATES[fate["kind"]]
            rules += [Rule(stage, "own fate", int(fate["times"] or 0), reply)] if at == stage else []
        for rule in rules:
            key = (stage + rule.pattern + rule.answer, recipient)
            if not rule.times or self._used[key] < rule.times:
                self._used[key] += 1
                return rule.answer
        return ""

    def new_queue_id(self) -> str:
        """A name as Postfix gives to a message in its queue."""
        self._queue_id += 1
        return f"{self._queue_id:X}"

    def write_log(self, program: str, line: str) -> None:
        """A line as Postfix writes it."""
        if self.log:
            now = datetime.now(UTC).isoformat(timespec="microseconds")
            os.write(self._files[self.log], f"{now} localhost postfix/{program}[{os.getpid()}]: {line}\n".encode())

    def take(self, queue_id: str, message: Taken) -> None:
        """Write a message down, as durable as a process can be that is not killed itself."""
        self.write_log(
            "qmgr", f"{queue_id}: from=<{message.return_path}>, size={len(message.data)}, nrcpt=1 (queue active)"
        )
        if self.record:
            line = f"{time.monotonic_ns()}\t{message.message_id}\t{message.recipient}\n"
            os.write(self._files[self.record], line.encode())
            message = message._replace(data=b"") if self.keep is None else message
        if self.keep:
            (self.keep / queue_id).write_bytes(message.data)
        self.taken.append(message)
        self.times.append(time.monotonic())

    async def serve(self, ready: threading.Event | None = None) -> None:
        """Take connections until the task is cancelled."""
        self._loop = asyncio.get_running_loop()
        server = await self._loop.create_server(lambda: Conversation(self), "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        if ready:
            ready.set()
        else:
            sys.stdout.write(f"{self.port}\n")
            sys.stdout.flush()
        async with server:
            await server.serve_forever()

    def __enter__(self) -> Self:
        ready = threading.Event()

        async def serve() -> None:
            self._task = asyncio.current_task()
            with suppress(asyncio.CancelledError):
                await self.serve(ready)
            for transport in self.transports:
                transport.abort()
            await asyncio.sleep(0)

        self._thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def __exit__(self, *error: object) -> None:
        assert self._loop is not None
        assert self._task is not None
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(10)
        for number in self._files.values():
            os.close(number)


class Conversation(asyncio.Protocol):
    """One connection. What arrives is handled in order, so commands may come in groups (RFC 2920)."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.buffer = bytearray()
        self.in_data = self.mute = False
        self.forget()

    def forget(self) -> None:
        """Forget the message that was being handed over."""
        self.return_path, self.recipients = "", list[str]()
        self.queue_id = self.message_id = ""
        self.scanned = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.transport = transport
        self.sink.connections += 1
        self.sink.write_log("smtpd", "connect from localhost[127.0.0.1]")
        self.sink.transports.add(transport)
        self.sink.most_at_once = max(self.sink.most_at_once, len(self.sink.transports))
        self.reply("connect", "220 sink ESMTP")

    def connection_lost(self, error: Exception | None) -> None:
        self.sink.transports.discard(self.transport)
        self.mute = True

    def reply(self, stage: str, usual: str, recipient: str = NOBODY) -> str:
        """Answer as a rule says, or as usual; returns the answer."""
        answer = self.sink.answer(stage, recipient) or usual
        self.act(answer)
        return answer

    def act(self, answer: str) -> None:
        """Send a reply, close the connection, or fall silent."""
        if answer in {"drop", "stall"}:
            self.mute = True
        else:
            self.say(answer)
        if answer.startswith(("drop", "421")):
            self.mute = True
            self.transport.close()

    def say(self, text: str) -> None:
        """Send a reply of one or several lines."""
        code, lines = text[:3], text[4:].split(" | ")
        wire = "".join(f"{code}-{line}\r\n" for line in lines[:-1]) + f"{code} {lines[-1]}\r\n"
        self.transport.write(wire.encode())

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while not self.mute and (self.read_message() if self.in_data else self.read_command()):
            pass

    def read_command(self) -> bool:
        """Handle one command, if a whole line is there."""
        end = self.buffer.find(b"\r\n")
        if end < 0:
            return False
        line = self.buffer[:end].decode("ascii", "replace")
        del self.buffer[: end + 2]
        word = line.split(" ")[0].upper()
        self.sink.commands.append(word)
        handler = {"EHLO": self.ehlo, "HELO": self.ehlo, "MAIL": self.mail, "RCPT": self.rcpt, "DATA": self.data}.get(
            word
        )
        if handler:
            handler(line)
        elif word == "QUIT":
            self.say("221 2.0.0 Bye")
            self.transport.close()
            self.mute = True
        elif word == "RSET":
            self.forget()
            self.say("250 2.0.0 Forgotten")
        else:
            self.say("502 5.5.2 What?")
        return True

    def ehlo(self, line: str) -> None:
        self.reply("ehlo", "250 " + " | ".join(["sink", *self.sink.extensions]) if line[:1] in "Ee" else "250 sink")

    def mail(self, line: str) -> None:
        return_path = line[line.find("<") + 1 : line.rfind(">")]
        if self.return_path:
            self.say("503 5.5.1 One at a time")
        elif self.reply("mail", "250 2.1.0 Ok").startswith("250"):
            self.return_path = return_path

    def rcpt(self, line: str) -> None:
        recipient = line[line.find("<") + 1 : line.rfind(">")]
        if not self.return_path:
            self.say("503 5.5.1 From whom?")
        elif self.reply("rcpt", "250 2.1.5 Ok", recipient).startswith("250"):
            self.recipients.append(recipient)

    def data(self, line: str) -> None:
        """A server may say 354 although nobody is there to get the message (RFC 2920, 3.1); a rule does so."""
        usual = "354 Go on" if self.recipients else "554 5.5.1 For whom?"
        self.in_data = self.reply("data", usual, *self.recipients[:1]).startswith("354")

    def read_message(self) -> bool:
        """Handle a message, once its closing dot is there."""
        if not self.message_id and self.recipients:
            self.read_headers()
        empty = self.buffer.startswith(b".\r\n")
        end = -2 if empty else self.buffer.find(b"\r\n.\r\n", max(0, self.scanned - 4))
        self.scanned = len(self.buffer)
        if end == -1:
            return False
        data = bytes(self.buffer[: end + 2])
        del self.buffer[: end + 5]
        self.in_data = False
        if self.sink.delay:
            self.mute = True
            asyncio.get_running_loop().call_later(self.sink.delay, self.go_on, data)
        else:
            self.end_message(data)
        return True

    def go_on(self, data: bytes) -> None:
        """Answer after the delay that was asked for."""
        if not self.transport.is_closing():
            self.mute = False
            self.end_message(data)
            self.data_received(b"")

    def read_headers(self) -> None:
        """Find the Message-ID as soon as the headers are there, and log it as Postfix's cleanup does."""
        end = self.buffer.find(b"\r\n\r\n", max(0, self.scanned - 4))
        if end >= 0:
            found = re.search(rb"^message-id:\s*<([^>]*)>", self.buffer[:end], re.IGNORECASE | re.MULTILINE)
            self.message_id = found[1].decode() if found else "none"
            self.queue_id = self.sink.new_queue_id()
            self.sink.write_log("cleanup", f"{self.queue_id}: message-id=<{self.message_id}>")

    def end_message(self, data: bytes) -> None:
        """Take a message, or not."""
        if not self.recipients:
            self.say("554 5.5.1 No valid recipients")
        elif answer := self.sink.answer("dot", self.recipients[0]):
            self.act(answer)
        else:
            content = (b"\r\n" + data).replace(b"\r\n..", b"\r\n.")[2:]
            self.sink.take(self.queue_id, Taken(self.message_id, self.recipients[0], self.return_path, content))
            self.reply("taken", f"250 2.0.0 Ok: queued as {self.queue_id}", self.recipients[0])
        self.forget()


def read_arguments() -> Sink:
    """The server that the command line describes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--delay", type=float, default=0, metavar="MS")
    parser.add_argument("--rule", action="append", default=[])
    for name in ("record", "log", "keep"):
        parser.add_argument(f"--{name}", type=Path)
    given = parser.parse_args()
    return Sink(given.rule, given.port, given.record, given.log, given.keep, given.delay / 1000)


if __name__ == "__main__":
    asyncio.run(read_arguments().serve())

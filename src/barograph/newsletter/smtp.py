"""One connection to a relay: SMTP (RFC 5321) with PIPELINING (RFC 2920), written for many small messages.

A message needs one turn with the relay, not four: its data goes out together with the envelope (MAIL, RCPT, DATA) of
the next one. RFC 2920 (3.1) allows just that, and DATA ends each group, so that no data is ever sent before the data
sent earlier was answered. Hence at most one message of a connection is in doubt when it breaks. BDAT (RFC 3030),
which would let data follow data, is never used.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from typing import Literal, cast

from barograph.newsletter.deliveries import Outgoing
from barograph.newsletter.relays import Relay
from barograph.newsletter.replies import Reply, ReplyError, ReplyReader

_TAIL = 2048
"""Bytes; more than a closing dot and the next envelope."""


@dataclass(frozen=True)
class Patience:
    """Seconds that a relay may take; RFC 5321, 4.5.3.2, asks for no less for an answer and for the closing dot.

    The pauses are how long it is left alone after it failed: at first, and at most.
    """

    connect: float = 30
    answer: float = 300
    dot: float = 600
    first_pause: float = 1
    longest_pause: float = 300


USUAL = Patience()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a relay made of an envelope or of a message.

    ``ready``: it waits for the data. ``taken``: it has the message. ``refused``: with ``reply``, after ``stage``.
    ``lost``: the connection broke, and it surely does not have the message. ``untouched``: the same, and the message
    had nothing to do with it. ``doubt``: it broke after the closing dot, so it may have the message or not.
    """

    kind: Literal["ready", "taken", "refused", "lost", "untouched", "doubt"]
    stage: Literal["", "MAIL", "RCPT", "DATA", "dot"] = ""
    reply: Reply | None = None


READY, TAKEN, LOST, UNTOUCHED, DOUBT = (Answer(kind) for kind in ("ready", "taken", "lost", "untouched", "doubt"))
_STAGES: tuple[Literal["MAIL", "RCPT", "DATA"], ...] = ("MAIL", "RCPT", "DATA")

_ALL_IS_WELL = [250, 250, 354]


class Connection(asyncio.BufferedProtocol):
    """A connection over which messages are handed to a relay, one after the other. ``smtp_opening`` opens one."""

    def __init__(self, relay: Relay, patience: Patience) -> None:
        self.relay, self.patience = relay, patience
        self.lost = ""
        """Why it cannot be used any more."""
        self.pipelining = False
        self._loop = asyncio.get_running_loop()
        self._transport = cast("asyncio.Transport", None)
        self._buffer = memoryview(bytearray(4096))  # asyncio's TLS writes into slices of it
        self._reader = ReplyReader()
        self._replies: list[Reply] = []
        self._expected = 1  # the greeting
        self._waiter: asyncio.Future[None] | None = None
        self._deadline = 0.0
        self._watch: asyncio.TimerHandle | None = None
        self._stuck = self._in_data = self._left_over = False

    # What the loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Also called when TLS has begun, with the transport that encrypts."""
        self._transport = cast("asyncio.Transport", transport)
        # “Stuck” then means that more than a closing dot and an envelope are still here.
        self._transport.set_write_buffer_limits(high=_TAIL, low=_TAIL)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where the loop puts what arrives."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Bytes of replies arrived."""
        try:
            replies = self._reader.feed(bytes(self._buffer[:nbytes]))
        except ReplyError as error:
            self.abort(str(error))
            return
        self._replies += replies
        if any(reply.code == 421 for reply in replies):  # it closes the connection, whatever the command was
            self.abort(self._replies[-1].reason)
        elif len(self._replies) > self._expected:
            self.abort("the relay answered what nobody asked")
        elif len(self._replies) == self._expected:
            self._wake()

    def eof_received(self) -> None:
        """The relay closed its side; the transport closes ours."""

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over, by the relay's doing or by ours."""
        self.lost = self.lost or "the connection broke"
        if self._watch:
            self._watch.cancel()
        self._wake()

    def pause_writing(self) -> None:
        """What was written last has not all gone out; its closing dot has not."""
        self._stuck = True

    def resume_writing(self) -> None:
        """Its closing dot may have gone out."""
        self._stuck = False

    # What the sending calls

    async def offer(self, message: Outgoing) -> Answer:
        """Hand over an envelope: ready, refused, lost, or untouched when the relay does not even look at it."""
        if self._left_over:
            await self._clear()
        if self.lost or self._transport.is_closing():
            return UNTOUCHED
        if self.pipelining:
            return self._judge(await self.ask(self._envelope(message), 3))
        return self._judge(await self._offer_slowly(message))

    async def deliver(self, message: Outgoing, following: Outgoing | None = None) -> tuple[Answer, Answer]:
        """Hand over the data of a message that was offered, and offer the next one.

        Returns what came of the first (taken, refused, lost or doubt) and of the second, as ``offer`` does, or
        “untouched”, with or without one.
        """
        if self.lost or self._transport.is_closing():
            return LOST, UNTOUCHED
        wire, expected = [*message.pieces, b".\r\n"], 1
        if following is not None and self.pipelining:
            wire.append(self._envelope(following))
            expected += 3
        self._in_data = False
        replies = await self._exchange(wire, expected, self.patience.dot)
        if not replies:
            return LOST if self._stuck else DOUBT, UNTOUCHED
        answer = self._judge_data(replies[0])
        if following is None or (self.pipelining and len(replies) == 1):
            return answer, UNTOUCHED
        return answer, self._judge(replies[1:]) if self.pipelining else await self.offer(following)

    async def close(self) -> None:
        """Say goodbye, where that is possible; while a relay waits for data, only breaking off tells it no."""
        if not self.lost and not self._in_data:
            await self._exchange([b"QUIT\r\n"], 1, min(self.patience.answer, 5))
        self.abort("closed")

    def abort(self, reason: str) -> None:
        """Break the connection off; nothing more is sent, not even what was written and has not gone out."""
        self.lost = self.lost or reason
        self._transport.abort()
        self._wake()

    async def ask(self, wire: bytes, expected: int = 1) -> list[Reply]:
        """Send commands and wait for their replies; fewer when the connection breaks."""
        return await self._exchange([wire], expected, self.patience.answer)

    async def greeting(self) -> list[Reply]:
        """Wait for the relay's first words."""
        return await self._exchange([], 1, self.patience.answer)

    async def encrypt(self, context: ssl.SSLContext) -> None:
        """Begin TLS on the connection as it is (RFC 3207). Raises OSError when the relay is not who it should be."""
        if self.lost or not self._reader.clean:  # somebody's words in the clear must not be taken for words under TLS
            self.abort("the relay spoke before TLS had begun")
            raise ConnectionAbortedError(self.lost)
        transport = await self._loop.start_tls(self._transport, self, context, server_hostname=self.relay.host)
        if transport is None:
            raise ConnectionAbortedError("the connection broke")
        self.connection_made(transport)

    @property
    def own_address(self) -> str:
        """The IP address of our end."""
        address: str = self._transport.get_extra_info("sockname")[0]
        return address

    # How it is done

    async def _exchange(self, wire: list[bytes], expected: int, seconds: float) -> list[Reply]:
        """Send bytes and wait for so many replies, or for the end of the connection."""
        if self.lost or self._transport.is_closing():
            return []
        self._expected = expected
        if len(self._replies) < expected:
            self._waiter = self._loop.create_future()
            self._wait_until(self._loop.time() + seconds)
            if wire:
                self._transport.writelines(wire)
            try:
                await self._waiter
            except asyncio.CancelledError:
                self.abort("stopped")
                raise
        replies, self._replies, self._expected, self._deadline = self._replies, [], 0, 0.0
        return replies

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)

    def _wait_until(self, deadline: float) -> None:
        """One timer serves many exchanges: it looks again when it rings too early."""
        self._deadline = deadline
        if self._watch is None or self._watch.when() > deadline:
            if self._watch:
                self._watch.cancel()
            self._watch = self._loop.call_at(deadline, self._look)

    def _look(self) -> None:
        self._watch = None
        if self._deadline and self._loop.time() >= self._deadline:
            self.abort("the relay did not answer in time")
        elif self._deadline:
            self._wait_until(self._deadline)

    def _envelope(self, message: Outgoing) -> bytes:
        return f"MAIL FROM:<{message.return_path}>\r\nRCPT TO:<{message.recipient}>\r\nDATA\r\n".encode("ascii")

    async def _offer_slowly(self, message: Outgoing) -> list[Reply]:
        """One command at a time, for relays that know no PIPELINING."""
        replies: list[Reply] = []
        for command in self._envelope(message).splitlines(keepends=True):
            replies += await self.ask(command)
            if not replies or replies[-1].kind not in {2, 3}:
                break
        return replies

    async def _clear(self) -> None:
        """Make an end of an envelope that was refused, so that another can follow."""
        if self._in_data:
            # The relay wants data for nobody (RFC 2920, 3.1): a dot alone ends it, and what it says then is nothing.
            self._in_data = False
            await self.ask(b".\r\n")
        replies = await self.ask(b"RSET\r\n")
        if replies and replies[0].kind != 2:
            self.abort("the relay cannot begin anew")
        self._left_over = False

    def _judge(self, replies: list[Reply]) -> Answer:
        """What the replies to an envelope mean."""
        if [reply.code for reply in replies] == _ALL_IS_WELL:
            self._in_data = True
            return READY
        for stage, reply in zip(_STAGES, replies, strict=False):
            if reply.kind in {4, 5}:
                return self._refused(stage, reply, replies)
            if reply.kind != (3 if stage == "DATA" else 2):
                self.abort("the relay answered out of turn")
                return LOST
        if len(replies) < len(_STAGES):
            return LOST
        self._in_data = True
        return READY

    def _refused(self, stage: Literal["MAIL", "RCPT", "DATA"], reply: Reply, replies: list[Reply]) -> Answer:
        if reply.code == 421 and stage == "MAIL":
            return UNTOUCHED
        self._left_over = True
        if replies[-1].kind == 3:
            self._in_data = True
            if replies[1].kind == 2:
                self.abort("the relay wants a message that it refused")
        return Answer("refused", stage, reply)

    def _judge_data(self, reply: Reply) -> Answer:
        """What the reply to a closing dot means."""
        if reply.kind == 2:
            return TAKEN
        if reply.kind in {4, 5}:
            return Answer("refused", "dot", reply)
        self.abort("the relay answered out of turn")
        return DOUBT

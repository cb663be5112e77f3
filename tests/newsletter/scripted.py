"""A relay that says what a test tells it to, sensible or not."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

READ = None
"""In a script: wait for the next bytes."""

HELLO = (b"220 hello\r\n", READ, b"250-hello\r\n250 PIPELINING\r\n", READ)
"""How a scripted conversation begins, until the first envelope is there."""


@contextmanager
def scripted(*scripts: Sequence[bytes | float | None], heard: list[bytes] | None = None) -> Iterator[int]:
    """A port where each connection follows the next script: bytes are sent, READ waits for some, a number for seconds.

    At the end of its script a connection is closed; after the last script nobody listens any more. What was read is
    added to ``heard``.
    """
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            for script in scripts:
                with suppress(OSError):
                    connection, _ = server.accept()
                    with connection:
                        follow(connection, script, over, heard if heard is not None else [])

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        over.set()
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def follow(
    connection: socket.socket, script: Sequence[bytes | float | None], over: threading.Event, heard: list[bytes]
) -> None:
    """One conversation."""
    connection.settimeout(10)
    for step in script:
        if isinstance(step, bytes):
            connection.sendall(step)
        elif step is READ:
            heard.append(connection.recv(65536))
        else:
            over.wait(step)

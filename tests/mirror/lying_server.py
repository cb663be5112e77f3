"""A web server with a release, which can be told to lie about some of its files."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote


class Handler(BaseHTTPRequestHandler):
    """Answers with the files of a folder, or with what a lie does."""

    protocol_version = "HTTP/1.1"
    server: LyingServer

    def do_GET(self) -> None:
        path = unquote(self.path.partition("?")[0]).lstrip("/")
        self.server.asked.append((path, self.headers["Accept-Encoding"]))
        if path in self.server.lies:
            self.server.lies[path](self)
            return
        file = self.server.folder / path
        if file.is_file():
            self.answer(200, file.read_bytes())
        else:
            self.answer(404, b"")

    def answer(self, status: int, content: bytes, **headers: str) -> None:
        """A whole answer."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Quiet."""


class LyingServer(ThreadingHTTPServer):
    """Serves ``folder`` on a port of this machine; ``lies`` answer for the paths they are given for."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.lies: dict[str, Callable[[Handler], object]] = {}
        self.asked: list[tuple[str, str]] = []
        self.over = threading.Event()

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is no news."""


@contextmanager
def lying_server(folder: Path) -> Iterator[LyingServer]:
    """A server until the end of the block."""
    with LyingServer(folder) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()

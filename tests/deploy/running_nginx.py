"""The real nginx with the files of ``deploy/``, in which nothing but places and ports is another."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from ssl import SSLContext, create_default_context

DEPLOY = Path(__file__).parents[2] / "deploy"
ONION = "onionaddressonionaddressonionaddressonionaddressonionadd.onion"
MAIN = """
daemon off;
master_process off;
pid {place}/nginx.pid;
error_log {place}/main.log warn;
events {{ }}
http {{
    client_body_temp_path {place}/temp;
    proxy_temp_path {place}/temp;
    fastcgi_temp_path {place}/temp;
    uwsgi_temp_path {place}/temp;
    scgi_temp_path {place}/temp;
    include {place}/nginx.conf;
}}
"""


class _ToExample(HTTPConnection):
    """A connection that believes to go to example.org, and goes to this machine."""

    def __init__(self, port: int, trusted: SSLContext) -> None:
        super().__init__("127.0.0.1", port)
        self._trusted = trusted

    def connect(self) -> None:
        super().connect()
        self.sock = self._trusted.wrap_socket(self.sock, server_hostname="example.org")


@dataclass
class Answer:
    """What the server answered."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Nginx:
    """A running nginx: the ports of its three servers, and who signed for the one with HTTPS."""

    https: int
    http: int
    onion: int
    trusted: SSLContext

    def ask(self, path: str, method: str = "GET", *, by: str = "https", **headers: str) -> Answer:
        """Ask for something, as a browser would that was given the public address."""
        connection = (
            _ToExample(self.https, self.trusted)
            if by == "https"
            else HTTPConnection("127.0.0.1", self.onion if by == "onion" else self.http)
        )
        names = {"Host": ONION if by == "onion" else "example.org"}
        names |= {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, headers=names)
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()


def free_ports(count: int) -> list[int]:
    """Ports that nobody listened on a moment ago."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(opened.getsockname()[1]) for opened in sockets]
    for opened in sockets:
        opened.close()
    return ports


def write_settings(place: Path, releases: Path, ports: list[int]) -> None:
    """The files of ``deploy/`` with other places and ports, and what a distribution has around them."""
    https, http, onion = ports
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for old, new in (
        ("/srv/mysite/release", str(releases)),
        ("/etc/letsencrypt/live/example.org", str(place)),
        ("listen 443", f"listen 127.0.0.1:{https}"),
        ("listen [::]:443", f"listen [::1]:{https}"),
        ("listen 80", f"listen 127.0.0.1:{http}"),
        ("listen [::]:80", f"listen [::1]:{http}"),
        ("127.0.0.1:8081", f"127.0.0.1:{onion}"),
    ):
        assert old in text, f"deploy/nginx.conf does not have {old} any more"
        text = text.replace(old, new)
    (place / "nginx.conf").write_text(text, encoding="utf-8")
    shutil.copy(DEPLOY / "nginx-release.conf", place / "barograph-release.conf")
    (place / "main.conf").write_text(MAIN.format(place=place), encoding="utf-8")


@contextmanager
def running_nginx(place: Path, releases: Path) -> Iterator[Nginx]:
    """nginx until the end of the block; ``place`` holds its settings and a certificate."""
    ports = free_ports(3)
    write_settings(place, releases, ports)
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    assert program, "nginx is not installed: run tests/debian_packages"
    command = [program, "-p", str(place), "-c", str(place / "main.conf"), "-e", str(place / "main.log")]
    trusted = create_default_context(cafile=place / "fullchain.pem")
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        try:
            _wait(process, ports)
            https, http, onion = ports
            yield Nginx(https, http, onion, trusted)
        finally:
            process.terminate()


def _wait(process: subprocess.Popen[bytes], ports: list[int]) -> None:
    """Until nginx listens, or has ended with a complaint."""
    for port in ports:
        latest = time.monotonic() + 30
        while time.monotonic() < latest:
            assert process.poll() is None, process.stderr.read().decode() if process.stderr else ""
            with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.01)

"""How many pages a second nginx gives out of a release, and how many the server inside of Barograph.

    python benchmarks/serving.py [--seconds 4] [--rounds 5] [--connections 8] [--json]

One page of 40 KB, plain and compressed (the .gz beside it, in both), over connections that are kept, on the
loopback. nginx has the settings of `deploy/` and one process; Barograph is `barograph serve --role site`, which has one
process for pages, too. They take turns, and who begins changes with every round; medians count.

The load comes from one Python process, which on most machines is the slower side when it talks to nginx: then nginx
could do more than the table says. So there is a second measure that the client cannot limit, the processor time that
the server spends on a page.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGE_BYTES = 40_000
PATH = "/en/"
KINDS = {"plain": "identity", "gzip": "gzip"}
SERVERS = ("nginx", "barograph")
TICKS = os.sysconf("SC_CLK_TCK")
NGINX = """
daemon off;
master_process off;
pid {place}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {place}/temp;
    proxy_temp_path {place}/temp;
    fastcgi_temp_path {place}/temp;
    uwsgi_temp_path {place}/temp;
    scgi_temp_path {place}/temp;
    sendfile on;
    keepalive_requests 1000000000;
    {maps}
    server {{
        listen 127.0.0.1:{port};
        root {place}/release/current;
        include {place}/barograph-release.conf;
    }}
}}
"""


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=4, help="for each measurement")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="barograph-serving-") as folder:
        found = _measure(Path(folder), wanted)
    print(json.dumps(found, indent=1) if wanted.json else _table(found))


def _measure(place: Path, wanted: argparse.Namespace) -> dict[str, Any]:
    _lay_out(place)
    runs: dict[tuple[str, str], list[tuple[float, float]]] = {}
    with _running_nginx(place) as nginx, _running_barograph(place) as barograph:
        places = {"nginx": nginx, "barograph": barograph}
        for turn in range(wanted.rounds):
            for server in SERVERS if turn % 2 else reversed(SERVERS):
                for kind in KINDS:
                    port, pid = places[server]
                    runs.setdefault((server, kind), []).append(_load(port, pid, kind, wanted))
    rates = {f"{server}_{kind}": statistics.median(rate for rate, _ in runs[server, kind]) for server, kind in runs}
    costs = {f"{server}_{kind}": statistics.median(cost for _, cost in runs[server, kind]) for server, kind in runs}
    ratios = {}
    for kind in KINDS:
        ratios[f"{kind}_rate"] = rates[f"nginx_{kind}"] / rates[f"barograph_{kind}"]
        ratios[f"{kind}_processor"] = costs[f"barograph_{kind}"] / costs[f"nginx_{kind}"]
    return {
        "page_bytes": PAGE_BYTES,
        "compressed_bytes": (place / "release" / "current" / "en" / "index.html.gz").stat().st_size,
        "pages_per_second": rates,
        "microseconds_of_processor": costs,
        "ratios": ratios,
    }


def _lay_out(place: Path) -> None:
    """A site whose release has one page."""
    words = ROOT.joinpath("README.md").read_text(encoding="utf-8").split()
    chance = random.Random(4)  # noqa: S311 (a page, no secret)
    page = b"<!doctype html><title>A page</title>" + " ".join(chance.choices(words, k=20_000)).encode()
    release = place / "release" / "000001-0123456789ab"
    (release / "en").mkdir(parents=True)
    (release / "en" / "index.html").write_bytes(page[:PAGE_BYTES])
    (release / "en" / "index.html.gz").write_bytes(gzip.compress(page[:PAGE_BYTES], mtime=0))
    (place / "release" / "current").symlink_to(release.name)
    shutil.copy(ROOT / "src" / "barograph" / "config" / "example.toml", place / "barograph.toml")
    shutil.copy(ROOT / "deploy" / "nginx-release.conf", place / "barograph-release.conf")


@contextmanager
def _running_nginx(place: Path) -> Iterator[tuple[int, int]]:
    """Port and process of nginx."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if program is None:
        sys.exit("nginx is not installed: run tests/debian_packages")
    port = _free_port()
    maps = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8").partition("\nserver {")[0]
    (place / "nginx.conf").write_text(NGINX.format(place=place, port=port, maps=maps), encoding="utf-8")
    with _running([program, "-p", str(place), "-c", str(place / "nginx.conf"), "-e", "stderr"], port) as pid:
        yield port, pid


@contextmanager
def _running_barograph(place: Path) -> Iterator[tuple[int, int]]:
    """Port and process of the server inside of Barograph."""
    port = _free_port()
    program = str(Path(sys.executable).with_name("barograph"))
    with _running([program, "--site", str(place), "serve", "--role", "site", "--port", str(port)], port) as pid:
        yield port, pid


@contextmanager
def _running(command: list[str], port: int) -> Iterator[int]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:  # noqa: S603 (the commands are above)
        try:
            while True:
                if process.poll() is not None:
                    sys.exit(f"{command[0]} ended with {process.returncode}")
                with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.05)
            yield process.pid
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as opened:
        return int(opened.getsockname()[1])


def _load(port: int, pid: int, kind: str, wanted: argparse.Namespace) -> tuple[float, float]:
    """Pages a second, and microseconds of the server's processor time for each."""
    request = f"GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: {KINDS[kind]}\r\n\r\n".encode()
    size = _answer_size(port, request)
    before, started, pages = _processor_seconds(pid), time.monotonic(), 0
    with selectors.DefaultSelector() as ready:
        for _ in range(wanted.connections):
            connection = socket.create_connection(("127.0.0.1", port))
            connection.setblocking(False)
            ready.register(connection, selectors.EVENT_READ, [size])
            connection.send(request)
        room = bytearray(1 << 20)
        while time.monotonic() - started < wanted.seconds:
            for key, _ in ready.select():
                key.data[0] -= key.fileobj.recv_into(room)  # type: ignore[union-attr]
                if key.data[0] == 0:
                    pages += 1
                    key.data[0] = size
                    key.fileobj.send(request)  # type: ignore[union-attr]
        passed = time.monotonic() - started
        for key in list(ready.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
    return pages / passed, (_processor_seconds(pid) - before) / pages * 1e6


def _answer_size(port: int, request: bytes) -> int:
    """Bytes of an answer: every one is as long as the first."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += connection.recv(65536)
    head = answer.partition(b"\r\n\r\n")[0]
    if not head.startswith(b"HTTP/1.1 200"):
        sys.exit(f"the server said {head.splitlines()[0].decode()}")
    lengths = [line.partition(b":")[2] for line in head.lower().splitlines() if line.startswith(b"content-length:")]
    return len(head) + 4 + int(lengths[0])


def _processor_seconds(pid: int) -> float:
    """Processor time of a process and of its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS + sum(_processor_seconds(int(child)) for child in children)


def _table(found: dict[str, Any]) -> str:
    lines = [
        f"A page of {found['page_bytes']:,} bytes; compressed, {found['compressed_bytes']:,}.",
        "",
        f"{'':30}{'nginx':>12}{'Barograph':>12}{'nginx is':>16}",
    ]
    for title, values, ratio in (
        ("pages a second", found["pages_per_second"], "rate"),
        ("µs of processor for a page", found["microseconds_of_processor"], "processor"),
    ):
        for kind in KINDS:
            times = f"{found['ratios'][f'{kind}_{ratio}']:.1f} × better"
            mine, other = values[f"barograph_{kind}"], values[f"nginx_{kind}"]
            lines.append(f"{f'{title}, {kind}':30}{other:12,.0f}{mine:12,.0f}{times:>16}")
    return "\n".join(
        [*lines, "", "The load comes from one Python process, which may limit the pages a second of nginx."]
    )


if __name__ == "__main__":
    main()

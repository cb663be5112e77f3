"""The aim: a newsletter is sent 20 times as fast as with Django's mail, and 3 times as fast as with aiosmtplib.

    python benchmarks/newsletter.py [--subscribers 100000] [--sizes 8,30] [--rounds 3] [--peers 3000] [--json]
    python benchmarks/newsletter.py --memory 1000000

Everybody hands messages of 8 and 30 KB to the same relay, Postfix's smtp-sink (Debian and Ubuntu: apt-get install
postfix), and is measured in a process of its own, one after the other, several rounds of it; the medians count.
Barograph does all that it does for readers: it opens each sealed row, makes the message, and keeps its ledger durably
on the disk (SQLite, synchronous=FULL). The others have addresses at hand and keep no account of anything. They send
fewer messages (--peers), for theirs is a rate too.

With --memory, a campaign for so many subscribers is frozen, reserved and marked, and the process's greatest memory
is looked at.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SINK = shutil.which("smtp-sink", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/libexec/postfix")
PEERS = ("django", "smtplib", "aiosmtplib")
MOST_MEMORY = 150
"""MB, for a million subscribers."""
AIMS = {"times_django": 20, "times_aiosmtplib": 3}


def main() -> None:
    """Measure what the command line asks for."""
    wanted = _arguments()
    folder = Path(tempfile.mkdtemp(prefix="barograph-benchmark-", dir=wanted.folder))
    try:
        found = _memory(wanted, folder) if wanted.memory else _speed(wanted, folder)
    finally:
        shutil.rmtree(folder)
    if wanted.json:
        print(json.dumps(found, indent=1))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subscribers", type=int, default=100_000)
    parser.add_argument("--sizes", default="8,30", help="kilobytes of a message, separated by commas")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", type=int, default=3000, help="messages that each of the others sends; 0 for none")
    parser.add_argument("--connections", type=int, default=200, help="connections of Barograph")
    parser.add_argument("--peer-connections", type=int, default=20, help="connections of aiosmtplib, at its best")
    parser.add_argument("--memory", type=int, default=0, metavar="SUBSCRIBERS")
    parser.add_argument("--folder", type=Path, help="where the database lies while it lasts; a disk, no tmpfs")
    parser.add_argument("--json", action="store_true", help="prints everything found as JSON")
    return parser.parse_args()


def _speed(wanted: argparse.Namespace, folder: Path) -> dict[str, Any]:
    sizes = [int(size) for size in wanted.sizes.split(",")]
    brought_in = _run("prepare", folder, sizes=sizes, rounds=wanted.rounds, subscribers=wanted.subscribers)
    _say(
        f"import of {wanted.subscribers:,} addresses: {brought_in['seconds']:.1f} s, {brought_in['memory']} MB at most"
    )
    by_size = {size: _rounds(wanted, folder, size) for size in sizes}
    ratios = {
        size: {
            f"times_{name}": round(results["barograph"]["per_second"] / other["per_second"], 2)
            for name, other in results.items()
            if name != "barograph"
        }
        for size, results in by_size.items()
    }
    least = {}
    for name, aim in AIMS.items() if wanted.peers else ():
        least[name] = min(ratios[size][name] for size in sizes)
        _say(f"{name}: {', '.join(f'{ratios[size][name]} at {size} KB' for size in sizes)} (aim: {aim})")
    return {"ratios": least, "ratios_by_size": ratios, "sizes": by_size, "import": brought_in}


def _rounds(wanted: argparse.Namespace, folder: Path, size: int) -> dict[str, dict[str, Any]]:
    """Everybody's medians of some rounds with messages of one size."""
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in ("barograph", *(PEERS if wanted.peers else ()))}
    options = {"size": size, "messages": wanted.peers, "connections": wanted.connections}
    options["peer_connections"] = wanted.peer_connections
    for number in range(wanted.rounds):
        for name, results in runs.items():
            with _sink() as port:
                results.append(_run(name, folder, port=port, round=number, **options))
    medians = {name: _median(results) for name, results in runs.items()}
    _say(f"\n{size} KB         messages a second   CPU µs a message   memory MB")
    for name, result in medians.items():
        _say(f"{name:12}{result['per_second']:>20,.0f}{result['cpu_us']:>19,.0f}{result['memory']:>12,.0f}")
    return medians


def _memory(wanted: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Each step in a process of its own."""
    found = {}
    for step in ("fill", "freeze", "mark"):
        found[step] = _run(step, folder, subscribers=wanted.memory)
        _say(f"{step}: {found[step]['seconds']:.0f} s, {found[step]['memory']} MB at most")
    most = max(found[step]["memory"] for step in ("freeze", "mark"))
    _say(f"{wanted.memory:,} subscribers: {most} MB at most (aim: {MOST_MEMORY})")
    return found


def _run(what: str, folder: Path, **options: Any) -> dict[str, Any]:
    """One measurement, in a process of its own."""
    command = [sys.executable, str(HERE / "newsletter_run.py"), what, str(folder), json.dumps(options)]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)  # noqa: S603 (ours)
    if done.returncode:
        sys.exit(f"the measurement “{what}” failed")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@contextmanager
def _sink() -> Iterator[int]:
    """A fresh smtp-sink, by its port."""
    if SINK is None:
        sys.exit("smtp-sink is missing. Install Postfix, on Debian or Ubuntu: apt-get install postfix")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    rights = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([SINK, *rights, f"127.0.0.1:{port}", "1000"])  # noqa: S603 (Postfix's)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def _median(results: list[dict[str, Any]]) -> dict[str, Any]:
    """Of each number by itself."""
    return {name: statistics.median(result[name] for result in results) for name in results[0]}


def _say(line: str) -> None:
    """To people; the output is for what reads JSON."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

"""Nothing lost, nothing twice, whatever is killed when: the real command, a real mail server, and SIGKILL.

``TESTS_KILLS=2000 pytest tests/newsletter/test_kills.py`` kills more often; the messages are as many.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

TESTS = Path(__file__).parents[1]
READERS = 10_000
KILLS = int(os.environ.get("TESTS_KILLS", "210"))
CONNECTIONS = 8


class Host:
    """A machine on which the sender runs: see ``tests.newsletter.sending_process``."""

    def __init__(self, name: str, environment: dict[str, str]) -> None:
        command = [sys.executable, "-m", "tests.newsletter.sending_process", name]
        self._process = subprocess.Popen(
            command, cwd=TESTS.parent, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self.pid = 0

    def ask(self, line: str) -> str:
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self.answer()

    def answer(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline().strip()
        assert line, "the process that sends ended"
        return line

    def start(self, policy: str) -> None:
        self.pid = int(self.ask(f"send {policy}"))

    def kill(self) -> bool:
        """Kill the sending, and wait until it is gone; false when it had come to its end before."""
        with suppress(ProcessLookupError):  # it may come to its end at this very moment
            os.kill(self.pid, signal.SIGKILL)
        return self.end() == -signal.SIGKILL

    def end(self) -> int:
        """Wait for the end of the sending; its exit status."""
        status = int(self.answer())
        assert status in {0, -signal.SIGKILL}
        return status

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@dataclass
class Scene:
    """A site with subscribers, a mail server that writes down what it takes, and machines that send."""

    record: Path
    hosts: list[Host]
    chance: random.Random = field(default_factory=random.Random)

    def taken(self) -> int:
        return self.record.read_bytes().count(b"\n") if self.record.exists() else 0

    def copies(self) -> Counter[str]:
        """How many copies each reader has."""
        return Counter(line.split("\t")[2] for line in self.record.read_text(encoding="ascii").splitlines())

    def states(self) -> dict[str, int]:
        answer: dict[str, int] = json.loads(self.hosts[0].ask("states"))
        return answer

    def wait_for_a_bad_moment(self) -> None:
        """Until some more messages are taken, or some time has passed, whatever comes first."""
        size = self.record.stat().st_size if self.record.exists() else 0
        enough = size + self.chance.randrange(1, 100) * 70
        latest = time.monotonic() + self.chance.uniform(0, 1.5)
        while time.monotonic() < latest and (not self.record.exists() or self.record.stat().st_size < enough):
            time.sleep(0.001)


def postgres(name: str) -> str:
    """The address of a new database on the server that the tests were given."""
    address = os.environ["TESTS_DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return urlsplit(address)._replace(path=f"/{name}").geturl()


@contextmanager
def a_scene(folder: Path, hosts: int = 1) -> Iterator[Scene]:
    record, log = folder / "record", folder / "mail.log"
    shutil.copy(TESTS / "site" / "barograph.toml", folder)
    sink = [sys.executable, TESTS / "newsletter" / "sink.py", "--record", record, "--log", log]
    with ExitStack() as end:
        relay = end.enter_context(subprocess.Popen(sink, stdout=subprocess.PIPE, text=True))
        end.callback(relay.kill)
        assert relay.stdout
        environment = os.environ | {
            "BAROGRAPH_SITE": str(folder),
            "BAROGRAPH_SMTP_URL": f"smtp://127.0.0.1:{int(relay.stdout.readline())}?connections={CONNECTIONS}",
            "BAROGRAPH_NEWSLETTER__POSTFIX_LOG": str(log),
            "BAROGRAPH_NEWSLETTER__SETTLE_SECONDS": "0.05",
        }
        if "TESTS_DATABASE_URL" in os.environ:
            environment["BAROGRAPH_NEWSLETTER__DATABASE_URL"] = postgres(f"kills_{os.urandom(4).hex()}")
        scene = Scene(record, [Host(f"host{number}", environment) for number in range(hosts)])
        for host in scene.hosts:
            end.callback(host.close)
        assert scene.hosts[0].ask(f"prepare {READERS}") == "ready"
        yield scene


@pytest.fixture
def make_scene() -> Iterator[Callable[[int], Scene]]:
    """In memory where that can be: unlike a power cut, killing a process loses nothing that waits for the disk."""
    memory = Path("/dev/shm")
    with ExitStack() as end, tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield lambda hosts: end.enter_context(a_scene(Path(folder), hosts))


MakeScene = Callable[[int], Scene]


def kill_again_and_again(scene: Scene, policy: str, kills: int) -> int:
    """Start the command and kill it, so often, then let it come to its end; how often it was really killed."""
    [host] = scene.hosts
    killed = 0
    for _ in range(kills):
        host.start(policy)
        scene.wait_for_a_bad_moment()
        killed += host.kill()
    host.start(policy)
    assert host.end() == 0
    return killed


@pytest.mark.database
def test_with_postfixs_log_nothing_is_lost_and_nothing_is_sent_twice(make_scene: MakeScene) -> None:
    scene = make_scene(1)
    killed = kill_again_and_again(scene, "reconcile", KILLS * 3 // 7)
    assert killed >= KILLS * 2 // 7
    assert scene.states() == {"sent": READERS}
    assert scene.copies() == {f"reader{number}@example.net": 1 for number in range(READERS)}


@pytest.mark.database
def test_sent_again_once_nothing_is_lost_and_copies_are_few(make_scene: MakeScene) -> None:
    scene = make_scene(1)
    killed = kill_again_and_again(scene, "resend", KILLS * 2 // 7)
    copies, states = scene.copies(), scene.states()
    assert states.pop("unknown", 0) >= READERS - len(copies), "who got none is known to be in doubt"
    assert states.keys() == {"sent"}
    assert max(copies.values()) <= 2
    assert sum(copies.values()) - len(copies) <= CONNECTIONS * killed


@pytest.mark.database
def test_of_two_machines_one_is_killed_again_and_again_and_all_is_as_it_should_be(make_scene: MakeScene) -> None:
    scene = make_scene(2)
    for host in scene.hosts:
        host.start("reconcile")
    killed = 0
    for _ in range(KILLS * 2 // 7):
        scene.wait_for_a_bad_moment()
        host = scene.chance.choice(scene.hosts)
        killed += host.kill()
        if scene.chance.random() < 0.1:
            time.sleep(1.2)  # longer than a lease: the other takes over before this one is back
        host.start("reconcile")
    assert [host.end() for host in scene.hosts] == [0, 0]
    assert scene.states() == {"sent": READERS}
    assert scene.copies() == {f"reader{number}@example.net": 1 for number in range(READERS)}

"""Runs a command beside a PostgreSQL that lives as long as the command: ``python tests/postgres.py pytest …``.

The server listens on the loopback address only, with a password of its own; the command finds its address in
``TESTS_DATABASE_URL``. Nothing of it remains.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = "barograph"
# The cluster is thrown away, so it need not survive a power cut.
QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def programs() -> Path:
    """The folder of PostgreSQL's own programs, the newest version's. Exits with advice when there is none."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(debian, key=lambda path: int(path.parts[-3]), default=None)
    found = newest or shutil.which("initdb")
    if found is None:
        sys.exit("PostgreSQL's initdb is missing. Install the server, on Debian or Ubuntu: apt-get install postgresql")
    return Path(found).parent


def run(*command: str | Path) -> None:
    """Run one of PostgreSQL's programs, as the user “postgres” when we are root, whom it refuses to serve."""
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*as_postgres, *command], cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def server() -> Iterator[str]:
    """A fresh PostgreSQL, by its address; gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="barograph-postgres-"))
    password_file = folder / "password"
    password = secrets.token_hex(16)
    password_file.write_text(password, encoding="ascii")
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        shutil.chown(password_file, "postgres")
    data, port = folder / "data", free_port()
    try:
        run(
            programs() / "initdb", "--pgdata", data, "--username", USER, "--pwfile", password_file,
            "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync",
        )  # fmt: skip
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} {QUICK}"
        run(programs() / "pg_ctl", "start", "--wait", "-D", data, "-l", folder / "log", "-o", options)
        try:
            yield f"postgres://{USER}:{password}@127.0.0.1:{port}/postgres"
        finally:
            run(programs() / "pg_ctl", "stop", "-D", data, "--mode", "immediate")
    finally:
        shutil.rmtree(folder)


def main() -> int:
    """Run the command of the arguments and return its exit status."""
    with server() as address:
        return subprocess.run(sys.argv[1:], env=os.environ | {"TESTS_DATABASE_URL": address}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

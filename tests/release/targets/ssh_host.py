"""A host for rsync on this machine: an sshd on the loopback with keys of its own, for the user who runs the tests."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from barograph.base.release_settings import Target

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or "/usr/sbin/sshd"


@dataclass
class SshHost:
    """Where it listens, what it serves, and the files of the one who is let in."""

    keys: Path
    port: int
    served: Path

    def target(self, folder: Path, *, link: bool = True, name: str = "host") -> Target:
        """A target in a folder below the served one."""
        return Target(
            name=name,
            kind="rsync",
            to=f"{getpass.getuser()}@127.0.0.1:/{folder.relative_to(self.served)}",
            link=link,
            port=self.port,
            ssh_key=self.keys / "id",
            known_hosts=self.keys / "known_hosts",
        )


@contextmanager
def ssh_host(folder: Path) -> Iterator[SshHost]:
    """An sshd that lets in one key, for rsync below one folder and nothing else, as docs/how-to/operators.md has it."""
    for name in ("host", "id", "stranger"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", folder / name], check=True)
    public = (folder / "id.pub").read_text()
    served, forced = folder / "served", folder / "only_rsync"
    served.mkdir()
    forced.write_text(f"#!/bin/sh\nenv > {folder}/environment\nexec rrsync {served}\n")
    forced.chmod(0o755)
    (folder / "authorized_keys").write_text(f'restrict,command="{forced}" {public}')
    port = _free_port()
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {(folder / 'host.pub').read_text()}")
    (folder / "sshd_config").write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized_keys\n"
        f"PidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
        "AcceptEnv LANG LC_*\nLogLevel VERBOSE\nMaxStartups 100\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd insists on it when root starts it
    running = subprocess.Popen([SSHD, "-D", "-f", folder / "sshd_config", "-E", folder / "log"])
    try:
        _wait_for(port)
        yield SshHost(folder, port, served)
    finally:
        running.terminate()
        running.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with socket.socket() as caller:
            caller.settimeout(1)
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError(f"sshd does not answer on port {port}")

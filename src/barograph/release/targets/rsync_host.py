"""Calling rsync for one host, and saying in plain words why it failed."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from barograph.base.release_settings import Target
from barograph.release.targets.outcome import TargetError

SILENCE = 60
"""Seconds without a byte from the host after which it counts as gone."""

_WHY = {
    "Host key verification failed": (
        "the host’s key is unknown here, or is another one than before",
        "Get its fingerprint from the host’s owner, compare it with “ssh-keyscan HOST | ssh-keygen -lf -”, and add it "
        "to known_hosts.",
    ),
    "Permission denied (": (
        "the host does not let this key in",
        "Put the key’s public half into ~/.ssh/authorized_keys on the host, and look at ssh_key and the user in “to”.",
    ),
    "Could not resolve hostname": ("there is no host of this name", "Look at “to”."),
    "Connection refused": ("the host does not answer", "Look at “to” and “port”, and whether the host is up."),
    "timed out": ("the host does not answer", "Look whether it is up, then try again."),
    "No space left on device": ("the host’s disk is full", "Make room on it, then try again."),
    "Disk quota exceeded": ("the host’s disk is full", "Make room on it, then try again."),
    "rsync: command not found": ("the host has no rsync", "Install it there."),
    "rsync: not found": ("the host has no rsync", "Install it there."),
    "No such file or directory": ("the folder is not there", "Make it on the host; it may be empty."),
    "Permission denied": ("the host does not let this user write there", "Give the user the folder."),
}
"""What a message of ssh or rsync holds, what it means, and what to do; the first that fits."""

_LISTED = re.compile(r"[dl-]\S{9} +[\d,.]+ \d{4}/\d\d/\d\d \d\d:\d\d:\d\d (.+)")


class RsyncHost:
    """The folder of a target on its host."""

    def __init__(self, target: Target, folder: Path) -> None:
        self.named = target.to
        self.to = target.to.rstrip("/")
        self.ssh = _ssh(target, folder)

    def at(self, name: str = "") -> str:
        """The address of a folder or file in the target's folder, as rsync has it."""
        return f"{self.to}/{name}"

    def beside(self, name: str) -> str:
        """What leads from one folder in the target's folder to another; ``rrsync`` lets no path with dots through."""
        folder = self.to[self.to.rindex(":") + 1 :]
        return f"{folder}/{name}" if folder.startswith("/") or not folder else f"../{name}"

    def names(self) -> dict[str, str]:
        """What is in the folder: names, and where links lead. Raises TargetError when the host cannot be reached."""
        found = {}
        for line in self.lines(["--list-only", "--links", self.at()]):
            match = _LISTED.fullmatch(line)
            if match:
                name, _, leads = match[1].partition(" -> ")
                found[name] = leads
        return found

    def run(self, arguments: list[str]) -> None:
        """Call rsync and wait for it. Raises TargetError."""
        for _line in self.lines(arguments):
            pass

    def lines(self, arguments: list[str]) -> Iterator[str]:
        """Call rsync and give its lines as they come. Raises TargetError when it fails."""
        program = shutil.which("rsync")
        if program is None:
            raise TargetError("rsync is not installed on this machine", "Install it: apt install rsync")
        command = [program, "--rsh", self.ssh, f"--timeout={SILENCE}", "--compress", *arguments]
        with (
            tempfile.TemporaryFile() as said,
            subprocess.Popen(  # noqa: S603 (a fixed program, and settings that were checked)
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, env=_environment()
            ) as running,
        ):
            try:
                assert running.stdout is not None  # noqa: S101 (asked for above)
                for line in running.stdout:
                    yield line.decode(errors="replace").rstrip("\n")
            except BaseException:
                running.kill()
                raise
            if running.wait():
                said.seek(0)
                raise self._error(said.read().decode(errors="replace"), running.returncode)

    def _error(self, said: str, code: int) -> TargetError:
        lines = [line for line in said.splitlines() if line.strip() and not line.startswith("rsync error:")]
        quoted = f"rsync says: {' / '.join(lines[:3]) or f'code {code}'}"
        for sign, (what, mend) in _WHY.items():
            if sign in said:
                return TargetError(f"{self.named}: {what}", f"{mend} ({quoted})")
        return TargetError(f"{self.named}: the copy failed", f"Try again. ({quoted})")


def _ssh(target: Target, folder: Path) -> str:
    """The command by which rsync reaches the host; it asks nobody, and trusts no host that it does not know."""
    options = [
        *("BatchMode=yes", "StrictHostKeyChecking=yes", "ConnectTimeout=20", "ServerAliveInterval=15"),
        *("ForwardAgent=no", "ForwardX11=no", "UpdateHostKeys=no"),
    ]
    command = ["ssh", "-T"]
    if target.ssh_key is not None:
        key = folder / target.ssh_key
        if not key.is_file():
            raise TargetError(f"there is no ssh key {key}", f"Make one: ssh-keygen -t ed25519 -N '' -C '' -f {key}")
        command += ["-i", str(key)]
        options.append("IdentitiesOnly=yes")  # the agent's other keys tell the host who else one is
    if target.known_hosts is not None:
        # ssh takes several files, apart by blanks, and reads “%” as the beginning of a token.
        options.append(f'UserKnownHostsFile="{folder / target.known_hosts}"'.replace("%", "%%"))
    if target.port is not None:
        command += ["-p", str(target.port)]
    for option in options:
        command += ["-o", option]
    return shlex.join(command)


def _environment() -> dict[str, str]:
    """What ssh needs, and nothing that it might send along, such as the language of this machine."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "SSH_AUTH_SOCK") if name in os.environ}

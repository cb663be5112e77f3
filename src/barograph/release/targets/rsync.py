"""Copying a release to another host with rsync over ssh. The host needs rsync, and no shell.

Where the host's web server can serve a link, each release gets a folder of its own beside the others, and the link
``current`` is swapped to it when it is whole: rsync replaces a link in one step. Elsewhere the files of a plain folder
are written over, in the order of ``targets.order``.

What the host learns of the sender is an address, a key and a user name on the host. Owners, groups and the times of
files stay here, and so does the environment; files are compared by their content.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from barograph.base.progress import Counter, Progress
from barograph.base.release_folders import CURRENT, KEPT
from barograph.base.release_settings import Target
from barograph.release.targets.order import MARK, MARK_TEXT, waves
from barograph.release.targets.outcome import TargetError, Uploaded, whole_manifest
from barograph.release.targets.rsync_host import RsyncHost
from barograph.trust.manifest import SUMS_FILE, UNLISTED, ManifestError, read_sums

_RELEASE = re.compile(r"(\d{6,})-[0-9a-f]{12}")
_COPY = ("--recursive", "--perms", "--chmod=D755,F644", "--checksum")
"""Contents and fixed rights: no owner, no group, no times."""
_SHOWN = ("-ii", "--out-format=%i %l %n")
"""A line for every file, also for those that need not be sent: ``<f+++++++++ 1234 path``."""


def upload_with_rsync(target: Target, release: Path, progress: Progress, folder: Path) -> Uploaded:
    """Copy a release to an rsync target. ``folder`` is the site's, for relative paths. Raises TargetError."""
    manifest = whole_manifest(release)
    host = RsyncHost(target, folder)
    counter = Counter(progress, len(manifest) + len(UNLISTED))
    if target.link:
        sent = _swap(host, release, counter)
    else:
        sent = _write_over(host, release, manifest, counter)
    counter.rest()
    return sent


def _swap(host: RsyncHost, release: Path, counter: Counter) -> Uploaded:
    """A folder of its own beside the others, checked, and then the link."""
    names = host.names()
    before = names.get(CURRENT, "")
    linked = [f"--link-dest={host.beside(before)}"] if _RELEASE.fullmatch(before) and before != release.name else []
    sent = _send(host, [*_COPY, "--delete", *linked, f"{release}/", host.at(release.name)], counter)
    _compare(host, [*_COPY, "--delete", f"{release}/", host.at(release.name)])
    with tempfile.TemporaryDirectory() as empty:
        link = Path(empty) / CURRENT
        link.symlink_to(release.name)
        host.run(["--links", str(link), host.at()])
        link.unlink()
        _prune(host, {name for name in names if _RELEASE.fullmatch(name)} - {release.name}, empty)
    return sent


def _prune(host: RsyncHost, others: set[str], empty: str) -> None:
    """Throw away all but the newest of the other releases on the host, by copying nothing over them."""
    old = sorted(others, key=lambda name: (int(name.split("-")[0]), name))[: -(KEPT - 1)]
    if old:
        only = [f"--include=/{name}/***" for name in old]
        host.run(["--recursive", "--delete", *only, "--exclude=*", f"{empty}/", host.at()])


def _write_over(host: RsyncHost, release: Path, manifest: Mapping[str, str], counter: Counter) -> Uploaded:
    """The files of a plain folder, group by group; then the list and its signature, and what is gone is deleted."""
    names = host.names()
    visible = [name for name in names if not name.startswith(".")]
    if visible and MARK not in names and SUMS_FILE not in names:
        raise TargetError(
            f"{host.at()} holds other files ({', '.join(sorted(visible)[:3])}), which would be deleted",
            "Name an empty folder.",
        )
    there = _manifest_there(host, names)
    sent = Uploaded(0, 0)
    with tempfile.TemporaryDirectory() as own:
        (Path(own) / MARK).write_bytes(MARK_TEXT)
        host.run(["--ignore-existing", f"{own}/{MARK}", host.at()])
        for wave in waves((path for path, found in manifest.items() if there.get(path) != found), there):
            listed = Path(own) / "files"
            listed.write_bytes("\0".join(wave).encode())
            chosen = [f"--files-from={listed}", "--from0"]
            sent = _sum(sent, _send(host, [*_COPY, *chosen, f"{release}/", host.at()], counter))
    # What begins with a dot belongs to the host: .htaccess, .well-known.
    whole = [*_COPY, "--delete-after", "--filter=protect /.*", f"{release}/", host.at()]
    sent = _sum(sent, _send(host, whole, counter))
    _compare(host, whole)
    return sent


def _manifest_there(host: RsyncHost, names: Iterable[str]) -> dict[str, str]:
    """What the list on the host says. It decides nothing but the order, so it need not be believed."""
    if SUMS_FILE not in names:
        return {}
    with tempfile.TemporaryDirectory() as own:
        host.run([host.at(SUMS_FILE), f"{own}/"])
        try:
            return read_sums((Path(own) / SUMS_FILE).read_bytes())
        except (ManifestError, OSError):
            return {}


def _send(host: RsyncHost, arguments: list[str], counter: Counter) -> Uploaded:
    files = size = 0
    for line in host.lines([*_SHOWN, *arguments]):
        item, _, rest = line.partition(" ")
        if item[1:2] == "f":
            counter.one()
        if item.startswith("<f"):
            files += 1
            size += int(rest.strip().partition(" ")[0])
    return Uploaded(files, size)


def _compare(host: RsyncHost, arguments: list[str]) -> None:
    """Have both sides hash everything again. Raises TargetError when anything differs."""
    for line in host.lines(["--dry-run", "--itemize-changes", "--out-format=%i %n", *arguments]):
        item, _, path = line.partition(" ")
        if item.startswith("*") or (item[1:2] == "f" and set(item[2:4]) & set("cs+")):
            raise TargetError(
                f"what arrived at {host.at()} is not the release: {path.strip()} differs",
                "Try again; if it stays so, look at the host's disk.",
            )


def _sum(one: Uploaded, other: Uploaded) -> Uploaded:
    return Uploaded(one.files + other.files, one.bytes + other.bytes)

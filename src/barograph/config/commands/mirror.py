"""``barograph mirror``: a copy of somebody's releases, checked before it is served."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NoReturn

import click

from barograph.base.release_folders import ReleaseFolderError
from barograph.config.progress import shown
from barograph.mirror.mirroring import KEPT, Mirrored, mirror_release
from barograph.mirror.source import BadAddressError, FolderSource, Source, SourceError
from barograph.trust.head import RefusedReleaseError
from barograph.trust.manifest import Problem
from barograph.trust.minisign import KeyFileError
from barograph.trust.verify import read_public_key

REFUSED = 1
NOT_NOW = 3


@click.command()
@click.argument("source")
@click.argument("dest", type=click.Path(file_okay=False, path_type=Path))
@click.option("--public-key", help="The publisher's key as you know it: a minisign.pub file, or its line “RW…”. "
              "Needed the first time; then DEST/mirror.pub has it.")  # fmt: skip
@click.option("--keep", default=KEPT, show_default=True, type=click.IntRange(1, 1000), help="Releases to keep in DEST.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@click.option("--quiet", is_flag=True, help="Say nothing unless something is wrong.")
def mirror(source: str, dest: Path, public_key: str | None, keep: int, as_json: bool, quiet: bool) -> None:
    """Copy the newest release of SOURCE to DEST, and serve it as DEST/current. Needs no site.

    SOURCE is an https:// address or a folder. Only what changed is fetched. A release that is forged, damaged, older
    than the one in DEST, of another past, or expired is refused, and DEST/current stays as it is. Whatever ends a run,
    the next one takes up what it has.

    \b
    Ends with
      0  DEST/current is the newest release of SOURCE
      1  the release of SOURCE was refused
      2  the command was called in another way than this, or the address or the key is none
      3  it could not be done now: SOURCE cannot be reached, another run is at work, the disk is full
    \b
    Example:
      barograph mirror https://example.org /srv/mirror --public-key RW…
      barograph mirror https://example.org /srv/mirror --quiet
    """
    try:
        key = read_public_key(public_key) if public_key else None
        progress = shown("Mirroring", quiet=quiet or as_json)
        with _opened(source) as opened:
            mirrored = mirror_release(opened, dest, key, progress=progress, kept=keep)
    except RefusedReleaseError as error:
        _refuse(source, error.problems, as_json=as_json)
    except (KeyFileError, BadAddressError) as error:
        raise click.UsageError(str(error)) from error
    except (SourceError, ReleaseFolderError, OSError) as error:
        if as_json:
            click.echo(json.dumps({"error": str(error)}))
        click.echo(f"Error: {error}", err=True)
        sys.exit(NOT_NOW)
    if as_json or not quiet:
        click.echo(_json(mirrored) if as_json else _sentence(mirrored))


@contextmanager
def _opened(source: str) -> Iterator[Source]:
    if "://" not in source:
        yield FolderSource(Path(source))
        return
    from barograph.mirror.web import WebSource

    with closing(WebSource(source)) as opened:
        yield opened


def _refuse(source: str, problems: tuple[Problem, ...], *, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"refused": [{"file": problem.file, "what": problem.what} for problem in problems]}))
    for problem in problems:
        click.echo(str(problem), err=True)
    click.echo(f"The release of {source} is refused; nothing that is served was changed.", err=True)
    sys.exit(REFUSED)


def _json(mirrored: Mirrored) -> str:
    stamp = mirrored.head.stamp
    return json.dumps({
        "folder": str(mirrored.folder), "sequence": stamp.sequence, "edition": stamp.edition,
        "expires": stamp.expires.isoformat(), "manifest": mirrored.head.manifest, "new": mirrored.is_new,
        "fetched": mirrored.fetched, "linked": mirrored.linked,
    })  # fmt: skip


def _sentence(mirrored: Mirrored) -> str:
    stamp = mirrored.head.stamp
    if not mirrored.is_new:
        return f"Nothing new: release {stamp.sequence} is served, and holds until {stamp.expires}."
    counts = f"{mirrored.fetched:,} files fetched, {mirrored.linked:,} were here"
    return f"Release {stamp.sequence} is served from {mirrored.folder} ({counts}). It holds until {stamp.expires}."

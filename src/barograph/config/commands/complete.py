"""``barograph complete``: what takes longer than pages."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterable, Iterator, Sized
from typing import Any

import click

from barograph.config.django_start import with_site
from barograph.config.passphrase import known_passphrase
from barograph.config.progress import shown


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was built, and what could not be made, as JSON.")
@click.option("--make-only", is_flag=True, hidden=True, help="Fill the shelf for the newsroom that has called this.")
@with_site
def complete(as_json: bool, make_only: bool) -> None:
    """Make the offline copies, the data and the cards that are missing, and sign a release with them.

    The newsroom does this by itself after every publication. What is there already is not made again. Ends with 1
    when something could not be made; the release is signed without it.

    \b
    Example:
      barograph --site mysite complete
    """
    from barograph.release.building import builder
    from barograph.release.completing import fill_shelf
    from barograph.release.services import build_release

    if make_only:
        _fill_for_newsroom()
        return
    passphrase = known_passphrase()
    problems = fill_shelf(builder(), shown("Making offline copies, data and cards", quiet=as_json))
    release = build_release(passphrase=passphrase, compress=True, progress=shown("Building", quiet=as_json))
    if as_json:
        click.echo(json.dumps({**release.summary(), "problems": problems}))
    else:
        click.echo(f"{release.files} files in {release.folder}, which is now release/current.")
    if problems:
        raise click.ClickException("\n".join(["not everything could be made:", *problems]))


def _fill_for_newsroom() -> None:
    """Fill the shelf as gently as can be; ``release.shelf_process`` reads what is printed, and ends this."""
    from barograph.release.building import builder
    from barograph.release.completing import fill_shelf

    os.nice(19)
    threading.Thread(target=_end_with_newsroom, daemon=True).start()
    for problem in fill_shelf(builder(), _said):
        _say(problem=problem)
    _say(ended=True)


def _end_with_newsroom() -> None:
    """The newsroom holds the other end of the standard input, and lets go of it when it ends in whatever way."""
    # Not by sys.stdin: Python would not end while a thread holds it.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(1)


def _said(things: Iterable[Any]) -> Iterator[Any]:
    """A ``Progress`` that says how many things there are, and then when each is done."""
    if isinstance(things, Sized):
        _say(total=len(things))
    for thing in things:
        yield thing
        _say(done=True)


def _say(**words: object) -> None:
    print(json.dumps(words, ensure_ascii=False), flush=True)

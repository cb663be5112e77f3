"""Progress on the terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sized
from typing import Any

import click

from barograph.base.progress import Progress, silent


def shown(label: str, *, quiet: bool = False) -> Progress:
    """A counter on the error stream that goes up while things are worked through; nothing when ``quiet``.

    Says how many there are in all, where that is known.
    """
    if quiet:
        return silent

    def count(things: Iterable[Any]) -> Iterator[Any]:
        started = last = time.monotonic()
        done = 0
        of = f" of {len(things):,}" if isinstance(things, Sized) else ""
        for done, thing in enumerate(things, 1):
            yield thing
            now = time.monotonic()
            if now - last >= (0.2 if sys.stderr.isatty() else 10):
                last = now
                _say(f"{label}: {done:,}{of} in {now - started:.0f} s", end="")
        _say(f"{label}: {done:,} in {time.monotonic() - started:.1f} s", end="\n")

    return count


def _say(line: str, *, end: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{line}{end}", err=True, nl=False)
    else:
        click.echo(line, err=True)

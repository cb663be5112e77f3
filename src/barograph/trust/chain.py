"""The chain of releases: ``releases.txt`` in each release names every release before it.

One line each: number, SHA-256 of its ``SHA256SUMS``, its newest edition, the day it was built; oldest first. The list
is signed with the rest, so whoever has one release knows the hash of every earlier one, and two different pasts of the
same publisher can be told apart by anybody who kept a single line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

CHAIN_FILE = "releases.txt"

_LINE = re.compile(r"([1-9]\d{0,8}) ([0-9a-f]{64}) (-|[a-z0-9][a-z0-9-]{0,59}) (\d{4}-\d\d-\d\d)", re.ASCII)


class ChainError(ValueError):
    """A list of releases is not one; the message says which line."""


@dataclass(frozen=True, slots=True)
class Link:
    """One earlier release."""

    sequence: int
    manifest: str
    """SHA-256 of its ``SHA256SUMS``, in hexadecimal digits."""
    edition: str
    built_on: date


def write_chain(links: Iterable[Link]) -> bytes:
    """The content of ``releases.txt``."""
    return "".join(f"{link.sequence} {link.manifest} {link.edition} {link.built_on}\n" for link in links).encode()


def read_chain(content: bytes) -> list[Link]:
    """The releases in ``releases.txt``, oldest first. Takes only what ``write_chain`` writes. Raises ChainError."""
    links: list[Link] = []
    for number, line in enumerate(content.decode("ascii", "replace").splitlines(), start=1):
        match = _LINE.fullmatch(line)
        try:
            if match is None:
                raise ValueError(line)
            links.append(Link(int(match[1]), match[2], match[3], date.fromisoformat(match[4])))
        except ValueError as error:
            raise ChainError(f"line {number} is not a release's number, hash, edition and day") from error
    if write_chain(links) != content or any(a.sequence >= b.sequence for a, b in pairwise(links)):
        raise ChainError("its lines are not in the order of their numbers, or the last one has no end")
    return links

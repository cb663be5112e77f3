"""The order in which files go to a place that has no link to swap, so that no page leads to what is not there.

New pictures and downloads go first, then new pages, which nobody knows of yet, then the changed pages that lead to
them, then home pages, feeds and the sitemap, then the list of hashes with its signature. What is gone is deleted last,
the pages before what they lead to.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from pathlib import PurePosixPath

from barograph.trust.chain import CHAIN_FILE
from barograph.trust.manifest import SIGNATURE_FILE, SUMS_FILE

MARK = ".barograph"
"""A file that says that everything beside it is Barograph's to delete. Without it nothing in a place is deleted."""
MARK_TEXT = b"Barograph keeps a release here. It deletes what is not part of the release.\n"

_LEADING = {".html", ".atom", ".json", ".xml"}
"""Files that lead to others."""


def waves(changed: Iterable[str], there: Container[str]) -> list[list[str]]:
    """The paths of ``changed`` files in groups; each group is sent when the one before it has arrived.

    ``there`` holds the paths that the place has already, in whatever state.
    """
    groups: dict[int, list[str]] = {}
    for path in sorted(changed):
        groups.setdefault(_turn(path, is_new=path not in there), []).append(path)
    return [groups[turn] for turn in sorted(groups)]


def farewell(gone: Iterable[str]) -> list[str]:
    """The paths of files that are gone, in the order in which they are deleted."""
    return sorted(gone, key=lambda path: (not _leads(path), path))


def _turn(path: str, *, is_new: bool) -> int:
    file = PurePosixPath(path.removesuffix(".gz"))
    if path in (SUMS_FILE, SIGNATURE_FILE):
        return 5 if path == SUMS_FILE else 6
    if file.name == CHAIN_FILE:
        return 4
    if not _leads(path):
        return 0 if is_new else 1
    if is_new:
        return 2
    is_entrance = len(file.parts) <= 2 or file.name.startswith(("feed.", "sitemap"))
    return 4 if is_entrance else 3


def _leads(path: str) -> bool:
    return PurePosixPath(path.removesuffix(".gz")).suffix in _LEADING

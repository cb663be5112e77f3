"""Filling the shelf: making what pages do not wait for."""

from __future__ import annotations

from barograph.base.progress import Progress, silent
from barograph.release.building import builder


def fill_shelf(progress: Progress = silent) -> list[str]:
    """Make everything that is missing on the shelf, the newest editions' first; what could not be made, in words.

    What goes wrong with one kind of thing is told once, and does not keep the rest from being made. What belongs to
    nothing that is public is thrown away.
    """
    shelf = builder().shelf
    items = [item for unit in builder().pages().units() for item in unit.items()]
    shelf.keep_only(items)
    problems: dict[str, None] = {}
    for item in progress(shelf.missing(items)):
        try:
            shelf.put(item)
        except Exception as error:  # noqa: BLE001 (whatever it is, the others are still to be made)
            problems[f"{error}" or type(error).__name__] = None
    return list(problems)

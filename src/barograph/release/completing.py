"""Filling the shelf: making what pages do not wait for."""

from __future__ import annotations

from barograph.base.progress import Progress, silent
from barograph.release.builder import Builder


def fill_shelf(builder: Builder, progress: Progress = silent) -> list[str]:
    """Make everything that is missing on the shelf; what could not be made, in words.

    Data and charts come first, for they are soon made, then the copies and cards of editions, the newest first. What
    goes wrong with one kind of thing is told once, and does not keep the rest from being made. What belongs to nothing
    that is public is thrown away.
    """
    shelf = builder.shelf
    wanted = [(unit, list(unit.items())) for unit in builder.pages().units()]
    soon = [item for unit, found in wanted if unit.together for item in found]
    later = [item for unit, found in reversed(wanted) if not unit.together for item in found]
    items = [*soon, *later]
    shelf.keep_only(items)
    problems: dict[str, None] = {}
    for item in progress(shelf.missing(items)):
        try:
            shelf.put(item)
        except Exception as error:  # noqa: BLE001 (whatever it is, the others are still to be made)
            problems[f"{error}" or type(error).__name__] = None
    for unit, found in wanted:
        if unit.together and found and not shelf.missing(found):
            shelf.remember(unit.name, found)
    shelf.touch()
    return list(problems)

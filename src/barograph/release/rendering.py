"""Rendering units into files, in one process or in several."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Iterable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from barograph.base.progress import Progress, silent
from barograph.base.release_folders import ReleaseFolderError
from barograph.release.build_state import KnownUnit
from barograph.release.draft import Draft
from barograph.release.shelf import Shelf
from barograph.release.units import Unit


def render_unit(unit: Unit, shelf: Shelf, draft: Draft) -> None:
    """Render one unit into a draft, with what lies on the shelf for it."""
    items, shown = list(unit.items()), list(unit.shown())
    lacking = len(shelf.missing([*items, *shown]))
    own = shelf.together(unit.name, items) if unit.together else items
    seen = shelf.together(unit.shown_with, shown) if unit.shown_with else shown
    own = [item for item in own if shelf.has(item)]
    ready = {item.path: size for item in (*own, *seen) if (size := shelf.size(item)) is not None}
    files = []
    for path, content in unit.render(ready):
        draft.put(path, content)
        files.append(path)
    for item in own:
        draft.put(item.path, shelf.file(item).read_bytes())
    draft.units[unit.name] = KnownUnit(unit.fingerprint, tuple(files), tuple(item.path for item in own), lacking)


def render_into(
    folder: Path,
    units: Sequence[Unit],
    shelf: Shelf,
    *,
    processes: int = 1,
    in_child: Callable[[], None] = lambda: None,
    progress: Progress = silent,
) -> Draft:
    """Render units into an empty folder.

    With several ``processes`` this one is forked, so it must have no threads; ``in_child`` is called in each fork
    first, to open what cannot be shared, such as a database. Raises what rendering raises, and ReleaseFolderError when
    a process dies.
    """
    shares = [units[number::processes] for number in range(processes)]
    fork = multiprocessing.get_context("fork")
    answers = []
    children = []
    gc.collect()
    gc.freeze()  # or every collection in a child would copy the memory that it shares
    try:
        for share in shares[1:]:
            here, there = fork.Pipe(duplex=False)
            arguments = (folder, share, shelf, there, in_child)
            children.append(fork.Process(target=_render_in_child, args=arguments, daemon=True))
            children[-1].start()
            there.close()
            answers.append(here)
        draft = _render(folder, progress(shares[0]), shelf)
        for answer in answers:
            draft.add(*_received(answer))
    finally:
        gc.unfreeze()
        for child in children:  # after an error some are still writing
            child.terminate()
            child.join()
    return draft


def _render(folder: Path, units: Iterable[Unit], shelf: Shelf) -> Draft:
    draft = Draft(folder)
    for unit in units:
        render_unit(unit, shelf, draft)
    return draft


def _render_in_child(
    folder: Path, units: Iterable[Unit], shelf: Shelf, answer: Connection, in_child: Callable[[], None]
) -> None:
    try:
        in_child()
        draft = _render(folder, units, shelf)
        answer.send((draft.units, draft.hashes))
    except Exception as error:  # noqa: BLE001 (the parent raises it)
        answer.send(error)


def _received(answer: Connection) -> tuple[dict[str, KnownUnit], dict[str, str]]:
    try:
        found = answer.recv()
    except EOFError:
        raise ReleaseFolderError("a process of the build died, perhaps for lack of memory: build again") from None
    if isinstance(found, Exception):
        raise found
    units, hashes = found
    return units, hashes

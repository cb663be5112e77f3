"""Rendering units into files, in one process or in several."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing.connection import Connection

from barograph.base.progress import Progress, silent
from barograph.base.release_folders import ReleaseFolderError
from barograph.release.build_state import NOT_COUNTED, KnownUnit
from barograph.release.draft import Draft
from barograph.release.folder import syncing
from barograph.release.language_pages import Ready
from barograph.release.shelf import Item, Shelf
from barograph.release.units import Unit

PORTIONS = 1000
"""Into how many portions work is divided at most: their numbers, of four bytes each, must fit into an empty pipe."""
MANY = "edition/"
"""How the names of those units begin of which there are many, each rendered in some milliseconds."""


def render_unit(unit: Unit, shelf: Shelf, draft: Draft, before: KnownUnit | None = None) -> None:
    """Render one unit into a draft, with what lies on the shelf for it.

    ``before`` is the unit as the served release has it. Items with the same key stay as they are and are not read: to
    read the data of ten years takes longer than to render all that one publication changes.
    """
    if unit.wants_items and not shelf.state:  # before anything was made there is no need to ask what might have been
        _render(unit, {}, draft, [], NOT_COUNTED)
        return
    items, shown = list(unit.items()), list(unit.shown())
    lacking = len(shelf.missing([*items, *shown]))
    own = shelf.together(unit.name, items) if unit.together else items
    seen = shelf.together(unit.shown_with, shown) if unit.shown_with else shown
    own = [item for item in own if shelf.has(item)]
    ready = {item.path: size for item in (*own, *seen) if (size := shelf.size(item)) is not None}
    made = before.made if before else {}
    for item in own:
        if made.get(item.path) == item.key:
            draft.keep_files([item.path])
        else:
            draft.put(item.path, shelf.file(item).read_bytes())
    _render(unit, ready, draft, own, lacking)


def _render(unit: Unit, ready: Ready, draft: Draft, own: Sequence[Item], lacking: int) -> None:
    files = []
    for path, content in unit.render(ready):
        draft.put(path, content)
        files.append(path)
    items, keys = tuple(item.path for item in own), tuple(item.key for item in own if unit.together)
    draft.units[unit.name] = KnownUnit(unit.fingerprint, tuple(files), items, lacking, keys)


def render_into(
    draft: Draft,
    units: Sequence[Unit],
    shelf: Shelf,
    *,
    processes: int = 1,
    in_child: Callable[[], None] = lambda: None,
    progress: Progress = silent,
) -> None:
    """Render units into a draft that has an empty folder.

    With several ``processes`` this one is forked, so it must have no threads; ``in_child`` is called in each fork
    first, to open what cannot be shared, such as a database. Raises what rendering raises, and ReleaseFolderError when
    a process dies.
    """
    work = _Work(units)
    fork = multiprocessing.get_context("fork")
    answers = []
    children = []
    try:
        for _ in range(1, processes):
            here, there = fork.Pipe(duplex=False)
            child = fork.Process(
                target=_render_in_child, args=(draft, work, shelf, (here, there), in_child), daemon=True
            )
            child.start()
            children.append(child)
            there.close()
            answers.append(here)
        with syncing():  # a thread, so only now that nobody is forked any more
            for unit in work.own(progress(work.units)):
                render_unit(unit, shelf, draft)
            for answer in answers:
                draft.add(*_received(answer))
    finally:
        for child in children:  # after an error some are still writing
            child.terminate()
            child.join()
        work.close()
    draft.units = {unit.name: draft.units[unit.name] for unit in units}


class _Work:
    """Units that several processes render, each of which takes the next few when it has time.

    The places where portions begin lie in a pipe from the start, and whoever reads one has taken it: there is no lock
    that a process could hold when it dies.
    """

    def __init__(self, units: Sequence[Unit]) -> None:
        # What takes long is taken first, so that nobody is still busy with it when all others have ended.
        self.units = sorted(units, key=lambda unit: unit.name.startswith(MANY))
        self.portion = len(units) // PORTIONS + 1
        self._places, filled = os.pipe()
        with os.fdopen(filled, "wb") as places:
            places.write(b"".join(at.to_bytes(4) for at in range(0, len(units), self.portion)))

    def own(self, units: Iterable[Unit]) -> Iterator[Unit]:
        """Those of all ``units`` that are this process's to render; the others pass by."""
        begins = self._take()
        for at, unit in enumerate(units):
            if at == begins + self.portion:
                begins = self._take()
            if at >= begins:
                yield unit

    def _take(self) -> int:
        """Where the next portion begins, which is this process's now; behind all units when there is none left."""
        place = os.read(self._places, 4)
        return int.from_bytes(place) if place else len(self.units)

    def close(self) -> None:
        """No more is taken."""
        os.close(self._places)


def _render_in_child(
    draft: Draft, work: _Work, shelf: Shelf, pipe: tuple[Connection, Connection], in_child: Callable[[], None]
) -> None:
    """Render until there is no work left, or nobody who waits for it: the next build waits for this process to end."""
    unread, answer = pipe
    unread.close()  # while it is open here, an answer that nobody reads is waited for
    parent = multiprocessing.parent_process()
    try:
        in_child()
        for unit in work.own(work.units):
            if parent and os.getppid() != parent.pid:  # it was killed
                return
            render_unit(unit, shelf, draft)
        answer.send((draft.units, draft.hashes))
    except (KeyboardInterrupt, BrokenPipeError):
        pass  # the parent was interrupted too, or has gone
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

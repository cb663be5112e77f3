"""Something done again and again in a thread, while something else goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread


@contextmanager
def meanwhile(work: Callable[[], object], *, pause: float, name: str) -> Iterator[None]:
    """Do ``work`` whenever ``pause`` seconds have passed; ``name`` is the thread's.

    What is being done at the end is waited for. ``work`` must not raise: nobody would be told.
    """
    ended = Event()

    def repeat() -> None:
        while not ended.wait(pause):
            work()

    thread = Thread(target=repeat, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()

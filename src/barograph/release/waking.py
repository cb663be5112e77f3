"""Waking the threads that do what is due (``config.ticking``) as soon as there is something to do."""

from __future__ import annotations

import threading

_CHANGED = threading.Condition()
_TIMES = 0


def wake() -> None:
    """There is something to do: whoever sleeps looks now."""
    global _TIMES  # noqa: PLW0603 (one for the process, as its threads are)
    with _CHANGED:
        _TIMES += 1
        _CHANGED.notify_all()


def times_woken() -> int:
    """How often there was something to do; to be asked before looking, and given to ``sleep`` afterwards."""
    return _TIMES


def sleep(seconds: float, seen: int) -> None:
    """Sleep for so many seconds, or until there is something to do.

    ``seen`` is what ``times_woken`` said before the work was looked for: a call of ``wake`` since then ends it at once.
    """
    with _CHANGED:
        _CHANGED.wait_for(lambda: seen != _TIMES, seconds)

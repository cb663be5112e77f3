"""Showing how far long work has come, without knowing where it is shown."""

from collections.abc import Callable, Iterable
from typing import Any

Progress = Callable[[Iterable[Any]], Iterable[Any]]
"""Takes the things that are worked through and gives them back, showing each on its way."""


def silent(things: Iterable[Any]) -> Iterable[Any]:
    """Shows nothing."""
    return things


class Counter:
    """Shows how many of ``total`` things are done where no single loop works through them."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._things = iter(progress(range(total)))

    def one(self) -> None:
        """One more thing is done; more than there were said to be do no harm."""
        next(self._things, None)

    def rest(self) -> None:
        """Everything else is done too, or there was less to do."""
        for _thing in self._things:
            pass

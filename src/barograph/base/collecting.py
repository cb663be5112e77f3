"""Doing without garbage collection while something is built."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting(*, at_the_end: bool = False) -> Iterator[None]:
    """No garbage collection meanwhile.

    Little that a build makes, or imports, is ever in a circle. Looking for it takes longer the more a process holds,
    and copies memory that a child shares. A process that goes on looks for it afterwards: what a builder replaced is in
    circles. One that is ``at_the_end`` of its life never does.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            if at_the_end:
                gc.freeze()
            gc.enable()

"""Doing without the search for garbage while something is built."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """No search for garbage meanwhile.

    Little that a build makes, or imports, is ever in a circle. Looking for it takes longer the more a process holds,
    and copies memory that a child shares.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            # Frozen and thawed, what was made counts as old. As new, the next object would have all of it searched.
            gc.freeze()
            gc.enable()
            gc.unfreeze()

"""Signs of life of a running step: how far it is, and that its process has not died."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Sized
from contextlib import AbstractContextManager
from typing import Any

from django.db import Error, connection
from django.utils import timezone

from barograph.base.meanwhile import meanwhile
from barograph.base.progress import Progress
from barograph.release.models import Step

LOG = logging.getLogger(__name__)
HEARTBEAT = 20.0
"""Seconds between two signs of life."""
EVERY = 1.0
"""Seconds between two notes of how far a step is, at least."""


class StepProgress:
    """A ``Progress`` that writes down in a step's row how far it is, and shows it in another way too."""

    def __init__(self, step: Step, also: Progress) -> None:
        self.step, self.also = step, also

    def __call__(self, things: Iterable[Any]) -> Iterator[Any]:
        """The things, each counted when the next is asked for."""
        total = len(things) if isinstance(things, Sized) else 0
        self._write(0, total)
        done, last = 0, time.monotonic()
        for done, thing in enumerate(self.also(things), 1):
            yield thing
            now = time.monotonic()
            if now - last >= EVERY:
                last = now
                self._write(done, total)
        self._write(done, total)

    def _write(self, done: int, total: int) -> None:
        Step.objects.filter(pk=self.step.pk).update(done=done, total=total, seen_at=timezone.now())


def kept_alive(step: Step) -> AbstractContextManager[None]:
    """Note now and then that a step is still being done, also while it says nothing of how far it is."""
    return meanwhile(lambda: note_life(step), pause=HEARTBEAT, name=f"alive-{step.pk}")


def note_life(step: Step) -> None:
    """Write down that a running step is being done at this moment, by a connection of this thread's own."""
    try:
        Step.objects.filter(pk=step.pk, status=Step.Status.RUNNING).update(seen_at=timezone.now())
    except Error:
        LOG.warning("The database is busy: step %s gives its next sign of life in %s seconds", step.name, HEARTBEAT)
    finally:
        connection.close()

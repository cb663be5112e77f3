"""Threads beside the newsroom that do what is due.

Each kind of work has its own, so that a scheduled edition is published and built while offline copies are being made,
and a host that does not answer keeps nobody waiting but itself.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial

LOG = logging.getLogger(__name__)
SECONDS = 2.0
RENEWING = 600.0
"""Seconds between two looks at whether the signature is to be renewed."""


def start_ticking(seconds: float = SECONDS) -> list[threading.Thread]:
    """Start the threads. They end with their process, and an error in one round ends none of them."""
    threads = []
    for name, work in rounds().items():
        pause = RENEWING if name == "renew" else seconds
        threads.append(threading.Thread(target=_for_ever, args=(work, pause), name=name, daemon=True))
        threads[-1].start()
    return threads


def rounds() -> dict[str, Callable[[], None]]:
    """The kinds of work by name. One round of each, in this order, does everything that is due."""
    from barograph.base.site import site
    from barograph.release.models import Step
    from barograph.release.services import renew, run_waiting, tick
    from barograph.release.shelf_process import fill_shelf_apart

    copying = partial(run_waiting, Step.Name.UPLOAD, Step.Name.UPLOAD_COMPLETE, fill=fill_shelf_apart)
    uploads = {f"upload {target.name}": partial(copying, target=target.name) for target in site().release.targets}
    complete = partial(run_waiting, Step.Name.COMPLETE, fill=fill_shelf_apart)
    return {"tick": tick, "renew": renew, **uploads, "complete": complete}


def _for_ever(work: Callable[[], None], pause: float) -> None:
    from django.db import close_old_connections

    from barograph.release.waking import sleep, times_woken

    while True:
        seen = times_woken()
        try:
            work()
        except Exception:
            LOG.exception("What was due could not be done; it is tried again")
        finally:
            close_old_connections()
        sleep(pause, seen)

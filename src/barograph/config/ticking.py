"""A thread beside the newsroom that does what is due every few seconds."""

from __future__ import annotations

import logging
import threading
import time

LOG = logging.getLogger(__name__)
SECONDS = 2.0


def start_ticking(seconds: float = SECONDS) -> threading.Thread:
    """Start the thread. It ends with its process, and an error in one round does not end it."""
    thread = threading.Thread(target=_tick_for_ever, args=(seconds,), name="tick", daemon=True)
    thread.start()
    return thread


def _tick_for_ever(seconds: float) -> None:
    from django.db import close_old_connections

    from barograph.release.services import tick

    while True:
        try:
            tick()
        except Exception:
            LOG.exception("What was due could not be done; it is tried again")
        finally:
            close_old_connections()
        time.sleep(seconds)

"""Where a newsroom is running, ``barograph build`` asks it to build: it has everything read and warm already.

It listens on ``private/build.sock``, which nobody but the site's user can open. Whoever connects is answered with one
line of JSON: what was built, or ``{"error": …}`` in words, or ``{}`` when it does not have the key's passphrase.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from barograph.base.site import SiteSettings

SOCKET = "build.sock"
LONGEST_BUILD = 1800.0
"""Seconds for which an answer is waited for."""
_LINE = 2**20
"""Bytes of the longest answer."""
CHANGED = (
    "The newsroom that is running was started before the site's settings, templates or words were changed, and would "
    "build with the old ones. Start it again, and then build."
)

SILENT = (
    "The newsroom that is running was asked to build, and has not answered for half an hour. Look into its log, start "
    "it again, and then build."
)

LOG = logging.getLogger(__name__)


def ask_newsroom(private: Path) -> dict[str, Any]:
    """What the newsroom of a site answers when it is asked to build; nothing where none is listening."""
    with socket.socket(socket.AF_UNIX) as asked:
        try:
            asked.connect(str(private / SOCKET))
        except OSError:
            return {}
        asked.settimeout(LONGEST_BUILD)
        try:
            with asked.makefile("rb") as answer:
                line = answer.readline(_LINE)
        except TimeoutError:
            return {"error": SILENT}
        except OSError:
            return {}
    # Without a whole answer it ended while it was asked: whoever asked builds without it.
    found: dict[str, Any] = json.loads(line) if line.endswith(b"\n") else {}
    return found


def start_listening(site: SiteSettings) -> threading.Thread | None:
    """Build for whoever asks, in a thread that ends with its process; ``None`` where the socket cannot be made.

    Nothing is built once ``barograph.toml`` or the site's own templates or words are others than now: whoever asks
    expects them in the release, above all what was taken out of them.
    """
    from barograph.release.fingerprint import own_files

    listening = socket.socket(socket.AF_UNIX)
    path = site.private / SOCKET
    try:
        path.unlink(missing_ok=True)
        # Made for its owner alone from the first moment on; the folder lets nobody else in, either.
        before = os.umask(0o177)
        try:
            listening.bind(str(path))
        finally:
            os.umask(before)
        listening.listen()
    except OSError as error:
        LOG.warning("“barograph build” cannot ask this newsroom to build: %s (%s)", path, error.strerror)
        listening.close()
        return None
    arguments = (listening, site.folder, own_files(site.folder))
    thread = threading.Thread(target=_listen, args=arguments, name="build socket", daemon=True)
    thread.start()
    return thread


def _listen(listening: socket.socket, folder: Path, known: tuple[str, ...]) -> None:
    from barograph.release.fingerprint import own_files

    _make_warm()
    while True:
        asking, _ = listening.accept()
        with asking:
            try:
                answer = _build() if own_files(folder) == known else {"error": CHANGED}
                asking.sendall(json.dumps(answer).encode() + b"\n")
            except OSError:
                LOG.warning("Nobody waited for the answer to a request to build")


def _make_warm() -> None:
    """Read the record once, so that the first publication is as quick as the others."""
    from django.db import close_old_connections

    from barograph.release.services import warm_up

    try:
        warm_up()
    except Exception:
        LOG.exception("What is public could not be read")
    finally:
        close_old_connections()


def _build() -> dict[str, Any]:
    from django.db import close_old_connections

    from barograph.release.services import build_release
    from barograph.trust.minisign import KeyFileError

    try:
        return build_release().summary()
    except KeyFileError:
        return {}
    except Exception as error:  # noqa: BLE001 (whoever asked is told)
        return {"error": f"{error}" or type(error).__name__}
    finally:
        close_old_connections()

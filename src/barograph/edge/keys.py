"""The sender's public keys as the edge finds them: read again when the file changes, and away when it pauses."""

from __future__ import annotations

import logging
from pathlib import Path

from barograph.trust.sender_keys import FILE, SenderKeyError, SenderPublicKeys

PAUSED = "paused"
"""A file of this name in the edge's folder stops it, as “barograph newsletter panic” does."""
logger = logging.getLogger(__name__)


class KeysAtHand:
    """The keys in a folder. It may be used from several threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: tuple[tuple[int, ...], SenderPublicKeys | None] = ((), None)

    def current(self) -> SenderPublicKeys | None:
        """The keys, or nothing while the edge is paused or has none that can be read."""
        try:
            if (self.folder / PAUSED).exists():
                return None
            stat = (self.folder / FILE).stat()
            state: tuple[int, ...] = (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino)
        except FileNotFoundError:
            return None  # a site without a newsletter
        except OSError as error:
            state = (error.errno or 0,)
        seen, keys = self._seen
        if state != seen:
            keys = self._read()
            self._seen = state, keys
        return keys

    def _read(self) -> SenderPublicKeys | None:
        try:
            return SenderPublicKeys.read(self.folder)
        except SenderKeyError as error:
            logger.error("The newsletter's forms are closed: %s", error)
            return None

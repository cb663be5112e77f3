"""The Python that templates are compiled to, kept for other processes, languages and releases."""

from __future__ import annotations

from pathlib import Path
from types import CodeType

from jinja2.bccache import Bucket, FileSystemBytecodeCache

from barograph.release import quick_code


class KeptCode(FileSystemBytecodeCache):
    """Keeps the code of each template in a file, and in memory what this process has had of it.

    An environment of Jinja2 has the names of one language, and a release has its own for each. Reading the same files
    again for all of them takes longer than what one correction changes takes to render.
    """

    def __init__(self, folder: Path) -> None:
        """``folder`` is made if it is not there."""
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(str(folder), f"quick-{quick_code.VERSION}-%s.cache")
        self._known: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket, from memory if it can be."""
        bucket.code = self._known.get((bucket.key, bucket.checksum))
        if bucket.code is None:
            super().load_bytecode(bucket)
            self._keep(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled now."""
        super().dump_bytecode(bucket)
        self._keep(bucket)

    def _keep(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._known[bucket.key, bucket.checksum] = bucket.code

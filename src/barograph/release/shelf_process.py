"""Filling the shelf in a process of its own, which makes way for everything else, gives back its memory, and ends
when the newsroom does.

The process is ``barograph complete --make-only``. It reads its standard input and ends when that is closed, as it is
when the newsroom ends in whatever way; it writes a line of JSON for everything that there is to say.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile

from barograph.base.progress import Counter, Progress, silent
from barograph.base.site import site

_MAIN = "from barograph.config.command import main; main()"


class FillingError(Exception):
    """The process that fills the shelf has ended before its work did; the message has its last words."""


def fill_shelf_apart(progress: Progress = silent) -> list[str]:
    """Make what is missing on the shelf of this site; returns what could not be made, and why. Raises FillingError."""
    command = [sys.executable, "-c", _MAIN, "--site", str(site().folder), "complete", "--make-only"]
    counter, problems, ended = Counter(silent, 0), [], False
    with (
        # A file, for a pipe that nobody empties would stop a process with many warnings.
        tempfile.TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603 (this very program)
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True
        ) as process,
    ):
        assert process.stdout is not None  # noqa: S101 (asked for above)
        try:
            for line in process.stdout:
                word = json.loads(line)
                if "total" in word:
                    counter = Counter(progress, word["total"])
                elif "problem" in word:
                    problems.append(word["problem"])
                elif "ended" in word:
                    ended = True
                else:
                    counter.one()
            process.wait()
        except BaseException:
            process.kill()
            raise
        said.seek(0)
        last_words = said.read().decode(errors="replace").strip().splitlines()
    if process.returncode or not ended:
        raise FillingError(f"offline copies, data and cards were not all made: {' / '.join(last_words[-3:])}")
    counter.rest()
    return problems

"""Filling the shelf in a process of its own, which makes way for everything else, gives back its memory, and ends
when the newsroom does.

The process is ``barograph complete --make-only``. It reads its standard input and ends when that is closed, as it is
when the newsroom ends in whatever way; it writes a line of JSON for everything that there is to say.
"""

from __future__ import annotations

import json
import subprocess
import sys

from barograph.base.progress import Counter, Progress, silent
from barograph.base.site import site

_MAIN = "from barograph.config.command import main; main()"


class FillingError(Exception):
    """The process that fills the shelf has ended before its work did; the message has its last words."""


def fill_shelf_apart(progress: Progress = silent) -> list[str]:
    """Make what is missing on the shelf of this site; returns what could not be made, and why. Raises FillingError."""
    command = [sys.executable, "-c", _MAIN, "--site", str(site().folder), "complete", "--make-only"]
    counter, problems, ended = Counter(silent, 0), [], False
    with subprocess.Popen(  # noqa: S603 (this very program)
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stderr is not None  # noqa: S101, PT018 (asked for above)
        try:
            for line in process.stdout:
                said = json.loads(line)
                if "total" in said:
                    counter = Counter(progress, said["total"])
                elif "problem" in said:
                    problems.append(said["problem"])
                elif "ended" in said:
                    ended = True
                else:
                    counter.one()
            last_words = process.stderr.read().strip().splitlines()
        except BaseException:
            process.kill()
            raise
    if process.returncode or not ended:
        raise FillingError(f"offline copies, data and cards were not all made: {' / '.join(last_words[-3:])}")
    counter.rest()
    return problems

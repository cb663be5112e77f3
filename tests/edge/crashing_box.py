"""Puts a drop into a box again and again, and dies before another line of the box each time, as with “kill -9”.

Called with a folder; prints how often it died. Run by ``test_box``, in a process of its own that may fork.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

from barograph.edge.box import Box

CONTENT = bytes(range(256)) * 5
DAY = date(2024, 8, 21)


def put_and_die(box: Box, lines: int) -> None:
    """Put a drop; die before the line of the box that is the next after so many."""
    left = lines

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        if not frame.f_code.co_filename.endswith("edge/box.py"):
            return None
        if event == "line":
            left -= 1
            if left < 0:
                os._exit(9)
        return trace

    sys.settrace(trace)
    box.put(CONTENT, DAY)
    os._exit(0)


def main(folder: Path) -> None:
    """Die before every line once."""
    box, died = Box(folder), 0
    while True:
        child = os.fork()
        if child == 0:
            put_and_die(box, died)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
            break
        died += 1
    print(died)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

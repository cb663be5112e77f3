"""Whatever is killed when: what is served is a whole release, and what was fetched is not fetched again.

``TESTS_KILLS=2000 pytest tests/mirror/test_kills.py`` kills more often.
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.mirror.killed_runs import PAGES
from tests.own_process import run_apart

KILLS = int(os.environ.get("TESTS_KILLS", "60"))


def test_runs_that_are_killed_at_any_moment_do_no_harm_and_lose_little(tmp_path: Path) -> None:
    killed, releases, fetched = map(int, run_apart("tests.mirror.killed_runs", KILLS, tmp_path).stdout.split())
    assert killed >= KILLS
    needed = PAGES + (releases - 1) * PAGES // 2
    # Of what a killed run was just fetching, six files at once, nothing is kept; of the rest everything.
    assert needed <= fetched <= needed + 6 * killed

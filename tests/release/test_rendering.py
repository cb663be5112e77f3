"""Rendering in several processes: everything once, nobody waits for nothing, and whoever dies is noticed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        pytest.param("all", "2008", id="all of them are rendered once and told in their order"),
        pytest.param("slow", "41", id="the others go on while one takes long"),
        pytest.param("dying", "a process of the build died", id="a process that dies is told"),
        pytest.param("failing", "in another process", id="an error of another process is raised here"),
    ],
)
def test_units_are_rendered_by_whoever_has_time(tmp_path: Path, what: str, said: str) -> None:
    command = [sys.executable, "-m", "tests.release.shared_work", what, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=100)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith(said)

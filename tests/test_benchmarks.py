"""The benchmark of docs/reference/speed.md runs and tells what it promises. What it measures is never a test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "static_build.py"


def test_builds_are_compared_with_hugo() -> None:
    command = [sys.executable, BENCHMARK, "--editions", "2", "--sections", "1", "--languages", "1", "--rounds", "1"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("BAROGRAPH_", "DJANGO_"))}
    done = subprocess.run([*command, "--json"], env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["ratios"].keys() == {"full_wall", "full_memory", "change_wall"}
    assert all(ratio > 0 for ratio in (*found["ratios"].values(), found["warm_seconds"]))
    assert found["files"]["barograph"]["files"] > found["files"]["hugo"]["files"] > 5

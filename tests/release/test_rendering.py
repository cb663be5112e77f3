"""Rendering in several processes: everything once, nobody waits for nothing, and whoever dies is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.own_process import run_apart


@pytest.mark.parametrize(
    ("what", "said"),
    [
        pytest.param("all", "2008", id="all of them are rendered once and told in their order"),
        pytest.param("slow", "41", id="the others go on while one takes long"),
        pytest.param("dying", "a process of the build died", id="a process that dies is told"),
        pytest.param("killed", "gone", id="nobody goes on when who divided the work was killed"),
        pytest.param("failing", "in another process", id="an error of another process is raised here"),
    ],
)
def test_units_are_rendered_by_whoever_has_time(tmp_path: Path, what: str, said: str) -> None:
    assert run_apart("tests.release.shared_work", what, tmp_path).stdout.startswith(said)

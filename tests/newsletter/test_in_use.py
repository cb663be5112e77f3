"""While keys are replaced nobody works with them, in whichever process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from barograph.newsletter.in_use import FILE, KeysInUseError, hold_keys

pytestmark = pytest.mark.django_db(databases=["subscribers"])
HOLD = "import fcntl, sys; f = open(sys.argv[1], 'a'); fcntl.flock(f, int(sys.argv[2])); print(flush=True); input()"
SHARED, ALONE = 1, 2  # LOCK_SH and LOCK_EX of flock(2)


@contextmanager
def another_process(folder: Path, how: int) -> Iterator[None]:
    """One that holds the keys until the block ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder / FILE), str(how)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "\n"
        yield
        process.communicate("\n")


def test_any_number_of_processes_work_with_the_keys_at_once(tmp_path: Path) -> None:
    with another_process(tmp_path, SHARED), another_process(tmp_path, SHARED):
        hold_keys(tmp_path)
        hold_keys(tmp_path)


def test_keys_are_not_replaced_while_another_process_has_them(tmp_path: Path) -> None:
    with another_process(tmp_path, SHARED), pytest.raises(KeysInUseError, match="end “barograph newsletter run”"):
        hold_keys(tmp_path, alone=True)
    hold_keys(tmp_path, alone=True)


def test_nobody_begins_to_work_while_keys_are_replaced(tmp_path: Path) -> None:
    with another_process(tmp_path, ALONE), pytest.raises(KeysInUseError, match="are being replaced"):
        hold_keys(tmp_path)
    hold_keys(tmp_path)


def test_a_process_may_replace_the_keys_it_worked_with_and_work_on(tmp_path: Path) -> None:
    hold_keys(tmp_path)
    hold_keys(tmp_path, alone=True)
    hold_keys(tmp_path)
    with another_process(tmp_path, SHARED):
        hold_keys(tmp_path)

"""The box: whole drops of one size, whatever happens, whose names and times tell nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from barograph.edge import box as box_module
from barograph.edge.box import Box
from barograph.edge.limits import BusyError, TokenBucket
from tests.edge.crashing_box import CONTENT, DAY

SCRIPT = Path(__file__).parent / "crashing_box.py"
MIDNIGHT = int(datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC).timestamp()) * 10**9


def drops(folder: Path) -> list[Path]:
    return sorted((folder / "box").glob("*.drop"))


def test_a_process_killed_before_any_line_leaves_no_half_drop(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, SCRIPT, tmp_path], capture_output=True, text=True, check=True)

    assert int(done.stdout) > 20
    assert len(drops(tmp_path)) > 1  # some died after the drop was there
    assert {file.read_bytes() for file in drops(tmp_path)} == {CONTENT}


def test_what_a_crash_left_unfinished_is_tidied_away_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Box(tmp_path).put(CONTENT, DAY)
    unfinished = tmp_path / "box" / ".0123.new"
    unfinished.write_bytes(b"half")
    Box(tmp_path)
    assert unfinished.exists()  # another process may be writing it
    monkeypatch.setattr(box_module, "FORGOTTEN_SECONDS", -1)
    Box(tmp_path)
    assert list((tmp_path / "box").iterdir()) == drops(tmp_path)


def test_a_drop_is_on_the_disk_before_it_has_its_name_and_its_name_before_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    flush, rename = os.fsync, Path.replace

    def noted_flush(file: int) -> None:
        done.append("folder" if Path(f"/proc/self/fd/{file}").resolve().is_dir() else "file")
        flush(file)

    def noted_rename(self: Path, target: Path) -> Path:
        assert self.read_bytes() == CONTENT
        done.append("name")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", noted_flush)
    monkeypatch.setattr(Path, "replace", noted_rename)
    Box(tmp_path).put(CONTENT, DAY)
    assert done == ["file", "name", "folder"]


def test_times_tell_the_day_and_the_order_and_no_more(tmp_path: Path) -> None:
    box = Box(tmp_path)
    for number in range(5):
        box.put(bytes([number]) * 10, DAY)
    Box(tmp_path).put_once("a link", b"later", DAY)  # after a restart
    in_order = sorted(drops(tmp_path), key=lambda file: file.stat().st_mtime_ns)
    assert [file.read_bytes()[:1] for file in in_order] == [b"\0", b"\1", b"\2", b"\3", b"\4", b"l"]
    times = [file.stat().st_mtime_ns - MIDNIGHT for file in in_order]
    assert times == list(range(times[0], times[0] + 6))
    assert times[-1] < 1000
    assert (tmp_path / "box").stat().st_mtime_ns == MIDNIGHT

    box.put(CONTENT, DAY + timedelta(days=1))
    assert max(file.stat().st_mtime_ns for file in drops(tmp_path)) == MIDNIGHT + 86_400 * 10**9


def test_names_are_random_and_the_group_may_read_what_is_sealed(tmp_path: Path) -> None:
    box = Box(tmp_path)
    for _ in range(20):
        box.put(CONTENT, DAY)
    box.put_once("a link", CONTENT, DAY)
    assert {len(file.name) for file in drops(tmp_path)} == {len("0" * 32 + ".drop")}
    assert len(drops(tmp_path)) == 21
    assert {file.stat().st_mode & 0o137 for file in drops(tmp_path)} <= {0, 0o040}


def test_one_link_is_one_drop_and_another_is_another(tmp_path: Path) -> None:
    box = Box(tmp_path)
    for content in (b"first", b"again"):
        box.put_once("one", content, DAY)
    box.put_once("two", b"other", DAY)
    assert sorted(file.read_bytes() for file in drops(tmp_path)) == [b"again", b"other"]


def test_a_full_box_opens_again_when_it_is_emptied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = Box(tmp_path, cap=2)
    box.put(CONTENT, DAY)
    box.put(CONTENT, DAY)
    with pytest.raises(BusyError):
        box.put(CONTENT, DAY)
    with pytest.raises(BusyError):
        Box(tmp_path, cap=2).put(CONTENT, DAY)
    box.put_once("a link", CONTENT, DAY)
    for file in drops(tmp_path):
        file.unlink()
    later = time.monotonic() + box_module.LOOK_SECONDS + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    box.put(CONTENT, DAY)
    assert len(drops(tmp_path)) == 1


def test_a_disk_that_is_full_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = Box(tmp_path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        box.put(CONTENT, DAY)
    assert list((tmp_path / "box").iterdir()) == []


def test_threads_do_not_get_in_each_others_way(tmp_path: Path) -> None:
    box = Box(tmp_path)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: box.put(CONTENT, DAY), range(80)))
    assert len(drops(tmp_path)) == 80
    assert len({file.stat().st_mtime_ns for file in drops(tmp_path)}) == 80


@pytest.mark.parametrize(
    ("seconds", "passing"),
    [
        ([0, 0, 0], [True, True, False]),
        ([0, 0, 1], [True, True, True]),
        ([0, 0, 1, 1], [True, True, True, False]),
        ([0, 0, 0.5, 1], [True, True, False, True]),
        ([0, 0, -100, -100], [True, True, False, False]),
        ([0, 0, 1000, 1000, 1000], [True, True, True, True, False]),
    ],
)
def test_a_bucket_lets_a_burst_through_and_then_one_a_second(seconds: list[float], passing: list[bool]) -> None:
    bucket = TokenBucket(a_minute=60, burst=2)

    def passes(now: float) -> bool:
        try:
            bucket.take(now)
        except BusyError:
            return False
        return True

    assert [passes(now) for now in seconds] == passing

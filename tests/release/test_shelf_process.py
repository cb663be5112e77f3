"""The process that fills the shelf: what it says, what is made of it, and when it ends."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from barograph.base.site import SiteSettings
from barograph.release import shelf_process
from barograph.release.shelf_process import FillingError, fill_shelf_apart

SAYS = "import json, sys; say = lambda **words: print(json.dumps(words), flush=True)\n"
ENDS_WITH_NEWSROOM = """
import threading, time
from barograph.config.commands.complete import _end_with_newsroom
threading.Thread(target=_end_with_newsroom, daemon=True).start()
print("at work", flush=True)
time.sleep({seconds})
"""


@pytest.mark.usefixtures("own_site")
def test_what_is_made_is_counted_and_what_could_not_be_made_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "say(total=3); say(done=True); say(done=True); say(done=True); say(problem='no Pango'); say(ended=True)"
    monkeypatch.setattr(shelf_process, "_MAIN", SAYS + lines)
    shown: list[int] = []

    def show(things: object) -> Iterator[object]:
        for thing in things:  # type: ignore[attr-defined]
            yield thing
            shown.append(thing)

    assert fill_shelf_apart(show) == ["no Pango"]
    assert shown == [0, 1, 2]


@pytest.mark.parametrize(
    "end", ["raise SystemExit('the disk is full')", "sys.exit('the disk is full')", "say(done=True); 1 / 0"]
)
@pytest.mark.usefixtures("own_site")
def test_a_process_that_ends_too_early_is_told_with_its_last_words(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf_process, "_MAIN", f"{SAYS}say(total=9)\n{end}")
    with pytest.raises(FillingError, match=r"the disk is full|division by zero"):
        fill_shelf_apart()


@pytest.mark.usefixtures("own_site")
def test_a_process_with_more_warnings_than_a_pipe_holds_is_not_stopped_by_them(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "sys.stderr.write('unknown property\\n' * 20_000); say(total=0); say(ended=True)"
    monkeypatch.setattr(shelf_process, "_MAIN", SAYS + lines)
    assert fill_shelf_apart() == []


@pytest.mark.usefixtures("own_site")
def test_a_process_that_ends_without_saying_so_has_not_ended_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf_process, "_MAIN", f"{SAYS}say(total=9)")
    with pytest.raises(FillingError):
        fill_shelf_apart()


def test_the_process_is_told_which_site_it_works_for(own_site: SiteSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf_process, "_MAIN", f"{SAYS}say(problem=' '.join(sys.argv[1:])); say(ended=True)")
    assert fill_shelf_apart() == [f"--site {own_site.folder} complete --make-only"]


def work(seconds: int) -> subprocess.Popen[bytes]:
    """A process that works for so long, unless the newsroom ends."""
    script = ENDS_WITH_NEWSROOM.format(seconds=seconds)
    process = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"at work\n"
    return process


def test_the_process_ends_when_the_newsroom_does() -> None:
    with work(600) as process:
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=60) == 1


def test_the_process_ends_quietly_when_its_work_is_done() -> None:
    with work(0) as process:
        assert process.wait(timeout=60) == 0

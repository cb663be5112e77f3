"""Builds that are killed: run as a program, in a process of its own that may be forked.

``python -m tests.release.killed_builds lines|times|builder FOLDER`` prints how many builds were killed, and ends
with an error as soon as ``current`` is anything but one of the two releases that were being built.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from barograph.base import release_folders, whole_file
from barograph.base.release_folders import current_release
from barograph.release import build_state, builder, draft, folder, manifest_log, previous, rendering, switching
from barograph.release.record import Record
from barograph.trust.minisign import SigningKey
from barograph.trust.verify import check_release, verify_release
from tests.release import records
from tests.release.released import write_release
from tests.release.signing import cheap_key
from tests.release.test_incremental import TODAY, Reader, Site

WATCHED = {module.__file__ for module in (release_folders, draft, folder, switching)}
"""The modules in which builds are killed."""
WHOLE = WATCHED | {module.__file__ for module in (whole_file, build_state, builder, manifest_log, previous, rendering)}
"""Those of a whole build out of a record."""


def build(releases: Path, key: SigningKey, number: int, pages: int) -> Path:
    """Release ``number``, in which half of the pages are those of the one before."""
    files = [(f"en/{page}/index.html", b"%d of %d" % (page, number if page % 2 else 0)) for page in range(pages)]
    return write_release(releases, files, sequence=number, key=key, kept=2)


def in_a_child(action: Callable[[], object], seconds: float | None = None) -> bool:
    """Runs ``action`` in a fork, killed after ``seconds`` if given; whether it ended by itself."""
    child = os.fork()
    if not child:
        action()
        os._exit(0)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0


def die_at(line: int, watched: Collection[str | None] = WATCHED) -> Callable[[FrameType, str, Any], Any]:
    """A tracer that kills its process before the given line of the watched modules, counted as they are run."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        if frame.f_code.co_filename not in watched:
            return None
        if event == "line":
            count += 1
            if count == line:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    return trace


def check(releases: Path, key: SigningKey, numbers: set[int]) -> None:
    """Fails unless ``current`` is a whole release with one of the numbers."""
    current = current_release(releases)
    assert current is not None
    assert int(current.name[:6]) in numbers, (current, numbers)
    assert verify_release(current, key.public) == []
    for whole in release_folders.release_folders(releases):
        assert verify_release(whole, key.public) == [], whole


def kill_at_every_line(releases: Path, key: SigningKey) -> int:
    """One build for each line that a build runs, killed at that line."""

    def traced(line: int, number: int) -> None:
        sys.settrace(die_at(line))
        build(releases, key, number, pages=3)

    build(releases, key, 1, pages=3)
    number, line = 2, 0
    while True:
        line += 1
        ended = in_a_child(lambda line=line, number=number: traced(line, number))  # type: ignore[misc]
        check(releases, key, {number - 1, number})
        if ended:
            return line - 1
        build(releases, key, number, pages=3)
        check(releases, key, {number})
        number += 1


def kill_at_random_times(releases: Path, key: SigningKey) -> int:
    """Forty builds killed at a random moment, each after the leftovers of the one before."""
    chance = random.Random(2024)  # noqa: S311 (moments, not secrets)

    def without_end(number: int) -> None:
        while True:
            number += 1
            build(releases, key, number, pages=40)

    build(releases, key, 1, pages=40)
    for _ in range(40):
        number = int(current_release(releases).name[:6])  # type: ignore[union-attr]
        assert not in_a_child(lambda number=number: without_end(number), chance.uniform(0, 0.08))  # type: ignore[misc]
        check(releases, key, set(range(number, number + 1000)))
    return 40


def lines_of(action: Callable[[], object], watched: Collection[str | None]) -> int:
    """How many lines of the watched modules are run."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace if frame.f_code.co_filename in watched else None

    sys.settrace(trace)
    action()
    sys.settrace(None)
    return count


def kill_a_builder(place: Path, key: SigningKey) -> int:
    """Builds out of a record, killed at lines that are closer together towards the end, where it is decided."""
    site = Site(place / "site", key, full=False)
    releases, tries, killed, before_the_end = site.builder.site.releases, 0, 0, 1

    def build_it(headline: str, *, full: bool = False, dies_at: int = 0) -> None:
        edition = records.edition(0, languages=("en",))
        judged = edition.assessments[0]
        texts = tuple(replace(text, headline=headline) for text in judged.texts["en"])
        record = Record((replace(edition, assessments=(replace(judged, texts={"en": texts}),)),))
        site.builder.reader = Reader(record)  # type: ignore[assignment]
        if dies_at:
            sys.settrace(die_at(dies_at, WHOLE))
        site.builder.build(key, today=TODAY, full=full)

    build_it("First")
    head = check_release(releases / "current", key.public).accepted()
    lines = lines_of(lambda: build_it("Second"), WHOLE)
    while before_the_end < lines:
        headline, line = f"Headline {tries}", lines - before_the_end
        killed += not in_a_child(lambda: build_it(headline, full=tries % 5 == 4, dies_at=line))  # noqa: B023 (at once)
        head = check_release(releases / "current", key.public, after=head).accepted()
        build_it(headline)
        head = check_release(releases / "current", key.public, after=head).accepted()
        assert manifest_log.kept_sequences(releases)[-1] == head.stamp.sequence
        tries, before_the_end = tries + 1, before_the_end + 3 + before_the_end // 6
    return killed


if __name__ == "__main__":
    os.sync = lambda: None  # a killed process loses nothing of what it wrote; only a power cut would
    place = Path(sys.argv[2])
    kill = {"lines": kill_at_every_line, "times": kill_at_random_times, "builder": kill_a_builder}[sys.argv[1]]
    print(kill(place / "release", cheap_key(place)))

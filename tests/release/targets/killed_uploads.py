"""Uploads to a folder that are killed: run as a program, in a process of its own that may be forked.

``python -m tests.release.targets.killed_uploads FOLDER`` prints how many uploads were killed, and ends with an error
as soon as ``current`` is anything but a whole release.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

from barograph.base.release_settings import Target
from barograph.release.targets.uploading import upload
from barograph.trust.verify import verify_release
from tests.release.killed_builds import in_a_child
from tests.release.signing import cheap_key
from tests.release.targets.small_releases import make_release

PLACE = Target(name="disk", kind="folder", to="mounted")
PAGES = 60


def kill_at_random_moments(place: Path) -> int:
    """Thirty uploads killed at a random moment, each of a release in which half of the pages are others."""
    chance = random.Random(2024)  # noqa: S311 (moments, not secrets)
    key = cheap_key(place)

    def release(number: int) -> Path:
        pages = {f"en/{page}/index.html": f"{page} of {number if page % 2 else 0}" for page in range(PAGES)}
        return make_release(place / "release", number, pages, key)

    newest = release(1)
    upload(PLACE, newest, folder=place)
    killed = number = 1
    while killed < 31:
        number += 1
        newest = release(number)
        while not in_a_child(lambda newest=newest: upload(PLACE, newest, folder=place), chance.uniform(0, 0.06)):  # type: ignore[misc]
            killed += 1
            current = place / "mounted" / "current"
            assert not verify_release(current), f"{current} is no whole release after {killed} kills"
            if killed == 31:
                break
        else:
            assert (place / "mounted" / "current").resolve().name == newest.name
    upload(PLACE, newest, folder=place)
    assert (place / "mounted" / "current").resolve().name == newest.name
    return killed - 1


if __name__ == "__main__":
    os.sync = lambda: None  # a killed process loses nothing of what it wrote; only a power cut would
    print(kill_at_random_moments(Path(sys.argv[1])))

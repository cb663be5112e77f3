"""The promise: 10,000 pages of an archive come in in one run, with bounded memory.

    python benchmarks/import_pages.py [PAGES]

Writes pages of its own making into a folder, makes a site beside it, and imports them twice: the second run must
add nothing. Prints seconds (and seconds of work, which say more on a busy machine), pages a minute and the
process's greatest memory.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from babel.dates import format_date

ROOT = Path(__file__).parent.parent
SECTIONS = ("Economy", "Public health", "Justice", "Press", "Environment")
SENTENCE = "Prices rose again in the north, and the ministry said nothing about it until late on Friday evening. "


def main(pages: int) -> None:
    """Write, read and import so many pages."""
    folder = Path(tempfile.mkdtemp(prefix="barograph-benchmark-"))
    archive, site = folder / "archive", folder / "site"
    _write_pages(archive, pages)
    _open_site(site)
    from barograph.archive.paths import read_paths
    from barograph.archive.services import import_pages

    _measure("read alone", pages, lambda: str(sum(1 for _ in read_paths([archive]))))
    _measure("import", pages, lambda: str(import_pages([archive], publish=True)).splitlines()[0])
    _measure("import again", pages, lambda: str(import_pages([archive], publish=True)).splitlines()[0])


def _write_pages(folder: Path, pages: int) -> None:
    """Five sections a week, from 2000 on; a few thousand letters each."""
    folder.mkdir(parents=True)
    for number in range(pages):
        start = date(2000, 1, 3) + timedelta(weeks=number // len(SECTIONS))
        first, last = (format_date(day, "MMMM d", locale="en") for day in (start, start + timedelta(days=6)))
        headline = f"Prices rise for the {number}th time"
        paragraphs = [f"{SENTENCE * 3}That was page {number}." for _ in range(8)]
        head = [
            f"{first} – {last}, {start.year}\n{SECTIONS[number % 5]}",
            headline,
            f"The situation got worse\n{headline}",
        ]
        text = "\n\n".join([*head, *paragraphs, "• bread;\n• milk.", "In summary, nothing is cheap."])
        (folder / f"{number:06}.txt").write_text(text, encoding="utf-8")


def _open_site(folder: Path) -> None:
    """A site of five sections, with an empty database."""
    folder.mkdir()
    (folder / "barograph.toml").write_bytes((ROOT / "tests/site/barograph.toml").read_bytes())
    (folder / "private").mkdir()
    os.environ |= {"BAROGRAPH_SITE": str(folder), "BAROGRAPH_SECRET_KEY": "only-for-benchmarks"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "barograph.config.settings"
    import django

    django.setup()
    from barograph.config.preparation import prepare_database

    prepare_database()


def _measure(what: str, pages: int, work: Callable[[], str]) -> None:
    started, busy = time.perf_counter(), time.process_time()
    result = work()
    seconds, busy = time.perf_counter() - started, time.process_time() - busy
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    speed = f"{seconds:.1f} s ({busy:.1f} s of work), {pages / seconds * 60:,.0f} pages a minute"
    print(f"{what}: {speed}, {memory} MB at most. {result}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)

"""What happens in the newsroom between two builds. Part of static_build.py.

    python benchmarks/static_build_newsroom.py correct SITE NUMBER        prints the path of the commentary
    python benchmarks/static_build_newsroom.py warm SITE NUMBER ROUNDS    prints the seconds of each round as JSON

NUMBER counts editions from the newest, which is 0, and begins again after the oldest; `warm` goes on from it. Each
correction adds a sentence, so the same commentary can be corrected again and again.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from barograph.editions.models import Edition

ADDED = {
    "en": "Corrected: one more sentence.",
    "be": "Выпраўлена: яшчэ адзін сказ.",
    "ru": "Исправлено: ещё одно предложение.",
}


def main() -> None:
    """Do what the command line asks for."""
    what, folder, number = sys.argv[1], Path(sys.argv[2]).resolve(), int(sys.argv[3])
    os.environ["BAROGRAPH_SITE"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "barograph.config.settings"
    import django

    django.setup()
    if what == "correct":
        print(publish_for_command(number))
    else:
        print(json.dumps(warm(number, int(sys.argv[4]))))


def correct(number: int) -> tuple[Edition, str]:
    """Correct one commentary, ready to be published: its edition, and its path in Hugo's site.

    Its translations are confirmed as they are, which is what an editor does after mending a slip.
    """
    from barograph.editions.models import Commentary, Edition
    from barograph.editions.services import mark_ready
    from barograph.editions.staleness import confirm_translation

    edition = Edition.objects.order_by("-start")[number % Edition.objects.count()]
    text = Commentary.objects.filter(assessment__edition=edition, translated_from=None).earliest("pk")
    draft = text.newest()
    draft.summary = f"{draft.summary} {ADDED[text.language]}"
    draft.save_revision()
    text.refresh_from_db()
    mark_ready(text=text)
    for translation in Commentary.objects.filter(translated_from=text):
        confirm_translation(translation=translation, source_revision=text.latest_revision)
    section = text.assessment.section.key if text.assessment else ""
    return edition, f"content/{text.language}/{section}/{text.slug}.html"


def publish(edition: Edition) -> None:
    """What the button does."""
    from barograph.base.site import site
    from barograph.release.services import publish_edition

    publish_edition(edition=edition, note={code: ADDED[code] for code in site().language_codes})


def publish_for_command(number: int) -> str:
    """Correct and publish, but leave the building to a command; the path of the commentary in Hugo's site.

    A newsroom that runs would build within two seconds by itself, and make offline copies after that: it finds no
    steps to do.
    """
    from django.db import transaction

    from barograph.release.models import Step

    edition, path = correct(number)
    with transaction.atomic():
        publish(edition)
        Step.objects.all().delete()
    return path


def warm(first: int, rounds: int) -> list[float]:
    """Seconds from the button to the served release, in a process that has published before, as a newsroom has.

    The button stands below what the gate finds, so the gate has looked at the edition. The release is served from the
    moment at which the link “current” leads to it; what is tidied up after that, nobody waits for.
    """
    from barograph.base.site import site
    from barograph.editions.gate import open_findings
    from barograph.release.models import Step
    from barograph.release.services import build_release

    build_release()
    seconds = []
    for number in range(first, first + 2 + rounds):
        edition, _path = correct(number)
        open_findings(edition)
        os.sync()
        before = time.time()
        publish(edition)
        build_release()
        seconds.append((site().releases / "current").lstat().st_ctime - before)
    Step.objects.all().delete()
    return seconds[2:]


if __name__ == "__main__":
    main()

"""Everything that a record gives at once, for tests that look at all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from jinja2 import Environment

from barograph.base.site import SiteSettings
from barograph.release.chart_files import home_chart_items, section_chart_items
from barograph.release.history import History
from barograph.release.pages import SitePages
from barograph.release.record import Record
from barograph.release.shelf import Item
from barograph.release.units import File
from barograph.release.wording import Translations, Wording, wordings_of


def render_release(
    record: Record,
    site: SiteSettings,
    *,
    gettext_for: Callable[[str], Translations],
    pictures: Callable[[str], bytes],
    environment: Environment,
) -> Iterator[File]:
    """Every rendered file of a release: names below the release's folder, and contents.

    ``gettext_for`` gives the translations of a language, ``pictures`` the bytes of a picture's file by its
    name, ``environment`` comes from ``render.environment``. The same record gives the same bytes.
    Raises ValueError for a section that the site does not have.
    """
    pages = SitePages(record, wordings_of(site, gettext_for), pictures=pictures, environment=environment)
    taken = set()
    for unit in pages.units():
        for name, content in unit.render({}):
            if name not in taken:  # a picture may belong to several editions
                yield name, content
            taken.add(name)
    yield from pages.redirects(taken)


def chart_items(history: History, wording: Wording) -> Iterator[Item]:
    """All charts of one language in all formats, and the page for frames; nothing while no verdict is known.

    No picture in a language whose letters our fonts do not have.
    """
    yield from home_chart_items(history, wording)
    for key in history.judgements:
        yield from section_chart_items(history, wording, key)

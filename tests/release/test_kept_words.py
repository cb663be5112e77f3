"""What is made in the background is made again when the words change that it shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from barograph.base.site import SiteSettings
from barograph.release.cards import card_items
from barograph.release.data_items import data_items
from barograph.release.history import History
from barograph.release.offline.copies import copy_items
from barograph.release.wording import wordings_of
from tests.release import records
from tests.release.everything import chart_items
from tests.release.offline.books import environment

CHARTS, COPIES = "charts/", "editions/"


def keys(site: SiteSettings) -> dict[str, str]:
    """The keys of everything English that is made in the background, by path."""
    wording = wordings_of(site, records.no_translations)[0]
    history = History(records.record(3), site)
    items = [
        *chart_items(history, wording),
        *copy_items(history, wording, records.picture_bytes, environment()),
        *card_items(history, wording),
        *data_items(history, [wording]),
    ]
    return {item.path: item.key for item in items}


def test_a_word_in_the_site_s_own_catalogue_makes_charts_and_copies_new(tmp_path: Path) -> None:
    site = records.site(folder=tmp_path)
    before = keys(site)
    catalogue = Catalog(locale="en")
    catalogue.add("Worse outweighed better on the whole", "There was more worse than better")
    file = tmp_path / "locale" / "en" / "LC_MESSAGES" / "django.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as out:
        write_mo(out, catalogue)
    after = keys(site)
    said = {path for path in before if path.startswith(CHARTS) or COPIES in path}
    assert said
    assert [path for path in said if before[path] == after[path]] == []


@pytest.mark.parametrize("what", ["sections", "verdicts"])
def test_a_name_in_the_settings_makes_charts_copies_and_cards_new(what: str) -> None:
    values = records.site().model_dump()[what]
    if what == "sections":
        values = [{**values[0], "name": {**values[0]["name"], "en": "The purse"}}, *values[1:]]
    else:
        values["worse"]["word"] = {"en": "went down"}
    before, after = keys(records.site()), keys(records.site(**{what: values}))
    said = {path for path in before if not path.startswith("data/")}
    assert {path.split("/")[0] for path in said} == {"charts", "en", "cards"}
    assert [path for path in said if before[path] == after[path]] == []

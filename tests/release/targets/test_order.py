"""The order in which files go to a place without a link to swap."""

from __future__ import annotations

import pytest

from barograph.release.targets.order import farewell, waves

OLD = {
    "assets/style.css",
    "charts/en/trend.svg",
    "en/economy/old/index.html",
    "en/economy/old/index.html.gz",
    "en/feed.atom",
    "en/economy/feed.atom",
    "en/index.html",
    "index.html",
    "sitemap.xml",
}
TURNS = [
    ["assets/new.css", "data/verdicts.csv.gz", "en/editions/2024-01-22/edition.pdf", "pictures/new.webp"],
    ["assets/style.css", "charts/en/trend.svg"],
    ["be/feed.atom", "en/economy/new/index.html", "en/economy/new/index.html.gz"],
    ["en/economy/old/index.html", "en/economy/old/index.html.gz"],
    ["en/economy/feed.atom", "en/feed.atom", "en/index.html", "index.html", "releases.txt", "sitemap.xml"],
    ["SHA256SUMS"],
    ["SHA256SUMS.minisig"],
]


def test_a_page_goes_after_what_it_leads_to_and_the_signature_last() -> None:
    assert waves((path for turn in reversed(TURNS) for path in turn), OLD) == TURNS


@pytest.mark.parametrize("left", range(len(TURNS)))
def test_there_is_no_group_without_files(left: int) -> None:
    turns = [turn for number, turn in enumerate(TURNS) if number != left]
    assert waves((path for turn in turns for path in turn), OLD) == turns


def test_a_page_is_deleted_before_what_it_leads_to() -> None:
    assert farewell({"a/gone.webp", "en/z/index.html", "b.pdf"}) == ["en/z/index.html", "a/gone.webp", "b.pdf"]

"""Building only what changed comes to the same bytes as building everything, whatever was changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from barograph.base.site import SiteSettings
from barograph.release import chart_files
from barograph.release.ahead import Ahead, nothing_ahead
from barograph.release.builder import Builder, Built
from barograph.release.completing import fill_shelf
from barograph.release.compression import is_text
from barograph.release.record import Assessment, Correction, Edition, Record, Text
from barograph.trust.minisign import SigningKey
from barograph.trust.verify import verify_release
from tests.release import records
from tests.release.signing import cheap_key

TODAY = date(2024, 3, 4)
LANGUAGES = ("en", "be", "ru")


class Reader:
    """Gives the builder a record made by hand, with the hashes that the database keeps beside it."""

    def __init__(self, record: Record, known: dict[int, tuple[Edition, Edition]] | None = None) -> None:
        """``known`` has the editions that were given before, so that they are given again as the same objects."""
        self.record = record
        self.known = known if known is not None else {}
        self.newest = record.editions[-1].slug if record.editions else ""
        self.publication = 1
        self.picture_files = {"harbour-480.png": "harbour-480.png", "harbour-960.png": "harbour-960.png"}

    def read(self, _ahead: Ahead = nothing_ahead) -> Record:
        for edition in self.record.editions:
            self.known.setdefault(id(edition), (edition, _digested(edition)))
        return replace(self.record, editions=tuple(self.known[id(found)][1] for found in self.record.editions))


def _digested(edition: Edition) -> Edition:
    found = tuple(replace(one, digest=_hash(one)) for one in edition.assessments)
    edition = replace(edition, assessments=found)
    return replace(edition, digest=_hash(edition))


def _hash(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()


class Site:
    """A site whose record is changed, and built in one of the two ways."""

    def __init__(self, folder: Path, key: SigningKey, *, full: bool) -> None:
        self.folder, self.key, self.full = folder, key, full
        self.known: dict[int, tuple[Edition, Edition]] = {}
        (folder / "private" / "pictures").mkdir(parents=True)
        for name in ("harbour-480.png", "harbour-960.png"):
            (folder / "private" / "pictures" / name).write_bytes(records.picture_bytes(name))
        settings = records.site(
            folder=folder, release={"copies": ["text"], "cards": False, "mirrors": ["https://mirror.example.org"]}
        )
        self.builder = self._builder(settings)

    def _builder(self, site: SiteSettings) -> Builder:
        return Builder(site, NoDatabase(), gettext_for=records.no_translations, kept_pictures=site.private / "pictures")

    def build(self, record: Record, *, fill: bool = False, forget: bool = False) -> Built:
        if forget:
            self.builder = self._builder(self.builder.site)
        # Where everything is rendered nothing is taken over from before, so that the two ways can differ.
        self.builder.reader = Reader(record, None if self.full else self.known)  # type: ignore[assignment]
        if fill:
            assert fill_shelf(self.builder) == []
        return self.builder.build(self.key, today=TODAY, full=self.full, compress=fill)

    def files(self) -> dict[str, bytes]:
        current = self.folder / "release" / "current"
        return {str(file.relative_to(current)): file.read_bytes() for file in current.rglob("*") if file.is_file()}


class NoDatabase:
    """There is none: records are made by hand."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        raise AssertionError(sql)


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    """Waiting for a busy disk, and drawing charts, take longer than everything else here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "sync", lambda: None)
        patch.setattr(chart_files, "_make", lambda chart, suffix, _: f"{chart.name} {suffix}".encode())
        yield


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return cheap_key(tmp_path_factory.mktemp("key"))


def small_record() -> Record:
    weeks = tuple(records.edition(week) for week in range(50, 54))
    return Record(editions=tuple(_two_sections(edition) for edition in weeks), pages=records.pages())


def _two_sections(edition: Edition) -> Edition:
    return replace(edition, assessments=edition.assessments[:2])


Edit = Callable[[Record, int, int], Record]


def _on_edition(change: Callable[[Edition, int], Edition]) -> Edit:
    def edit(record: Record, at: int, number: int) -> Record:
        editions = list(record.editions)
        if not editions:
            return record
        editions[at % len(editions)] = change(editions[at % len(editions)], number)
        return replace(record, editions=tuple(editions))

    return edit


def _on_assessment(change: Callable[[Assessment, int], Assessment]) -> Edit:
    def changed(edition: Edition, number: int) -> Edition:
        found = list(edition.assessments)
        if found:
            found[number % len(found)] = change(found[number % len(found)], number)
        return replace(edition, assessments=tuple(found))

    return _on_edition(changed)


def _on_text(change: Callable[[Text, int], Text]) -> Edit:
    def changed(assessment: Assessment, number: int) -> Assessment:
        language = LANGUAGES[number % 3]
        texts = tuple(change(text, number) for text in assessment.texts.get(language, ()))
        return replace(assessment, texts={**assessment.texts, language: texts} if texts else assessment.texts)

    return _on_assessment(changed)


def _new_edition(record: Record, _at: int, number: int) -> Record:
    taken = {edition.slug for edition in record.editions}
    new = _two_sections(records.edition(40 + number % 30))
    editions = record.editions if new.slug in taken else (*record.editions, new)
    return replace(record, editions=tuple(sorted(editions, key=lambda edition: edition.period)))


def _gone_edition(record: Record, at: int, _number: int) -> Record:
    kept = [edition for place, edition in enumerate(record.editions) if place != at % max(1, len(record.editions))]
    return replace(record, editions=tuple(kept))


def _page(record: Record, at: int, number: int) -> Record:
    pages = list(record.pages)
    changed: dict[str, Any] = {"body_html": f"<p>Again {number}</p>"} if number % 2 else {"title": f"About {number}"}
    pages[at % len(pages)] = replace(pages[at % len(pages)], **changed)
    return replace(record, pages=tuple(pages))


def _fewer_languages(assessment: Assessment, number: int) -> Assessment:
    kept = {code: found for code, found in assessment.texts.items() if code != LANGUAGES[number % 3]}
    return replace(assessment, texts=kept)


EDITS: dict[str, Edit] = {
    "a headline": _on_text(lambda text, number: replace(text, headline=f"Headline {number}")),
    "a body": _on_text(lambda text, number: replace(text, body_html=f"<p>Body {number}</p>")),
    "an address": _on_text(
        lambda text, number: replace(
            text, slug=f"moved-{number}-{text.slug[-10:]}", old_addresses=(f"/old/{text.slug}",)
        )
    ),
    "a picture": _on_text(lambda text, number: replace(text, picture=records.picture() if number % 2 else None)),
    "the day of a change": _on_text(lambda text, number: replace(text, changed_on=TODAY + timedelta(days=number))),
    "a verdict": _on_assessment(
        lambda found, number: replace(found, verdict=("better", "worse", "unchanged", None)[number % 4])
    ),
    "a reason": _on_assessment(lambda found, number: replace(found, reasons={"en": f"Reason {number}"})),
    "a translation gone": _on_assessment(_fewer_languages),
    "a correction": _on_edition(
        lambda edition, number: replace(
            edition, corrections=(*edition.corrections, Correction(TODAY, {"en": f"Wrong {number}"}))
        )
    ),
    "from an archive": _on_edition(lambda edition, number: replace(edition, archived=bool(number % 2))),
    "a section left out": _on_edition(lambda edition, _: replace(edition, assessments=edition.assessments[1:])),
    "a new edition": _new_edition,
    "an edition gone": _gone_edition,
    "a standing page": _page,
}
"""What can happen to a record, by name: each takes a place in it and a number."""

steps = st.lists(
    st.tuples(
        st.sampled_from(sorted(EDITS)), st.integers(0, 9), st.integers(0, 40), st.sampled_from(["", "fill", "forget"])
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=steps)
def test_both_ways_come_to_the_same_bytes_whatever_happens(
    steps: list[tuple[str, int, int, str]], tmp_path_factory: pytest.TempPathFactory, key: SigningKey
) -> None:
    folder = tmp_path_factory.mktemp("both")
    some, all_of_it = Site(folder / "some", key, full=False), Site(folder / "all", key, full=True)
    record = small_record()
    assert some.build(record).changed == all_of_it.build(record).changed
    for name, at, number, more in steps:
        record = EDITS[name](record, at, number)
        for site in (some, all_of_it):
            site.build(record, fill=more == "fill", forget=more == "forget")
        assert some.files() == all_of_it.files(), name
    assert verify_release(folder / "some" / "release" / "current", key.public) == []


def test_both_ways_come_to_the_same_bytes_after_each_kind_of_change(tmp_path: Path, key: SigningKey) -> None:
    some, all_of_it = Site(tmp_path / "some", key, full=False), Site(tmp_path / "all", key, full=True)
    record = small_record()
    for site in (some, all_of_it):
        site.build(record)
    for number, name in enumerate(EDITS, start=1):
        record = EDITS[name](record, number, 2 * number + 1)
        built = [site.build(record) for site in (some, all_of_it)]
        assert some.files() == all_of_it.files(), name
        assert {found.sequence for found in built} == {number + 1}, f"{name} changed nothing"


def test_a_first_release_gets_its_compressed_copies_when_it_is_completed_and_a_changed_file_at_once(
    tmp_path: Path, key: SigningKey
) -> None:
    site = Site(tmp_path, key, full=False)
    record = small_record()
    site.build(record)
    assert not packed(site)

    before = site.files()
    record = EDITS["a body"](record, 1, 1)
    site.build(record)
    changed = {path for path, content in site.files().items() if is_text(path) and before.get(path) != content}
    assert packed(site) == changed
    assert changed

    site.build(record, fill=True)
    assert packed(site) == {path for path in site.files() if is_text(path)}


def packed(site: Site) -> set[str]:
    return {path.removesuffix(".gz") for path in site.files() if path.endswith(".gz")}

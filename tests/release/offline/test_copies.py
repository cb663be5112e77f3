"""Which copies there are, and when one has to be made again."""

from __future__ import annotations

import html
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from barograph.release import render
from barograph.release.offline.copies import copies
from barograph.release.record import Record
from barograph.release.wording import Wording
from tests.release import records
from tests.release.offline import books


def test_an_edition_has_four_copies_and_two_that_do_not_say_whose_they_are() -> None:
    found = copies("be", books.edition(), books.site())
    folder = f"be/editions/{books.SLUG}/"
    assert [(copy.path.removeprefix(folder), copy.media_type, copy.discreet) for copy in found] == [
        (f"edition-{books.SLUG}-be.pdf", "application/pdf", False),
        (f"edition-{books.SLUG}-be.epub", "application/epub+zip", False),
        (f"edition-{books.SLUG}-be.html", "text/html", False),
        (f"edition-{books.SLUG}-be.txt", "text/plain", False),
        (f"notes-{books.SLUG}.html", "text/html", True),
        (f"notes-{books.SLUG}.txt", "text/plain", True),
    ]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([], []),
        (["epub"], [("epub", False)]),
        (["text", "pdf"], [("pdf", False), ("text", False), ("text", True)]),
    ],
)
def test_the_settings_say_which_kinds_are_made(kinds: list[str], expected: list[tuple[str, bool]]) -> None:
    found = copies("en", books.edition(), books.site(copies=kinds))
    assert [(copy.kind, copy.discreet) for copy in found] == expected


def test_a_language_without_a_text_has_no_copy() -> None:
    only_english = records.edition(3, languages=("en",))
    assert copies("en", only_english, books.site())
    assert copies("ru", only_english, books.site()) == ()
    assert books.items(Record(editions=(records.edition(3, languages=()),)), "en") == []


def test_the_newest_edition_comes_first() -> None:
    found = books.items(records.record(3), "en")
    slugs = [edition.slug for edition in reversed(records.record(3).editions)]
    assert [item.path.split("/")[2] for item in found[::6]] == slugs
    assert len({item.path for item in found}) == len({item.key for item in found}) == 18


def keys(made_of: Record, **release: object) -> dict[str, str]:
    return {item.path: item.key for item in books.items(made_of, "en", books.site(**release))}


def test_the_same_record_has_the_same_keys() -> None:
    assert keys(records.record(4)) == keys(records.record(4))


def test_a_later_edition_leaves_the_copies_of_the_earlier_ones() -> None:
    before, after = keys(records.record(4)), keys(records.record(5))
    assert before.items() < after.items()


def test_a_verdict_that_changes_makes_the_copies_new_that_say_how_long_it_has_stood() -> None:
    whole = records.record(60)
    second = whole.editions[1]
    opposite = {"better": "worse", "worse": "better", "unchanged": "better"}
    changed = replace(second.assessments[0], verdict=opposite[second.assessments[0].verdict or "unchanged"])
    other = replace(second, assessments=(changed, *second.assessments[1:]))
    before = keys(whole)
    after = keys(replace(whole, editions=(whole.editions[0], other, *whole.editions[2:])))
    renewed = {path.split("/")[2] for path in before if before[path] != after[path]}
    assert whole.editions[0].slug not in renewed
    assert {second.slug, whole.editions[2].slug} <= renewed
    assert whole.editions[-1].slug not in renewed, "what was judged more than a year before is not shown"


@pytest.mark.parametrize("release", [{"mirrors": []}, {"onion": ""}, {"mirrors": ["https://other.example"]}])
def test_a_change_of_the_settings_that_are_shown_makes_all_copies_new(release: dict[str, object]) -> None:
    before, after = keys(records.record(2)), keys(records.record(2), **release)
    assert [path for path in before if before[path] == after[path]] == []


def test_a_template_of_the_site_s_own_makes_all_copies_new(tmp_path: Path) -> None:
    own = tmp_path / "offline" / "screen.css"
    own.parent.mkdir()
    own.write_text("body { color: red }", encoding="utf-8")
    templates = render.environment(own_templates=tmp_path)
    before = {item.key for item in books.items(records.record(2), "en")}
    assert before.isdisjoint(item.key for item in books.items(records.record(2), "en", templates=templates))


def test_the_list_on_a_page_sets_the_discreet_ones_apart_and_is_silent_without_any() -> None:
    found = [(copy, 1234 * number) for number, copy in enumerate(copies("en", books.edition(), books.site()), 1)]
    wording = Wording(books.site(), "en", records.no_translations("en"))
    templates = render.in_language(books.environment(), {"_": wording.gettext, "wording": wording})
    page = templates.get_template("copies.html").render(copies=found, way_up="../../../")
    above, discreet = page.split('<div class="discreet">')
    assert above.count("<a ") == 4
    assert discreet.count("<a ") == 2
    assert f'href="../../../en/editions/{books.SLUG}/notes-{books.SLUG}.txt"' in discreet
    assert "7 kB" in discreet
    assert templates.get_template("copies.html").render(copies=[], way_up="").strip() == ""


@pytest.mark.parametrize("name", [".txt", ".html"])
def test_what_a_copy_says_of_checking_it_finds_one_line_of_the_signed_list(tmp_path: Path, name: str) -> None:
    path = next(copy.path for copy in copies("en", books.edition(), books.site()) if copy.path.endswith(name))
    listed = [path, f"{path}.gz", path.replace("-en.", "-be."), f"{path}s"]
    (tmp_path / "SHA256SUMS").write_text("".join(f"{'0' * 64}  {found}\n" for found in listed), encoding="utf-8")
    text = html.unescape(books.copy(books.record(), "en", f"edition-{books.SLUG}-en{name}").decode())
    command = re.search(r"grep .*? SHA256SUMS", text)
    assert command
    done = subprocess.run(["sh", "-c", command[0]], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == f"{'0' * 64}  {path}\n"

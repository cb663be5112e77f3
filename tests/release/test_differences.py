"""What changed between two releases, told in the publication's words; and the commands that tell it."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from barograph.config.command import main
from barograph.release.differences import Summary, compare
from barograph.release.manifest_log import keep_manifest
from barograph.release.past import past_releases
from barograph.release.record import Record
from tests.mirror.publisher import TODAY, Publisher
from tests.release import records
from tests.release.test_pages import rendered


def hashes(files: dict[str, bytes]) -> dict[str, str]:
    return {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}


def plain(*paths: str, content: str = "a") -> dict[str, str]:
    return dict.fromkeys(["en/404.html", "be/404.html", "en/press/feed.atom"], "same") | dict.fromkeys(paths, content)


@pytest.mark.parametrize(
    ("path", "kind", "language"),
    [
        ("en/press/a-headline/index.html", "commentaries", "en"),
        ("be/editions/2024-01-22/index.html", "editions", "be"),
        ("be/editions/2024-01-22/week.epub", "offline copies", "be"),
        ("en/press/index.html", "sections", "en"),
        ("en/press/2024/index.html", "sections", "en"),
        ("en/index.html", "home pages", "en"),
        ("en/editions/index.html", "home pages", "en"),
        ("be/about/index.html", "pages", "be"),
        ("be/feed.json", "feeds", "be"),
        ("be/press/feed.json", "feeds", "be"),
        ("mail/2024-01-22/be.json", "mail", "be"),
        ("cards/en/2024-01-22.png", "cards", "en"),
        ("charts/en/press.svg", "charts", "en"),
        ("data/verdicts.csv", "data", ""),
        ("data/codebook.be.md", "data", "be"),
        ("pictures/harbour-480.webp", "pictures", ""),
        ("assets/style-1.css", "looks", ""),
        ("keys/RWabc.pub", "keys", ""),
        ("minisign.pub", "keys", ""),
        ("sitemap.xml", "other files", ""),
        ("analytics/an-old-address/index.html", "other files", ""),
    ],
)
def test_an_address_says_what_a_file_is(path: str, kind: str, language: str) -> None:
    assert compare(plain(), plain(path)).summaries() == [Summary(kind, language, 1, 0, 0)]
    assert compare(plain(path), plain()).summaries() == [Summary(kind, language, 0, 0, 1)]


def test_a_file_and_what_is_packed_of_it_count_as_one() -> None:
    path = "en/press/a-headline/index.html"
    found = compare(plain(path, f"{path}.gz"), plain(path, f"{path}.gz", content="b"))
    assert found.summaries() == [Summary("commentaries", "en", 0, 1, 0)]
    assert found.changed == (path, f"{path}.gz")


def test_what_is_the_same_is_nothing() -> None:
    assert not compare(plain("en/index.html"), plain("en/index.html"))


def test_one_changed_lead_is_seen_in_its_commentary_and_where_that_is_quoted() -> None:
    edition = records.edition(0)
    assessment = edition.assessments[0]
    [text] = assessment.texts["en"]
    other = {**assessment.texts, "en": (replace(text, lead="Another lead."),)}
    changed = replace(edition, assessments=(replace(assessment, texts=other), *edition.assessments[1:]))
    found = compare(hashes(rendered(Record((edition,), ()))), hashes(rendered(Record((changed,), ()))))
    counts = {(one.kind, one.language): (one.added, one.changed, one.removed) for one in found.summaries()}
    assert counts["commentaries", "en"] == (0, 1, 0)
    assert counts.keys() <= {
        (kind, "en") for kind in ("commentaries", "editions", "sections", "feeds", "mail", "home pages")
    }


@pytest.fixture
def releases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site with three releases, of which the first is only in the log."""
    shutil.copy(Path(__file__).parents[1] / "site" / "barograph.toml", tmp_path)
    monkeypatch.setenv("BAROGRAPH_SITE", str(tmp_path))
    publisher, previous = Publisher(tmp_path), None
    for number in (1, 2, 3):
        files = {"en/404.html": b"", "en/index.html": b"%d" % number, f"en/press/week-{number}/index.html": b""}
        made = publisher.publish(files, expires=date(2024, 2, 10 + number))
        sums = (made / "SHA256SUMS").read_bytes()
        keep_manifest(publisher.folder, number, sums, (made / "SHA256SUMS.minisig").read_bytes(), previous)
        previous = sums
    shutil.rmtree(min(publisher.folder.glob("0*")))
    return publisher.folder


def run(*arguments: str | Path, status: int = 0) -> Result:
    done = CliRunner().invoke(main, ["release", *map(str, arguments)])
    assert done.exit_code == status, done.output + repr(done.exception)
    return done


def test_all_releases_are_listed_with_what_is_known_of_them(releases: Path) -> None:
    first, second, third = past_releases(releases)
    assert (first.sequence, first.folder, first.built_on) == (1, None, TODAY)
    assert (second.edition, second.expires, second.is_current) == ("2024-01-22", date(2024, 2, 12), False)
    assert third.folder == releases.joinpath("current").resolve().name
    assert third.is_current
    written = (releases / "current" / "SHA256SUMS").stat().st_mtime
    assert third.built_on == datetime.fromtimestamp(written, UTC).date()
    listed = json.loads(run("list", "--json").stdout)
    assert [one["manifest"] for one in listed] == [first.manifest, second.manifest, third.manifest]
    lines = run("list").stdout.splitlines()
    assert "list only" in lines[0]
    assert lines[2].endswith("current")


def test_the_difference_is_told_in_words_as_files_and_as_json(releases: Path) -> None:
    shown = run("diff", "1", "current", "--files").stdout
    assert "commentaries (en)               1        0        1" in shown
    assert "en/press/week-3/index.html: added" in shown
    assert "en/index.html: changed" in shown
    told = json.loads(run("diff", "2", releases / "current", "--json").stdout)
    assert told["removed"] == ["en/press/week-2/index.html"]
    assert {"kind": "commentaries", "language": "en", "added": 1, "changed": 0, "removed": 1} in told["summary"]
    assert run("diff", "3", "current").stdout == "Nothing changed.\n"


def test_two_folders_can_be_compared_without_a_site(releases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAROGRAPH_SITE", str(releases / "nowhere"))
    second, third = sorted(releases.glob("0*"))
    assert "home pages (en)" in run("diff", second, third).stdout
    assert "is no site" in run("diff", "1", third, status=1).stderr


@pytest.mark.usefixtures("releases")
@pytest.mark.parametrize("name", ["9", "nowhere/at/all"])
def test_a_release_that_is_not_there_is_refused_in_words(name: str) -> None:
    refused = run("diff", name, "current", status=1).stderr
    assert "there is no release 9" in refused or "nowhere/at/all/SHA256SUMS cannot be read" in refused

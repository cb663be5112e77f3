"""Commands for what follows a publication: upload, complete, and what the doctor says of targets."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pydantic import ValidationError
from pytest_django import Settings

from barograph.base.release_settings import Target
from barograph.base.site import SiteSettings
from barograph.config.checkup import examine
from barograph.config.command import main
from barograph.config.commands import complete
from barograph.config.targets_checkup import examine_targets
from barograph.config.ticking import rounds
from barograph.release.models import Step
from barograph.release.services import build_release, publish_edition
from barograph.trust.verify import verify_release
from tests.factories.editions import make_ready_edition

pytestmark = pytest.mark.django_db


def run(*arguments: str, status: int = 0) -> Result:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == status, done.output + repr(done.exception)
    return done


@pytest.fixture
def site(own_site: SiteSettings, settings: Settings) -> SiteSettings:
    """A site with a target that works and one that does not, and with text as its only offline copies."""
    (own_site.folder / "in-the-way").write_text("a file")
    targets = [
        Target(name="disk", kind="folder", to="mounted"),
        Target(name="broken", kind="folder", to="in-the-way/site"),
    ]
    release = own_site.release.model_copy(update={"targets": targets, "copies": ["text"], "cards": False})
    settings.BAROGRAPH = own_site.model_copy(update={"release": release})
    return settings.BAROGRAPH  # type: ignore[no-any-return]


def test_a_release_is_uploaded_to_the_target_that_is_named(site: SiteSettings) -> None:
    build_release()
    assert "files with" in run("upload", "disk").stdout
    assert verify_release(site.folder / "mounted" / "current") == []
    assert "nothing had to be sent" in run("upload", "disk").stdout
    assert "it has: disk, broken" in run("upload", "other", status=2).stderr


def test_a_target_that_fails_is_named_and_the_others_get_their_copy(site: SiteSettings) -> None:
    build_release()
    disk, broken = json.loads(run("upload", "--json", status=1).stdout)
    assert (disk["target"], disk["error"], disk["files"] > 0) == ("disk", "", True)
    assert (broken["target"], broken["files"], "in-the-way" in broken["error"]) == ("broken", 0, True)
    assert (site.folder / "mounted" / "current").exists()


@pytest.mark.usefixtures("own_site")
def test_without_targets_it_is_said_how_to_name_one() -> None:
    assert "[[release.targets]]" in run("upload", status=1).stderr


def test_a_clock_in_cron_does_everything_that_follows_a_publication(
    site: SiteSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("barograph.release.shelf_process.fill_shelf_apart", lambda _progress: [])
    publication = publish_edition(edition=make_ready_edition(sections=("economy",)))
    run("tick")
    failed = publication.steps.exclude(status=Step.Status.DONE)
    assert {(step.name, step.target, step.status) for step in failed} == {
        (name, "broken", Step.Status.FAILED) for name in ("upload", "upload_complete")
    }
    assert verify_release(site.folder / "mounted" / "current") == []
    told = [found.what for found in examine() if "failed (to broken)" in found.what]
    assert len(told) == 1, "for pages and copies alike"


@pytest.mark.usefixtures("site")
def test_each_target_and_the_completion_have_a_thread_of_their_own() -> None:
    assert list(rounds()) == ["tick", "renew", "upload disk", "upload broken", "complete"]


def test_the_doctor_calls_at_each_target(site: SiteSettings) -> None:
    (found,) = examine_targets(site)
    assert "Releases do not get to “broken”" in found.what
    assert not (site.folder / "mounted").exists()


def test_the_doctor_says_what_a_host_learns_and_who_can_read_a_secret(own_site: SiteSettings) -> None:
    (own_site.folder / "secret").write_text("s")
    (own_site.folder / "secret").chmod(0o644)
    targets = [
        Target(name="web", kind="rsync", to="127.0.0.1:/srv/site", ssh_key=Path("nowhere")),
        Target(name="bucket", kind="s3", to="site", secret_key_file=Path("secret"), endpoint="http://127.0.0.1:9"),
    ]
    changed = own_site.model_copy(update={"release": own_site.release.model_copy(update={"targets": targets})})
    what = [found.what for found in examine_targets(changed)]
    assert "is told the name of the user" in what[0]
    assert "there is no ssh key" in what[1]
    assert "Others on this machine can read" in what[2]
    assert "Releases do not get to “bucket”" in what[3]


@pytest.mark.parametrize(
    ("kind", "to"),
    [
        ("rsync", "/srv/site"),
        ("rsync", "-oProxyCommand=x:/srv"),
        ("rsync", "web@host:/srv/my site"),
        ("rsync", "web@host:/srv/$(x)"),
        ("rsync", "web@host:"),
        ("s3", "s3://bucket"),
        ("s3", "bucket/../other"),
        ("s3", "/bucket"),
        ("folder", "a\nb"),
    ],
)
def test_a_place_that_is_none_is_refused_with_the_settings(kind: str, to: str) -> None:
    with pytest.raises(ValidationError, match="is not"):
        Target(name="x", kind=kind, to=to)  # type: ignore[arg-type]


def test_completing_by_hand_makes_what_is_missing_and_signs_a_release_with_it(site: SiteSettings) -> None:
    edition = make_ready_edition(sections=("economy",))
    publish_edition(edition=edition)
    build_release()
    assert not list((site.releases / "current").rglob("*.csv"))
    assert "which is now release/current" in run("complete").stdout
    current = site.releases / "current"
    assert verify_release(current) == []
    assert list(current.rglob("*.csv"))
    assert list((current / "en/editions" / edition.slug).glob("*.txt"))


def test_what_could_not_be_made_is_said_and_the_release_is_signed_without_it(
    site: SiteSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("barograph.release.completing.fill_shelf", lambda *_: ["PDF needs Pango"])
    assert "PDF needs Pango" in run("complete", status=1).stderr
    ended = run("complete", "--json", status=1)
    assert json.loads(ended.stdout)["problems"] == ["PDF needs Pango"]
    assert "PDF needs Pango" in ended.stderr
    assert (site.releases / "current").exists()


@pytest.mark.usefixtures("site")
def test_the_newsroom_s_own_process_says_line_by_line_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    publish_edition(edition=make_ready_edition(sections=("economy",)))
    monkeypatch.setattr(complete, "_end_with_newsroom", lambda: None)
    monkeypatch.setattr(os, "nice", lambda _by: 0)
    said = [json.loads(line) for line in run("complete", "--make-only").stdout.splitlines()]
    total = said[0]["total"]
    assert said == [{"total": total}, *[{"done": True}] * total, {"ended": True}]
    assert total > 0

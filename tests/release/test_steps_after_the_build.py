"""What follows a build: copies to the targets, the completion, and the copies of what it made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from barograph.base.progress import Progress, silent
from barograph.base.release_settings import Target
from barograph.base.site import SiteSettings
from barograph.release import step_life, steps
from barograph.release.models import Publication, Step
from barograph.release.publishing import publish_edition
from barograph.release.shelf import Item
from barograph.release.steps import retry_step, run_steps, run_waiting, tick, upload_now
from barograph.release.targets.outcome import TargetError, Uploaded
from tests.factories.editions import make_edition, make_ready_edition

pytestmark = pytest.mark.django_db

Name, Status = Step.Name, Step.Status
COPIES = (Name.UPLOAD, Name.UPLOAD_COMPLETE)


def nothing_to_make(_progress: Progress) -> list[str]:
    return []


class Targets:
    """Stands for two hosts: notes what arrives, and fails when told to."""

    def __init__(self) -> None:
        self.arrived: list[tuple[str, str]] = []
        self.broken: set[str] = set()
        self.during: Callable[[], None] = lambda: None

    def upload(self, target: Target, release: Path, progress: Progress, *, folder: Path) -> Uploaded:
        for _file in progress(["a", "b", "c"]):
            self.during()
        if target.name in self.broken:
            raise TargetError(f"{target.name} is down", "Start it.")
        self.arrived.append((target.name, release.name))
        return Uploaded(3, 3)


@pytest.fixture
def site(own_site: SiteSettings, settings: Settings) -> SiteSettings:
    """A site with two targets."""
    targets = [Target(name=name, kind="folder", to=name) for name in ("north", "south")]
    release = own_site.release.model_copy(update={"targets": targets})
    settings.BAROGRAPH = own_site.model_copy(update={"release": release})
    return settings.BAROGRAPH  # type: ignore[no-any-return]


@pytest.fixture
def targets(site: SiteSettings, monkeypatch: pytest.MonkeyPatch) -> Targets:
    made = Targets()
    assert len(site.release.targets) == 2
    monkeypatch.setattr(steps, "upload", made.upload)
    # Without compressed copies, completion changes nothing but what a test lays on the shelf.
    monkeypatch.setattr("barograph.release.draft.is_text", lambda _path: False)
    return made


@pytest.fixture
def publication(targets: Targets) -> Publication:
    assert not targets.arrived
    return publish_edition(edition=make_ready_edition(sections=("economy",)))


def current(site: SiteSettings) -> str:
    return (site.releases / "current").readlink().name


def something_to_make(site: SiteSettings) -> steps.Fill:
    """A completion that changes the release, as the shelf's items do."""

    def fill(progress: Progress) -> list[str]:
        (site.folder / "templates").mkdir(exist_ok=True)
        from barograph.release.building import builder

        pages = builder().pages()
        items = [item for unit in pages.units() for item in unit.items()]
        text = next(item for item in items if item.path.endswith(".txt"))
        builder().shelf.put(Item(text.path, text.key, lambda: b"an offline copy"))
        list(progress([text]))
        return []

    return fill


def states(publication: Publication) -> dict[tuple[str, str], str]:
    return {(step.name, step.target): step.status for step in publication.steps.all()}


def test_the_steps_are_those_of_the_targets_in_their_order(publication: Publication) -> None:
    assert [(step.name, step.target) for step in publication.steps.all()] == [
        ("build", ""),
        ("upload", "north"),
        ("upload", "south"),
        ("complete", ""),
        ("upload_complete", "north"),
        ("upload_complete", "south"),
    ]


def test_a_release_is_copied_everywhere_completed_and_copied_again(
    site: SiteSettings, targets: Targets, publication: Publication
) -> None:
    tick()
    built = current(site)
    run_steps(publication, fill=something_to_make(site))
    assert set(states(publication).values()) == {Status.DONE}
    completed = current(site)
    assert completed != built
    assert targets.arrived == [("north", built), ("south", built), ("north", completed), ("south", completed)]


def test_what_completion_did_not_change_is_not_copied_again(targets: Targets, publication: Publication) -> None:
    run_steps(publication, fill=nothing_to_make)
    assert [name for name, _release in targets.arrived] == ["north", "south"]
    assert set(states(publication).values()) == {Status.DONE}


def test_a_target_that_is_down_keeps_nobody_else_waiting(targets: Targets, publication: Publication) -> None:
    targets.broken = {"north"}
    run_steps(publication, fill=nothing_to_make)
    failed = publication.steps.get(status=Status.FAILED)
    assert (failed.name, failed.target, failed.error) == ("upload", "north", "north is down. Start it.")
    targets.broken = set()
    retry_step(step=failed)
    run_waiting(*COPIES, target="north", fill=nothing_to_make)
    assert set(states(publication).values()) == {Status.DONE}


def test_what_could_not_be_made_is_said_and_the_rest_is_released_all_the_same(
    site: SiteSettings, targets: Targets, publication: Publication
) -> None:
    def fill(progress: Progress) -> list[str]:
        something_to_make(site)(progress)
        return ["PDF needs Pango: apt install libpangoft2-1.0-0"]

    run_steps(publication, fill=fill)
    failed = publication.steps.get(status=Status.FAILED)
    assert (failed.name, failed.error) == ("complete", "PDF needs Pango: apt install libpangoft2-1.0-0")
    assert [name for name, _release in targets.arrived] == ["north", "south"] * 2
    retry_step(step=failed)
    run_waiting(Name.COMPLETE, fill=nothing_to_make)
    assert set(states(publication).values()) == {Status.DONE}


def test_each_kind_of_work_is_done_by_itself(targets: Targets, publication: Publication) -> None:
    run_waiting(Name.COMPLETE, fill=nothing_to_make)
    run_waiting(*COPIES, target="north", fill=nothing_to_make)
    assert set(states(publication).values()) == {Status.WAITING}, "the build comes first"
    tick()
    run_waiting(*COPIES, target="south", fill=nothing_to_make)
    assert [name for name, _release in targets.arrived] == ["south"]
    assert states(publication)["upload_complete", "south"] == Status.WAITING, "the completion comes first"


def test_the_newest_copy_is_a_copy_for_every_publication_before_it(targets: Targets, publication: Publication) -> None:
    tick()
    targets.broken = {"north"}
    run_waiting(*COPIES, target="north", fill=nothing_to_make)
    later = publish_edition(edition=make_edition(start=publication.edition.end + timedelta(days=1), archived=True))
    tick()
    targets.broken = set()
    run_waiting(*COPIES, target="north", fill=nothing_to_make)
    assert [name for name, _release in targets.arrived] == ["north"]
    assert states(publication)["upload", "north"] == states(later)["upload", "north"] == Status.DONE


def test_after_a_failure_earlier_publications_do_not_fail_one_by_one(
    targets: Targets, publication: Publication
) -> None:
    later = publish_edition(edition=make_edition(start=publication.edition.end + timedelta(days=1), archived=True))
    tick()
    targets.broken = {"north"}
    run_waiting(*COPIES, target="north", fill=nothing_to_make)
    assert states(later)["upload", "north"] == Status.FAILED
    assert states(publication)["upload", "north"] == Status.WAITING
    targets.broken = set()
    retry_step(step=later.steps.get(name="upload", target="north"))
    run_waiting(*COPIES, target="north", fill=nothing_to_make)
    assert states(later)["upload", "north"] == states(publication)["upload", "north"] == Status.DONE


def test_a_target_that_is_no_longer_in_the_settings_is_forgotten(
    site: SiteSettings, settings: Settings, targets: Targets, publication: Publication
) -> None:
    targets.broken = {"north", "south"}
    run_steps(publication, fill=nothing_to_make)
    release = site.release.model_copy(update={"targets": site.release.targets[:1]})
    settings.BAROGRAPH = site.model_copy(update={"release": release})
    tick()
    assert {step.target for step in publication.steps.all()} == {"", "north"} | {
        step.target for step in publication.steps.filter(status=Status.DONE)
    }
    assert not publication.steps.filter(target="south", status=Status.FAILED).exists()


def test_how_far_a_copy_is_stands_in_its_row_while_it_is_made(
    targets: Targets, publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step_life, "EVERY", 0)
    seen = []
    targets.during = lambda: seen.append(
        Step.objects.filter(status=Status.RUNNING).values_list("target", "done", "total").get()
    )
    tick()
    run_waiting(*COPIES, target="north", fill=nothing_to_make)
    assert seen == [("north", 0, 3), ("north", 1, 3), ("north", 2, 3)]
    step = publication.steps.get(name="upload", target="north")
    assert (step.done, step.total) == (3, 3)


def test_a_step_that_says_nothing_for_long_gives_signs_of_life(
    publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = threading.Event()
    monkeypatch.setattr(step_life, "HEARTBEAT", 0.001)
    monkeypatch.setattr(step_life, "note_life", lambda _step: noted.set())
    with step_life.kept_alive(publication.steps.get(name="complete")):
        assert noted.wait(60)


def test_who_waits_at_the_terminal_is_shown_each_step(publication: Publication) -> None:
    shown: list[tuple[str, int]] = []

    def show(step: Step) -> Progress:
        def count(things: Iterable[Any]) -> Iterable[Any]:
            counted = list(things)
            shown.append((step.name, len(counted)))
            return counted

        return count

    run_steps(publication, fill=nothing_to_make, show=show)
    assert ("upload", 3) in shown


@pytest.mark.usefixtures("publication")
def test_a_release_that_was_thrown_away_while_it_was_copied_is_replaced_by_the_newest(
    site: SiteSettings, targets: Targets
) -> None:
    tick()
    gone = site.releases / current(site)

    def vanish() -> None:
        if gone.exists():
            (gone / "SHA256SUMS").rename(site.folder / "aside")
            kept = gone.rename(site.releases / "000099-aaaaaaaaaaaa")
            (site.folder / "aside").rename(kept / "SHA256SUMS")
            (site.releases / "current").unlink()
            (site.releases / "current").symlink_to(kept.name)
            raise OSError("the file is gone")

    targets.during = vanish
    upload_now(target=site.release.targets[0])
    assert targets.arrived == [("north", "000099-aaaaaaaaaaaa")]


def test_an_upload_by_hand_does_what_steps_waited_for(site: SiteSettings, publication: Publication) -> None:
    tick()
    assert upload_now(target=site.release.targets[1], progress=silent) == Uploaded(3, 3)
    assert states(publication)["upload", "south"] == Status.DONE
    assert states(publication)["upload", "north"] == Status.WAITING


def test_without_a_release_an_upload_says_what_to_do(site: SiteSettings) -> None:
    with pytest.raises(TargetError, match="no release yet"):
        upload_now(target=site.release.targets[0])


def test_a_release_that_was_built_by_hand_or_signed_again_goes_to_every_target(
    site: SiteSettings, targets: Targets, publication: Publication
) -> None:
    def round_of_the_clock() -> list[str]:
        targets.arrived.clear()
        tick()
        for target in ("north", "south"):
            run_waiting(*COPIES, target=target, fill=nothing_to_make)
        return [name for name, _release in targets.arrived]

    run_steps(publication, fill=nothing_to_make)
    assert round_of_the_clock() == []
    signature = site.releases / "current" / "SHA256SUMS.minisig"
    signature.write_bytes(signature.read_bytes() + b"signed again")
    assert round_of_the_clock() == ["north", "south"]
    assert round_of_the_clock() == []


def test_a_new_target_gets_what_the_others_have(
    site: SiteSettings, settings: Settings, targets: Targets, publication: Publication
) -> None:
    run_steps(publication, fill=nothing_to_make)
    targets.arrived.clear()
    third = Target(name="west", kind="folder", to="west")
    release = site.release.model_copy(update={"targets": [*site.release.targets, third]})
    settings.BAROGRAPH = site.model_copy(update={"release": release})
    tick()
    run_waiting(*COPIES, target="west", fill=nothing_to_make)
    assert targets.arrived == [("west", current(site))]


def test_a_target_that_was_down_is_tried_again_after_an_hour(targets: Targets, publication: Publication) -> None:
    targets.broken = {"north"}
    run_steps(publication, fill=nothing_to_make)
    failed = publication.steps.filter(target="north", status=Status.FAILED)
    tick()
    assert failed.count() == 1
    failed.update(ended_at=timezone.now() - timedelta(minutes=61))
    tick()
    assert failed.count() == 0


@pytest.mark.usefixtures("site")
def test_before_the_first_publication_there_is_nothing_to_copy() -> None:
    tick()
    assert not Step.objects.exists()

"""What follows a publication: built, signed, seen to fail, tried again, taken up after a crash."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from barograph.base.site import SiteSettings
from barograph.editions.models import Edition
from barograph.editions.services import NotAllowed
from barograph.release.building import build_release
from barograph.release.models import Publication, Release, Step
from barograph.release.publishing import publish_edition
from barograph.release.steps import retry_step, run_steps, tick
from barograph.trust.verify import verify_release
from tests.factories.editions import make_edition, make_page, make_ready_edition

pytestmark = pytest.mark.django_db


def test_a_publication_ends_in_a_signed_release_with_a_page_in_each_language(own_site: SiteSettings) -> None:
    edition = make_ready_edition(sections=("economy",))
    publication = publish_edition(edition=edition)
    run_steps(publication)
    current = own_site.releases / "current"
    assert verify_release(current) == []
    for language in ("en", "be", "ru"):
        assert (current / language / "editions" / edition.slug / "index.html").is_file()
    (step,) = publication.steps.all()
    assert (step.status, step.tries, step.error) == (Step.Status.DONE, 1, "")
    assert step.seconds is not None
    assert Release.objects.get().folder == current.resolve().name


def test_the_same_record_gives_the_same_bytes(own_site: SiteSettings) -> None:
    make_page(ready=True)
    publish_edition(edition=make_ready_edition(sections=("economy", "health")))
    first = build_release().folder
    before = contents(own_site.releases / first)
    (own_site.releases / first).rename(own_site.folder / "aside")
    assert build_release().folder == first
    assert contents(own_site.releases / first) == before


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_step_that_fails_says_why_and_can_be_tried_again(own_site: SiteSettings) -> None:
    key = own_site.signing_key
    hidden = key.rename(key.with_suffix(".hidden"))
    publication = publish_edition(edition=make_ready_edition(sections=("economy",)))
    run_steps(publication)
    step = publication.steps.get()
    assert step.status == Step.Status.FAILED
    assert str(key) in step.error
    hidden.rename(key)
    retry_step(step=step)
    step.refresh_from_db()
    assert (step.status, step.tries, step.error) == (Step.Status.DONE, 2, "")


@pytest.mark.usefixtures("own_site")
def test_a_step_that_is_done_is_not_tried_again() -> None:
    publication = publish_edition(edition=make_ready_edition(sections=("economy",)))
    run_steps(publication)
    with pytest.raises(NotAllowed):
        retry_step(step=publication.steps.get())


@pytest.mark.usefixtures("own_site")
def test_one_build_serves_every_publication_before_it() -> None:
    first = publish_edition(edition=make_edition(archived=True))
    second = publish_edition(edition=make_ready_edition(start=first.edition.end + timedelta(days=1)))
    run_steps(second)
    assert set(Step.objects.values_list("status", flat=True)) == {Step.Status.DONE}


def test_a_build_by_hand_does_what_steps_waited_for(own_site: SiteSettings) -> None:
    key = own_site.signing_key
    hidden = key.rename(key.with_suffix(".hidden"))
    publication = publish_edition(edition=make_ready_edition(sections=("economy",)))
    run_steps(publication)
    hidden.rename(key)
    build_release()
    step = publication.steps.get()
    assert (step.status, step.error) == (Step.Status.DONE, "")


@pytest.mark.usefixtures("own_site")
def test_a_step_whose_process_died_is_taken_up_again() -> None:
    publication = publish_edition(edition=make_ready_edition(sections=("economy",)))
    long_ago = timezone.now() - timedelta(hours=1)
    publication.steps.update(status=Step.Status.RUNNING, started_at=long_ago, tries=1)
    tick()
    assert publication.steps.get().status == Step.Status.DONE


@pytest.mark.usefixtures("own_site")
def test_a_step_that_another_process_has_is_left_to_it() -> None:
    publication = publish_edition(edition=make_ready_edition(sections=("economy",)))
    publication.steps.update(status=Step.Status.RUNNING, started_at=timezone.now(), tries=1)
    tick()
    run_steps(publication)
    assert publication.steps.get().tries == 1


@pytest.mark.usefixtures("own_site")
def test_a_scheduled_edition_is_published_when_its_time_has_come() -> None:
    edition = make_ready_edition(sections=("economy",))
    Edition.objects.update(publish_at=timezone.now() + timedelta(hours=1))
    tick()
    assert not Publication.objects.exists()
    Edition.objects.update(publish_at=timezone.now() - timedelta(seconds=1))
    tick()
    assert edition.publications.get().steps.get().status == Step.Status.DONE


@pytest.mark.usefixtures("own_site")
def test_a_scheduled_edition_that_the_gate_stops_says_why_and_is_not_tried_for_ever() -> None:
    edition = make_edition()
    Edition.objects.update(publish_at=timezone.now() - timedelta(seconds=1))
    tick()
    edition.refresh_from_db()
    assert edition.publish_at is None
    assert "cannot be published" in edition.publish_note
    assert not Publication.objects.exists()

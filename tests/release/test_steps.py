"""The clock: scheduled editions, the build, what failed, and what was left by a process that died."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from barograph.base.site import SiteSettings
from barograph.editions.models import Edition
from barograph.editions.services import NotAllowed
from barograph.release import publishing
from barograph.release.builder import PictureError
from barograph.release.building import build_release
from barograph.release.models import Publication, Step
from barograph.release.publishing import publish_edition
from barograph.release.steps import retry_step, tick
from barograph.trust.verify import verify_release
from tests.factories.editions import MONDAY, make_edition, make_ready_edition

pytestmark = pytest.mark.django_db

DONE, FAILED, RUNNING, WAITING = Step.Status.DONE, Step.Status.FAILED, Step.Status.RUNNING, Step.Status.WAITING


def build_of(publication: Publication) -> Step:
    step: Step = publication.steps.get(name=Step.Name.BUILD)
    return step


@pytest.fixture
def publication(own_site: SiteSettings) -> Publication:
    assert not own_site.releases.exists()
    return publish_edition(edition=make_ready_edition(sections=("economy",)))


@pytest.fixture
def locked(own_site: SiteSettings) -> Path:
    """Where the signing key is hidden."""
    return own_site.signing_key.rename(own_site.signing_key.with_suffix(".hidden"))


def test_a_publication_is_built_into_a_signed_release_with_a_page_in_each_language(
    own_site: SiteSettings, publication: Publication
) -> None:
    tick()
    current = own_site.releases / "current"
    assert verify_release(current) == []
    for language in ("en", "be", "ru"):
        assert (current / language / "editions" / publication.edition.slug / "index.html").is_file()
    step = build_of(publication)
    assert (step.status, step.tries, step.error) == (DONE, 1, "")
    assert step.seconds is not None


@pytest.mark.usefixtures("own_site")
def test_what_follows_the_build_is_left_to_others(publication: Publication) -> None:
    tick()
    assert publication.steps.get(name=Step.Name.COMPLETE).status == WAITING


def test_a_step_that_fails_says_why_and_can_be_tried_again(
    own_site: SiteSettings, locked: Path, publication: Publication
) -> None:
    tick()
    step = build_of(publication)
    assert step.status == FAILED
    assert str(own_site.signing_key) in step.error
    locked.rename(own_site.signing_key)
    retry_step(step=step)
    tick()
    step.refresh_from_db()
    assert (step.status, step.tries, step.error) == (DONE, 2, "")


@pytest.mark.usefixtures("locked")
def test_nothing_is_done_after_a_build_that_failed(publication: Publication) -> None:
    tick()
    assert publication.steps.waiting().exists()
    assert not publication.steps.ready().waiting().exists()


@pytest.mark.usefixtures("own_site")
def test_a_step_that_is_done_is_not_tried_again(publication: Publication) -> None:
    tick()
    with pytest.raises(NotAllowed):
        retry_step(step=build_of(publication))


@pytest.mark.usefixtures("own_site")
def test_one_build_serves_every_publication_before_it() -> None:
    first = publish_edition(edition=make_edition(archived=True))
    second = publish_edition(edition=make_ready_edition(start=first.edition.end + timedelta(days=1)))
    tick()
    assert (build_of(first).tries, build_of(first).status) == (0, DONE)
    assert (build_of(second).tries, build_of(second).status) == (1, DONE)


def test_a_build_by_hand_does_what_steps_waited_for(
    own_site: SiteSettings, locked: Path, publication: Publication
) -> None:
    tick()
    locked.rename(own_site.signing_key)
    build_release()
    assert (build_of(publication).status, build_of(publication).error) == (DONE, "")


@pytest.mark.parametrize(
    ("started", "seen", "is_taken_up"),
    [(60, None, True), (60, 4, True), (60, 1, False), (1, None, False), (0, 0, False)],
)
def test_a_step_without_a_sign_of_life_is_taken_up_again_and_no_other(
    publication: Publication, started: int, seen: int | None, is_taken_up: bool
) -> None:
    now = timezone.now()
    publication.steps.filter(name=Step.Name.BUILD).update(
        status=RUNNING,
        tries=1,
        started_at=now - timedelta(minutes=started),
        seen_at=None if seen is None else now - timedelta(minutes=seen),
    )
    tick()
    assert build_of(publication).status == (DONE if is_taken_up else RUNNING)


@pytest.mark.usefixtures("own_site")
def test_a_scheduled_edition_is_published_when_its_time_has_come() -> None:
    edition = make_ready_edition(sections=("economy",))
    Edition.objects.update(publish_at=timezone.now() + timedelta(hours=1))
    tick()
    assert not Publication.objects.exists()
    Edition.objects.update(publish_at=timezone.now() - timedelta(seconds=1))
    tick()
    assert build_of(edition.publications.get()).status == DONE


@pytest.mark.usefixtures("own_site")
def test_a_scheduled_edition_that_the_gate_stops_says_why_and_is_not_tried_for_ever() -> None:
    edition = make_edition()
    Edition.objects.update(publish_at=timezone.now() - timedelta(seconds=1))
    tick()
    edition.refresh_from_db()
    assert edition.publish_at is None
    assert "cannot be published" in edition.publish_note
    assert not Publication.objects.exists()


@pytest.mark.parametrize(("error", "is_still_due"), [(PictureError("Upload it again."), False), (KeyError("x"), True)])
def test_a_scheduled_edition_that_cannot_be_published_keeps_nothing_else_from_being_built(
    publication: Publication, monkeypatch: pytest.MonkeyPatch, error: Exception, is_still_due: bool
) -> None:
    def fail(_text: object) -> None:
        raise error

    monkeypatch.setattr(publishing, "text_extras", fail)
    edition = make_ready_edition(start=MONDAY + timedelta(days=7), sections=("press",))
    Edition.objects.filter(pk=edition.pk).update(publish_at=timezone.now() - timedelta(seconds=1))
    tick()
    edition.refresh_from_db()
    assert (edition.publish_at is not None, edition.publish_note) == (
        is_still_due,
        "" if is_still_due else "Upload it again.",
    )
    assert edition.publications.count() == 0
    assert build_of(publication).status == DONE

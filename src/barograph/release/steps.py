"""What follows a publication: steps that are rows, so that each is seen to succeed or fail and can be tried again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from barograph.accounts.models import User
from barograph.editions.models import Edition
from barograph.editions.services import NotAllowed
from barograph.release.building import build_release
from barograph.release.folder import ReleaseFolderError
from barograph.release.models import Publication, Step
from barograph.release.pictures import PictureError
from barograph.release.publishing import publish_edition
from barograph.trust.minisign import KeyFileError

LOG = logging.getLogger(__name__)
LONGEST_TRY = timedelta(minutes=30)
"""After this a running step counts as abandoned: its process must have died."""

Passphrase = str | None


def run_steps(publication: Publication, *, passphrase: Passphrase = None) -> None:
    """Do the steps of a publication that are still to be done, in their order, until one fails."""
    for step in publication.steps.unfinished():
        if not _run(step, passphrase):
            break


def retry_step(*, step: Step, user: User | None = None, passphrase: Passphrase = None) -> None:
    """Try a failed step again, and then those after it. Raises NotAllowed for one that did not fail."""
    if step.status != Step.Status.FAILED:
        raise NotAllowed(_("Only a step that failed can be tried again."))
    Step.objects.filter(pk=step.pk, status=Step.Status.FAILED).update(status=Step.Status.WAITING)
    log(step.publication.edition, "barograph.retry_step", user=user, data={"step": step.name})
    run_steps(step.publication, passphrase=passphrase)


def tick() -> None:
    """Do what is due: publish scheduled editions, take up steps that were left. Called every few seconds."""
    now = timezone.now()
    Step.objects.abandoned(now - LONGEST_TRY).update(status=Step.Status.WAITING)
    for edition in Edition.objects.due(now):
        _publish_scheduled(edition)
    for publication in Publication.objects.filter(steps__status=Step.Status.WAITING).distinct():
        run_steps(publication)


def _publish_scheduled(edition: Edition) -> None:
    """Publish an edition whose time has come; what forbids it is written down for the board to show."""
    try:
        publish_edition(edition=edition)
    except NotAllowed as error:
        Edition.objects.filter(pk=edition.pk).update(publish_at=None, publish_note=str(error))


def _run(step: Step, passphrase: Passphrase) -> bool:
    """One try of a step, unless another process has it. Whether it is done."""
    claimed = Step.objects.filter(pk=step.pk, status=Step.Status.WAITING).update(
        status=Step.Status.RUNNING, started_at=timezone.now(), ended_at=None, tries=F("tries") + 1, error=""
    )
    if not claimed:
        return False
    try:
        _DOERS[Step.Name(step.name)](passphrase)
    except (KeyFileError, PictureError, ReleaseFolderError, ValueError, OSError) as error:
        _end(step, Step.Status.FAILED, str(error))
        return False
    except Exception as error:
        LOG.exception("Step %s of publication %s failed", step.name, step.publication_id)
        _end(step, Step.Status.FAILED, f"{type(error).__name__}: {error}")
        return False
    _end(step, Step.Status.DONE)
    return True


def _end(step: Step, status: str, error: str = "") -> None:
    Step.objects.filter(pk=step.pk).update(status=status, ended_at=timezone.now(), error=error)


def _build(passphrase: Passphrase) -> None:
    build_release(passphrase=passphrase)


_DOERS: dict[Step.Name, Callable[[Passphrase], None]] = {Step.Name.BUILD: _build}

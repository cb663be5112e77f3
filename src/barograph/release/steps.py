"""What follows a publication: steps that are rows, so that each is seen to succeed or fail and can be tried again.

The build comes first and holds up everything. After it, the copies to the targets and the completion (offline copies,
data, cards) do not wait for each other; the copies of the completed release wait for the completion to have ended.
Whatever is built or copied is the newest there is, so one try serves all the steps of its kind that were waiting.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from barograph.accounts.models import User
from barograph.base.progress import Progress, silent
from barograph.base.release_folders import ReleaseFolderError, current_release
from barograph.base.release_settings import Target
from barograph.base.site import site
from barograph.editions.models import Edition
from barograph.editions.services import NotAllowed
from barograph.release.builder import PictureError
from barograph.release.building import build_release, renew_release
from barograph.release.manifest_log import ManifestLogError
from barograph.release.models import Publication, Step
from barograph.release.publishing import publish_edition
from barograph.release.querysets import StepQuerySet
from barograph.release.shelf_process import FillingError
from barograph.release.step_life import StepProgress, kept_alive
from barograph.release.targets.outcome import TargetError, Uploaded
from barograph.release.targets.uploading import upload
from barograph.release.waking import wake
from barograph.trust.manifest import SIGNATURE_FILE
from barograph.trust.minisign import KeyFileError

LOG = logging.getLogger(__name__)
LONGEST_SILENCE = timedelta(minutes=3)
"""After this without a sign of life a running step counts as abandoned: its process must have died."""

COPY_AGAIN = timedelta(hours=1)
"""After this a copy that failed is tried again: a host that was down may be up. Other steps wait for a person."""
COPIES = (Step.Name.UPLOAD, Step.Name.UPLOAD_COMPLETE)

Passphrase = str | None
Fill = Callable[[Progress], list[str]]
"""Makes what is missing on the shelf, and says what could not be made."""
Show = Callable[[Step], Progress]

_BUILDING = threading.Lock()
"""Two threads of the newsroom build, and the folder of releases refuses the second."""


class IncompleteError(Exception):
    """Something of a release could not be made; the release went out without it."""


def run_steps(
    publication: Publication, *, fill: Fill, passphrase: Passphrase = None, show: Show = lambda _step: silent
) -> None:
    """Do the steps of a publication that are still to be done, in their order; what waits for a failed one is left."""
    while step := publication.steps.ready().waiting().first():
        _run(step, fill, passphrase, show)


def run_waiting(
    *names: Step.Name,
    target: str = "",
    fill: Fill,
    passphrase: Passphrase = None,
    show: Show = lambda _step: silent,
) -> None:
    """Do the waiting steps of some kinds, for one target where they have one, those of the newest publication first."""
    while step := _next(names, target):
        _run(step, fill, passphrase, show)


def _next(names: Sequence[Step.Name], target: str) -> Step | None:
    """The newest that waits, unless a newer one has failed or is being done: no other would fare better."""
    alike = Step.objects.ready().filter(name__in=names, target=target)
    step: Step | None = alike.waiting().order_by("-pk").first()
    hindering = [Step.Status.FAILED, Step.Status.RUNNING]
    if step is None or alike.filter(pk__gt=step.pk, status__in=hindering).exists():
        return None
    return step


def retry_step(*, step: Step, user: User | None = None) -> None:
    """Have a failed step tried again, with those like it, by whoever does the waiting ones.

    Raises NotAllowed for one that did not fail.
    """
    if step.status != Step.Status.FAILED:
        raise NotAllowed(_("Only a step that failed can be tried again."))
    _alike(step).filter(status=Step.Status.FAILED).update(status=Step.Status.WAITING)
    log(step.publication.edition, "barograph.retry_step", user=user, data={"step": step.name})
    transaction.on_commit(wake)


def tick() -> None:
    """Do what is due and quick: publish scheduled editions, take up steps that were left. Called every few seconds."""
    now = timezone.now()
    Step.objects.abandoned(now - LONGEST_SILENCE).update(status=Step.Status.WAITING)
    known = ["", *(target.name for target in site().release.targets)]
    Step.objects.waiting_or_failed().exclude(target__in=known).delete()
    copies = Step.objects.filter(name__in=COPIES, status=Step.Status.FAILED)
    copies.filter(ended_at__lt=now - COPY_AGAIN).update(status=Step.Status.WAITING)
    for edition in Edition.objects.due(now):
        _publish_scheduled(edition)
    run_waiting(Step.Name.BUILD, fill=lambda _progress: [])
    _have_copied()


def renew() -> None:
    """Sign the current release again before it expires, where the key is at hand."""
    with _BUILDING:
        renew_release()


def upload_now(*, target: Target, progress: Progress = silent) -> Uploaded:
    """Copy the current release to a target, whatever is waiting. Raises TargetError."""
    served = list(_copies(target.name).values_list("pk", flat=True))
    uploaded = _upload_current(target, progress)
    _end(Step.objects.filter(pk__in=served), Step.Status.DONE)
    return uploaded


def _have_copied() -> None:
    """See to it that every target gets the current release, also one that was built by hand or signed again."""
    newest, release = Publication.objects.order_by("pk").last(), current_release(site().releases)
    if newest is None or release is None:
        return
    signature = _signature(release)
    for target in site().release.targets:
        steps = Step.objects.filter(target=target.name)
        last = steps.order_by("pk").last()
        if not steps.ready().unfinished_or_failed().exists() and not (last and last.sent == signature):
            copy, _made = Step.objects.get_or_create(
                publication=newest, name=Step.Name.UPLOAD_COMPLETE, target=target.name
            )
            Step.objects.filter(pk=copy.pk, status=Step.Status.DONE).update(status=Step.Status.WAITING)


def _signature(release: Path) -> str:
    return hashlib.sha256((release / SIGNATURE_FILE).read_bytes()).hexdigest()


def _publish_scheduled(edition: Edition) -> None:
    """Publish an edition whose time has come; what forbids it is written down for the board to show."""
    try:
        publish_edition(edition=edition)
    except (NotAllowed, PictureError) as error:
        Edition.objects.filter(pk=edition.pk).update(publish_at=None, publish_note=str(error))
    except Exception:
        # It must not keep other editions, and what was published before, from being built.
        LOG.exception("Edition %s is due and could not be published; it is tried again", edition.slug)


@dataclass(frozen=True)
class _Try:
    """One try of a step, with what it needs from whoever has it done."""

    step: Step
    progress: Progress
    fill: Fill
    passphrase: Passphrase


def _run(step: Step, fill: Fill, passphrase: Passphrase, show: Show) -> None:
    """One try of a step, unless another process has it. What it does, it does for all like it that are waiting."""
    served = list(_alike(step).values_list("pk", flat=True))
    if not _claim(step):
        return
    this = Step.objects.filter(pk=step.pk)
    try:
        with kept_alive(step):
            _DOERS[Step.Name(step.name)](_Try(step, StepProgress(step, show(step)), fill, passphrase))
    except _EXPECTED as error:
        _end(this, Step.Status.FAILED, str(error))
    except Exception as error:
        LOG.exception("Step %s of publication %s failed", step.name, step.publication_id)
        _end(this, Step.Status.FAILED, f"{type(error).__name__}: {error}")
    else:
        _end(this, Step.Status.DONE)
        _end(Step.objects.waiting_or_failed().filter(pk__in=served), Step.Status.DONE)


def _claim(step: Step) -> bool:
    """Take a waiting step, unless another process was quicker."""
    now = timezone.now()
    running = {"status": Step.Status.RUNNING, "started_at": now, "seen_at": now, "ended_at": None}
    fresh = {"tries": F("tries") + 1, "error": "", "done": 0, "total": 0}
    return bool(Step.objects.waiting().filter(pk=step.pk).update(**running, **fresh))


def _alike(step: Step) -> StepQuerySet:
    """Those whose turn has come and that need nothing else than this one, itself among them."""
    return _copies(step.target) if step.target else Step.objects.ready().waiting_or_failed().filter(name=step.name)


def _copies(target: str) -> StepQuerySet:
    """The copies to a target whose turn has come."""
    found: StepQuerySet = Step.objects.ready().waiting_or_failed().filter(target=target)
    return found


def _end(steps: StepQuerySet, status: str, error: str = "") -> None:
    steps.update(status=status, ended_at=timezone.now(), error=error)


def _build(this: _Try) -> None:
    with _BUILDING:
        build_release(passphrase=this.passphrase, progress=this.progress)


def _upload(this: _Try) -> None:
    target = next((target for target in site().release.targets if target.name == this.step.target), None)
    if target is None:
        raise TargetError(f"barograph.toml has no target “{this.step.target}”", "This step will go by itself.")
    _upload_current(target, this.progress)


def _upload_current(target: Target, progress: Progress) -> Uploaded:
    release = current_release(site().releases)
    if release is None:
        raise TargetError("there is no release yet", "Publish an edition, or run “barograph build”.")
    try:
        signature = _signature(release)
        uploaded = upload(target, release.resolve(), progress, folder=site().folder)
    except (TargetError, OSError):
        if release.is_dir():
            raise
        # So many newer ones were built meanwhile that this one was thrown away.
        return _upload_current(target, progress)
    last = Step.objects.filter(target=target.name).order_by("pk").last()
    if last is not None:
        Step.objects.filter(pk=last.pk).update(sent=signature)
    return uploaded


def _complete(this: _Try) -> None:
    """Fill the shelf, and build again with what lies on it. Raises IncompleteError when something is still missing."""
    before = current_release(site().releases)
    problems = this.fill(this.progress)
    with _BUILDING:
        build_release(passphrase=this.passphrase, compress=True)
    if current_release(site().releases) == before:
        copies = Step.objects.waiting().filter(name=Step.Name.UPLOAD_COMPLETE)
        _end(copies.filter(publication_id__lte=this.step.publication_id), Step.Status.DONE)
    if problems:
        raise IncompleteError("\n".join(problems))


_DOERS: dict[Step.Name, Callable[[_Try], None]] = {
    Step.Name.BUILD: _build,
    Step.Name.UPLOAD: _upload,
    Step.Name.COMPLETE: _complete,
    Step.Name.UPLOAD_COMPLETE: _upload,
}
_EXPECTED = (
    FillingError,
    IncompleteError,
    KeyFileError,
    ManifestLogError,
    PictureError,
    ReleaseFolderError,
    TargetError,
    ValueError,
    OSError,
)
"""What may go wrong with a step and says itself what to do."""

"""What the board says about making an edition public: what hinders it, what it would be, how it went."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _

from barograph.accounts.models import User
from barograph.base.site import Language, site
from barograph.editions.gate import Finding, open_findings
from barograph.editions.models import Edition
from barograph.newsroom.access import PUBLISH_EDITION, RETRY_STEP
from barograph.newsroom.board import COMMENTARY_URLS
from barograph.release.models import Publication, Step
from barograph.release.querysets import StepQuerySet


@dataclass(frozen=True)
class Hindrance:
    """A finding of the gate, with where it is mended."""

    message: str
    fingerprint: str
    overrulable: bool
    url: str


class StepRow:
    """What is said about a step to somebody who wants to know whether readers have the edition."""

    def __init__(self, step: Step) -> None:
        self.step = step

    @property
    def title(self) -> str:
        """What the step is, in words of the newsroom."""
        names = {
            Step.Name.BUILD: _("The pages are made, signed and put in place"),
            Step.Name.UPLOAD: _("The pages are copied to “%(target)s”"),
            Step.Name.COMPLETE: _("Offline copies, data and preview pictures are made"),
            Step.Name.UPLOAD_COMPLETE: _("Offline copies, data and preview pictures are copied to “%(target)s”"),
        }
        return names[Step.Name(self.step.name)] % {"target": self.step.target}

    @property
    def state(self) -> str:
        """Where it stands, in a word or two."""
        words = {
            Step.Status.WAITING: _("waiting"),
            Step.Status.RUNNING: _("under way"),
            Step.Status.DONE: _("done"),
            Step.Status.FAILED: _("failed"),
        }
        return words[Step.Status(self.step.status)]

    @property
    def has_progress(self) -> bool:
        """Whether it is known how far the step is."""
        return self.step.status == Step.Status.RUNNING and self.step.total > 0

    @property
    def duration(self) -> str:
        """How long it took, if it was long enough to say."""
        seconds = round(self.step.seconds or 0)
        if self.step.status != Step.Status.DONE or not seconds:
            return ""
        if seconds < 100:
            return _("%(seconds)s s") % {"seconds": seconds}
        return _("%(minutes)s min") % {"minutes": round(seconds / 60)}


class Publishing:
    """Everything the publication panel of a board shows."""

    def __init__(self, edition: Edition, user: User) -> None:
        self.edition = edition
        self.may_publish = user.has_perm(PUBLISH_EDITION)
        self.may_retry = self.may_publish or user.has_perm(RETRY_STEP)

    @cached_property
    def findings(self) -> list[Hindrance]:
        """What hinders publication and is not overruled."""
        return [
            Hindrance(found.message, found.fingerprint, found.overrulable, self._url(found))
            for found in open_findings(self.edition)
        ]

    def _url(self, finding: Finding) -> str:
        """Where a finding is mended: the editor of a text, or the section's row on the board."""
        if finding.target.kind == "commentary":
            return reverse(f"{COMMENTARY_URLS}:edit", args=[finding.target.pk])
        # A browser opens the disclosure that holds what an address points to.
        return f"#judge-{finding.section}" if finding.section else "#section"

    @property
    def is_blocked(self) -> bool:
        """Whether something hinders publication."""
        return bool(self.findings)

    @cached_property
    def publication(self) -> Publication | None:
        """The newest publication of the edition."""
        return self.edition.publications.select_related("by").last()

    @cached_property
    def steps(self) -> list[StepRow]:
        """What followed the newest publication."""
        return [StepRow(step) for step in self.publication.steps.all()] if self.publication else []

    @property
    def is_working(self) -> bool:
        """Whether a step is still to be done, so that the page should look again."""
        return bool(self.publication and self._begun.exists())

    @cached_property
    def _begun(self) -> StepQuerySet:
        """Steps that run, or whose turn has come; those behind a failed one wait for somebody."""
        steps: StepQuerySet = self.publication.steps.all() if self.publication else Step.objects.none()
        return steps.filter(status=Step.Status.RUNNING) | steps.ready().waiting()

    @property
    def outcome(self) -> str:
        """What it all comes to for readers."""
        states: dict[str, set[str]] = {}
        for row in self.steps:
            states.setdefault(row.step.name, set()).add(row.step.status)
        done = {Step.Status.DONE}
        if states.get(Step.Name.BUILD, done) != done:
            return _("Readers do not have the edition yet.")
        if states.get(Step.Name.UPLOAD, done) != done:
            return _("The pages are ready, but they are not yet everywhere they go.")
        if states.get(Step.Name.COMPLETE, done) | states.get(Step.Name.UPLOAD_COMPLETE, done) != done:
            return _("Readers have the pages. What takes longer to make is not there yet.")
        return _("Readers have everything.")

    @property
    def pause(self) -> int:
        """Seconds until the page looks again: few while readers wait for the pages."""
        quick = {Step.Name.BUILD, Step.Name.UPLOAD}
        return 3 if self._begun.filter(name__in=quick).exists() else 20

    @property
    def is_correction(self) -> bool:
        """Whether readers have seen the edition already."""
        return self.edition.is_published

    @property
    def verb(self) -> str:
        """What the button does."""
        return _("Publish a correction") if self.is_correction else _("Publish edition")

    @property
    def note_languages(self) -> list[Language]:
        """The languages in which readers are told what a correction changed."""
        return site().languages

    @property
    def public_urls(self) -> list[tuple[Language, str]]:
        """The edition's page in each language, once it is published."""
        if not self.edition.is_published:
            return []
        return [(language, f"/{language.code}/editions/{self.edition.slug}/") for language in site().languages]

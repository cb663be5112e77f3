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


@dataclass(frozen=True)
class Hindrance:
    """A finding of the gate, with where it is mended."""

    message: str
    fingerprint: str
    overrulable: bool
    url: str


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
    def steps(self) -> list[Step]:
        """What followed the newest publication."""
        return list(self.publication.steps.all()) if self.publication else []

    @property
    def is_working(self) -> bool:
        """Whether a step is still to be done, so that the page should look again."""
        return any(step.status in {Step.Status.WAITING, Step.Status.RUNNING} for step in self.steps)

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

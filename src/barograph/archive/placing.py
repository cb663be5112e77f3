"""Puts imported commentaries into editions and sections, and records their verdicts."""

from __future__ import annotations

from barograph.accounts.models import User
from barograph.archive.values import PageWarning, SavedPage, Verdict
from barograph.archive.vocabulary import for_site
from barograph.base.period import Period
from barograph.base.site import site
from barograph.editions.arranging import next_position
from barograph.editions.models import Assessment, Commentary, Edition, Section
from barograph.editions.services import open_edition, record_verdict


class Placing:
    """Finds or opens the edition and the assessment of a page. What was found is kept until ``forget``."""

    def __init__(self, *, user: User | None) -> None:
        self.user = user
        self.words = for_site(site())
        self.sections = {section.key: section for section in Section.objects.all()}
        self.editions: dict[Period, Edition] = {}
        self.assessments: dict[tuple[int, str], Assessment] = {}

    def forget(self) -> None:
        """Ask for editions and assessments anew: a long run must not hold all of them."""
        self.editions.clear()
        self.assessments.clear()

    def section_key(self, printed: str | None) -> str | None:
        """The key of the section that a page names, if the site has it."""
        found = self.words.section(printed) if printed else None
        return found if found in self.sections else None

    def place(self, commentary: Commentary, page: SavedPage, warnings: list[PageWarning]) -> None:
        """Give a commentary its assessment, unsaved, or none if period or section are not known."""
        key = self.section_key(page.section)
        if page.section and key is None:
            message = (
                f"This site has no section “{page.section}”. Add it to a section’s aliases, or place the text by hand."
            )
            warnings.append(PageWarning("unknown-section", message))
        before = commentary.assessment_id
        commentary.assessment = None
        if key is None or page.period_start is None or page.period_end is None:
            return
        edition = self._edition(Period(page.period_start, page.period_end))
        commentary.assessment = self._assessment(edition, key, page.verdict)
        if commentary.assessment.pk != before:
            commentary.position = next_position(commentary.assessment)
        self._judge(commentary.assessment, page, warnings)

    def _edition(self, period: Period) -> Edition:
        if period not in self.editions:
            found = Edition.objects.filter(start=period.start, end=period.end).first()
            self.editions[period] = found or open_edition(period=period, archived=True, user=self.user)
        return self.editions[period]

    def _assessment(self, edition: Edition, key: str, verdict: Verdict | None) -> Assessment:
        """The assessment of a section; one that is made here has the verdict from the start, and needs no log entry."""
        place = (edition.pk, key)
        if place not in self.assessments:
            self.assessments[place], _ = Assessment.objects.get_or_create(
                edition=edition, section=self.sections[key], defaults={"verdict": verdict or ""}
            )
        return self.assessments[place]

    def _judge(self, assessment: Assessment, page: SavedPage, warnings: list[PageWarning]) -> None:
        """Record the page's verdict where there is none; a different one that is there stays."""
        if page.verdict is None:
            return
        if not assessment.verdict:
            record_verdict(assessment=assessment, verdict=page.verdict, user=self.user)
        elif assessment.verdict != page.verdict:
            message = (
                f"The page says “{page.verdict}”, the record has “{assessment.verdict}” for this section and period."
            )
            warnings.append(PageWarning("other-verdict", message))

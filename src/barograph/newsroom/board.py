"""The edition board: everything an editor wants to see of one week, put together for the template."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from barograph.accounts.models import User
from barograph.base.site import Language, site
from barograph.editions.models import Assessment, Commentary, Edition, Reason, Section
from barograph.editions.staleness import Change, changes, is_stale_reason
from barograph.editions.states import State, state_of, with_state
from barograph.newsroom.words import verdict_word

COMMENTARY_URLS = "wagtailsnippets_editions_commentary"


@dataclass(frozen=True)
class Cell:
    """One text of one commentary, or the place where it is missing."""

    language: Language
    state: State
    text: Commentary | None = None
    original: Commentary | None = None
    changes: list[Change] = field(default_factory=list)
    may_write: bool = False

    @property
    def is_public(self) -> bool:
        """Whether readers have exactly what this cell holds."""
        text = self.text
        return text is not None and text.live and text.live_revision_id == text.latest_revision_id

    @property
    def may_be_marked(self) -> bool:
        """Whether its newest revision can be declared ready now."""
        return self.text is not None and self.state in {State.DRAFT, State.STALE}

    @property
    def headline(self) -> str:
        """The headline of the newest draft."""
        text = self.text
        if text is None:
            return ""
        return str(text.latest_revision.content["headline"]) if text.latest_revision else text.headline

    @property
    def edit_url(self) -> str:
        """Where it is edited."""
        return reverse(f"{COMMENTARY_URLS}:edit", args=[self.text.pk]) if self.text else ""

    @property
    def ready_url(self) -> str:
        """Where it is declared ready, or that is taken back."""
        return reverse(f"{COMMENTARY_URLS}:ready", args=[self.text.pk]) if self.text else ""

    @property
    def translate_url(self) -> str:
        """Where its translation is begun."""
        return reverse(f"{COMMENTARY_URLS}:translate", args=[self.original.pk]) if self.original else ""

    @property
    def revision_key(self) -> int | None:
        """Which revision the cell shows."""
        return self.text.latest_revision_id if self.text else None

    @property
    def read_url(self) -> str:
        """Where the newest draft can be read as the page it will be."""
        text = self.text
        if text is None or text.latest_revision_id is None:
            return ""
        return reverse(f"{COMMENTARY_URLS}:revisions_view", args=[text.pk, text.latest_revision_id])


@dataclass(frozen=True)
class Line:
    """One commentary across the languages."""

    cells: list[Cell]

    @property
    def original(self) -> Commentary | None:
        """The text that the others translate."""
        return next((cell.original for cell in self.cells if cell.original), None)


@dataclass(frozen=True)
class ReasonLine:
    """The reason of a verdict in one language."""

    language: Language
    text: str
    is_stale: bool
    may_write: bool


@dataclass(frozen=True)
class Row:
    """One section of an edition."""

    assessment: Assessment
    reasons: list[ReasonLine]
    lines: list[Line]

    @property
    def reason(self) -> ReasonLine | None:
        """The reason in the language of the screen, or else in the first that has one."""
        written = [reason for reason in self.reasons if reason.text]
        own = [reason for reason in written if reason.language.code == get_language()]
        return next(iter(own or written), None)

    @property
    def flaws(self) -> list[str]:
        """What is wrong with the reasons, in words."""
        missing = [reason.language.name for reason in self.reasons if not reason.text and reason.language.required]
        stale = [reason.language.name for reason in self.reasons if reason.is_stale]
        words = []
        if missing:
            words.append(_("No reason: %(languages)s") % {"languages": ", ".join(missing)})
        if stale:
            words.append(_("The reason changed, check: %(languages)s") % {"languages": ", ".join(stale)})
        return words

    @property
    def verdict_word(self) -> str:
        """The verdict in one word, or that there is none."""
        return verdict_word(self.assessment.verdict) if self.assessment.verdict else _("no verdict yet")

    @property
    def further_lines(self) -> list[Line]:
        """The commentaries after the first."""
        return self.lines[1:]


class Board:
    """One edition as a matrix: sections down, languages across."""

    def __init__(self, edition: Edition, user: User) -> None:
        self.edition = edition
        self.user = user
        self.languages = site().languages

    @cached_property
    def rows(self) -> list[Row]:
        """A row for each section of the edition."""
        texts = defaultdict(list)
        commentaries = with_state(Commentary.objects.in_edition(self.edition)).select_related("latest_revision__user")
        for text in commentaries:
            texts[text.assessment_id].append(text)
        assessments = self.edition.assessments.select_related("section").prefetch_related("reasons")
        ordered = sorted(assessments, key=lambda found: (found.section.position, found.section.key))
        return [
            Row(assessment, list(self._reasons(assessment)), list(self._lines(texts[assessment.pk])))
            for assessment in ordered
        ]

    def _reasons(self, assessment: Assessment) -> Iterator[ReasonLine]:
        found: dict[str, Reason] = {reason.language: reason for reason in assessment.reasons.all()}
        source = found.get(site().source_language)
        for language in self.languages:
            reason = found.get(language.code)
            is_stale = reason is not None and is_stale_reason(reason, source)
            yield ReasonLine(language, reason.text if reason else "", is_stale, self.user.may_write_in(language.code))

    def _lines(self, texts: Iterable[Commentary]) -> Iterator[Line]:
        groups = defaultdict(list)
        for text in texts:
            groups[text.translation_key].append(text)
        for group in sorted(groups.values(), key=lambda group: (group[0].position, group[0].pk)):
            yield self._line(group)

    def _line(self, group: list[Commentary]) -> Line:
        by_language = {text.language: text for text in group}
        original = next((text for text in group if text.translated_from_id is None), group[0])
        return Line([self._cell(language, by_language.get(language.code), original) for language in self.languages])

    def _cell(self, language: Language, text: Commentary | None, original: Commentary) -> Cell:
        may_write = self.user.may_write_in(language.code)
        if text is None:
            return Cell(language, State.MISSING, original=original, may_write=may_write)
        state = state_of(text)
        changed = changes(text) if state is State.STALE else []
        return Cell(language, state, text, original, changed, may_write)

    @property
    def empty_cells(self) -> list[Cell]:
        """The cells of a section in which nothing is written yet."""
        return [
            Cell(language, State.MISSING, may_write=self.user.may_write_in(language.code))
            for language in self.languages
        ]

    @property
    def missing_sections(self) -> list[Section]:
        """Sections that the edition lacks and could have."""
        return list(Section.objects.exclude(assessments__edition=self.edition))

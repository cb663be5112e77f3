"""The parity gate: what stands between an edition and its readers.

Readers of every language get the same judgement. So an edition is published only when each of its
assessments has a verdict, and its reason and commentaries are there, ready, up to date and of the same
facts in every required language. In a language that is not required, what is there has to be in order, and
what is missing does not matter.

What a publisher may overrule, with a written reason:

- a missing or stale reason, a missing or stale translation, a disagreement in facts, an empty section, a
  picture without words: the edition goes out as it is, with the texts that are there;
- a text that is not ready: readers keep the version they have, or the edition goes out without it.

A missing verdict cannot be overruled: there would be nothing to publish. Record it, or take the section out
of the edition. An overrule holds for exactly what was found. When a text changes in a way that changes the
finding, the finding is new and open again.

An archived edition or commentary was public before it came here, in the languages it has, so the gate asks
nothing of it. A translation that is begun here ends that for its commentary.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from barograph.accounts.models import User
from barograph.base.site import Language, site
from barograph.editions import parity
from barograph.editions.models import Assessment, Commentary, Edition, Overrule
from barograph.editions.segments import MARKUP_KINDS, Piece, newest_pieces
from barograph.editions.services import NotAllowed
from barograph.editions.staleness import changes, is_stale, is_stale_reason
from barograph.editions.states import with_state

PUBLISH_EDITION = "editions.publish_edition"
_UNCOMPARED_KINDS = frozenset({"authors", "picture_credit", "source.title", "source.url"})
"""Kinds of piece whose numbers may differ: names of people and of works."""


@dataclass(frozen=True, slots=True)
class Target:
    """What has to be opened to mend a finding: ``kind`` is “commentary” or “assessment”."""

    kind: str
    pk: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that hinders publication, in plain words: what, where, and what to do.

    ``fingerprint`` is the same as long as exactly the same is found. ``section`` is a section's key;
    ``language`` and ``text_id`` are empty where the finding concerns no single language or text.
    """

    code: str
    section: str
    language: str
    text_id: int | None
    message: str
    fingerprint: str
    target: Target
    overrulable: bool = True


@dataclass(frozen=True, slots=True)
class Contents:
    """What stands in an edition: its assessments in the order of sections, with their reasons, and its texts.

    Whoever publishes has it read once, so that nothing goes out that the gate has not looked at.
    """

    assessments: list[Assessment]
    texts: list[Commentary]


def contents_of(edition: Edition) -> Contents:
    """What stands in an edition now, with all that its gate and its publication ask of it."""
    assessments = edition.assessments.select_related("section").prefetch_related("reasons")
    return Contents(
        sorted(assessments, key=lambda found: (found.section.position, found.section.key)),
        list(with_state(Commentary.objects.in_edition(edition))),
    )


def blockers(edition: Edition, contents: Contents | None = None) -> list[Finding]:
    """All that hinders the publication of an edition, overruled or not, in the order of its sections.

    ``contents`` are those of the edition, from somebody who has read them already.
    """
    if edition.archived:
        return []
    contents = contents or contents_of(edition)
    if not contents.assessments:
        return [_no_sections(edition)]
    groups = _commentaries(contents.texts)
    return [finding for found in contents.assessments for finding in _assessment_findings(found, groups[found.pk])]


def open_findings(edition: Edition, contents: Contents | None = None) -> list[Finding]:
    """What hinders the publication of an edition and is not overruled. ``contents`` are as for ``blockers``."""
    found = blockers(edition, contents)
    overruled = _overruled(edition) if found else set()
    return [finding for finding in found if finding.fingerprint not in overruled]


def publishable_texts(contents: Contents) -> list[Commentary]:
    """The texts of an edition that may go out, in the order of sections and positions.

    Each goes out as its ``ready_revision``: those whose newest revision is ready, and those of which readers
    have a ready version and somebody has begun another. That a stale one is among them, or that a newer draft
    is passed over, has been overruled: ``publish_edition`` asks the gate first.
    """
    sections: dict[int | None, int] = {assessment.pk: place for place, assessment in enumerate(contents.assessments)}
    languages = {code: place for place, code in enumerate(site().language_codes)}
    return sorted(
        (
            text
            for text in contents.texts
            if _may_go_out(text) and text.assessment_id in sections and text.language in languages
        ),
        key=lambda text: (sections[text.assessment_id], text.position, languages[text.language], text.pk),
    )


def _may_go_out(text: Commentary) -> bool:
    is_public = text.ready_revision_id is not None and text.ready_revision_id == text.live_revision_id
    return text.is_ready or is_public


@transaction.atomic
def overrule(*, edition: Edition, finding: Finding, reason: str, user: User) -> Overrule:
    """Set one finding aside, with a publisher's written reason, which is kept.

    Raises PermissionDenied for a user who may not publish, and NotAllowed without a reason or for a finding
    that cannot be overruled.
    """
    reason = reason.strip()
    if not user.has_perm(PUBLISH_EDITION):
        raise PermissionDenied(_("Only a publisher can overrule a finding."))
    if not finding.overrulable:
        raise NotAllowed(_("This finding cannot be overruled. It has to be mended."))
    if not reason:
        raise NotAllowed(_("Write down why the finding is overruled."))
    made, _is_new = Overrule.objects.get_or_create(
        edition=edition,
        finding=finding.fingerprint,
        defaults={"finding_text": finding.message, "reason": reason, "by": user},
    )
    data = {"finding": finding.message, "reason": reason, "section": finding.section, "language": finding.language}
    log(edition, "barograph.overrule", user=user, data=data)
    return made


def _overruled(edition: Edition) -> set[str]:
    return set(edition.overrules.values_list("finding", flat=True))


def _commentaries(all_texts: list[Commentary]) -> defaultdict[int | None, list[list[Commentary]]]:
    """The commentaries of each assessment, each as the list of its texts, the original first."""
    by_key: dict[Any, list[Commentary]] = defaultdict(list)
    for text in all_texts:
        by_key[text.translation_key].append(text)
    groups = defaultdict(list)
    for texts in sorted(by_key.values(), key=lambda texts: (texts[0].position, texts[0].pk)):
        texts.sort(key=lambda text: (text.translated_from_id is not None, text.pk))
        groups[texts[0].assessment_id].append(texts)
    return groups


def _no_sections(edition: Edition) -> Finding:
    message = _("The edition has no section. Add one, so that there is something to publish.")
    target = Target("edition", edition.pk)
    return Finding("no_section", "", "", None, message, _fingerprint("no_section"), target, overrulable=False)


def _assessment_findings(assessment: Assessment, commentaries: list[list[Commentary]]) -> Iterator[Finding]:
    make = _Findings(assessment)
    has_reasons = any(True for _reason in assessment.reasons.all())
    if not (assessment.verdict or has_reasons or commentaries):
        # One finding says it all; four would only be noise.
        yield make(
            "empty_section",
            _("Nothing is written in this section. Write it, or take the section out of the edition."),
        )
        return
    if not assessment.verdict:
        yield make("no_verdict", _("The verdict is missing. Record it."), overrulable=False)
    yield from _reason_findings(make)
    if not commentaries:
        yield make("no_commentary", _("There is no commentary. Write one."))
    for texts in commentaries:
        if not all(text.archived for text in texts):
            yield from _commentary_findings(make, texts)


def _reason_findings(make: _Findings) -> Iterator[Finding]:
    reasons = {reason.language: reason for reason in make.assessment.reasons.all()}
    source = reasons.get(site().source_language)
    for language in site().languages:
        reason = reasons.get(language.code)
        if reason is None:
            if language.required:
                yield make("no_reason", _("The reason is missing. Write it."), language)
        elif is_stale_reason(reason, source):
            yield make(
                "stale_reason",
                _("The reason was changed in the source language. Check it and save it again."),
                language,
                details=[source.text if source else "", reason.text],
            )


def _commentary_findings(make: _Findings, texts: list[Commentary]) -> Iterator[Finding]:
    by_language = {text.language: text for text in texts}
    for language in site().languages:
        text = by_language.get(language.code)
        if text is not None:
            yield from _text_findings(make, text, language)
        elif language.required:
            message = _("“%(headline)s” is not translated. Start the translation.") % {"headline": _headline(texts[0])}
            yield make("no_translation", message, language, texts[0], details=[str(texts[0].translation_key)])
    yield from _disagreements(make, by_language)


def _text_findings(make: _Findings, text: Commentary, language: Language) -> Iterator[Finding]:
    headline = {"headline": _headline(text)}
    if is_stale(text):
        found = changes(text)
        message = _("“%(headline)s” is stale. Its original changed in: %(places)s. Bring the translation up to date.")
        places = ", ".join(dict.fromkeys(change.place for change in found))
        details = [f"{change.path}={change.after}" for change in found]
        yield make("stale_translation", message % (headline | {"places": places}), language, text, details=details)
    if text.workflow_in_progress:
        message = _("“%(headline)s” is in review. Finish the review.") % headline
        yield make("in_review", message, language, text, details=[str(text.latest_revision_id)])
    elif not text.is_ready:
        message = _("“%(headline)s” is a draft. Finish it and mark it as ready.") % headline
        yield make("not_ready", message, language, text, details=[str(text.latest_revision_id)])
    yield from _gaps(make, text, language)


def _gaps(make: _Findings, text: Commentary, language: Language) -> Iterator[Finding]:
    """What a text lacks, whoever wrote it and from whatever it is translated."""
    headline = {"headline": _headline(text)}
    pieces = {piece.kind: piece.text for piece in newest_pieces(text)}
    if not pieces.keys() & {"lead", "paragraph", "list.item", "quote.text"}:
        message = _("“%(headline)s” has a headline and nothing else. Write the text.") % headline
        yield make("empty_text", message, language, text)
    if _picture_of(text) and not pieces.get("picture_alt"):
        message = _("The picture of “%(headline)s” has no alternative text. Say what it shows.") % headline
        yield make("no_alternative_text", message, language, text)


def _disagreements(make: _Findings, by_language: dict[str, Commentary]) -> Iterator[Finding]:
    """Differences in facts between the first language that a commentary has and each of the others."""
    present = [language for language in site().languages if language.code in by_language]
    if not present:
        return
    first = present[0]
    base = text_facts(by_language[first.code])
    for other in present[1:]:
        text = by_language[other.code]
        for difference in parity.differences(base, text_facts(text)):
            message = _difference_message(difference, first, _headline(text))
            details = [str(text.translation_key), *difference.first, "|", *difference.second]
            yield make(f"different_{difference.kind}", message, other, text, details=details)


def text_facts(text: Commentary) -> parity.Facts:
    """The facts that a text's newest revision states."""
    pieces = newest_pieces(text)
    parts = [_part(piece) for piece in pieces if piece.kind not in _UNCOMPARED_KINDS]
    addresses = [parity.Part("link", piece.text) for piece in pieces if piece.kind == "source.url"]
    picture = [parity.Part("picture", "picture")] if _picture_of(text) else []
    return parity.facts(chain(parts, addresses, picture), text.language)


def _part(piece: Piece) -> parity.Part:
    return parity.Part(piece.kind, piece.text, piece.kind in MARKUP_KINDS)


def _difference_message(difference: parity.Difference, first: Language, headline: str) -> str:
    kind = str(_KINDS[difference.kind]())
    if difference.kind in parity.COUNTED.values():
        message = _(
            "“%(headline)s” differs from its %(first)s version in the number of %(kind)s: "
            "%(there)s there, %(here)s here. Bring the two in line."
        )
    else:
        message = _(
            "“%(headline)s” differs from its %(first)s version in %(kind)s: "
            "only there %(there)s, only here %(here)s. Bring the two in line."
        )
    nothing = _("nothing")
    return message % {
        "headline": headline,
        "first": first.name,
        "kind": kind,
        "there": ", ".join(difference.first) or nothing,
        "here": ", ".join(difference.second) or nothing,
    }


_KINDS = {
    parity.Kind.NUMBERS: lambda: _("numbers"),
    parity.Kind.PERCENTAGES: lambda: _("percentages"),
    parity.Kind.DATES: lambda: _("dates"),
    parity.Kind.LINKS: lambda: _("links"),
    parity.Kind.LEADS: lambda: _("leads"),
    parity.Kind.PARAGRAPHS: lambda: _("paragraphs"),
    parity.Kind.HEADINGS: lambda: _("headings"),
    parity.Kind.LIST_ITEMS: lambda: _("list items"),
    parity.Kind.QUOTATIONS: lambda: _("quotations"),
    parity.Kind.SUMMARIES: lambda: _("summaries"),
    parity.Kind.PICTURES: lambda: _("pictures"),
}


def _headline(text: Commentary) -> str:
    revision = text.latest_revision
    return str(revision.content["headline"] if revision else text.headline) or _("No headline yet")


def _picture_of(text: Commentary) -> int | None:
    revision = text.latest_revision
    picture: int | None = revision.content.get("picture") if revision else text.picture_id
    return picture


class _Findings:
    """Makes the findings of one assessment."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        self.section = assessment.section.key

    def __call__(
        self,
        code: str,
        words: str,
        language: Language | None = None,
        text: Commentary | None = None,
        *,
        details: Iterable[str] = (),
        overrulable: bool = True,
    ) -> Finding:
        """One finding; the section and the language stand before the words."""
        names = [str(self.assessment.section)] + ([language.name] if language else [])
        text_id = text.pk if text else None
        code_of_language = language.code if language else ""
        return Finding(
            code=code,
            section=self.section,
            language=code_of_language,
            text_id=text_id,
            message=f"{', '.join(names)}: {words}",
            fingerprint=_fingerprint(code, self.section, code_of_language, str(text_id or ""), *details),
            target=Target("commentary", text_id) if text_id else Target("assessment", self.assessment.pk),
            overrulable=overrulable,
        )


def _fingerprint(*facts: str) -> str:
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()

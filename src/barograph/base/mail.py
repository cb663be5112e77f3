"""The mail of one edition in one language, as a signed release carries it: ``mail/EDITION/LANGUAGE.json``.

A release writes it, the sender reads it, and the newsroom shows it before it goes out. It comes in
parts, because readers choose their sections; nothing in it differs from reader to reader but the
place of one link.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from html import escape

FOLDER = "mail"
FORMAT = "barograph mail 1"
UNSUBSCRIBE = "{{unsubscribe}}"
"""Stands where the reader's own link goes: once in the foot's HTML, as a whole ``href``, and once in its text."""
PREHEADER = "{{preheader}}"
"""Stands in the head's HTML where the preheader goes, hidden, because programs show what a mail begins with."""


class MailError(ValueError):
    """A file is not the mail of an edition; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a mail: the head, one section's, or the foot (``section`` is empty for head and foot)."""

    section: str
    html: str
    text: str
    preheader: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """Subject and words of a whole mail, ready to be encoded."""

    subject: str
    preheader: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class EditionMail:
    """One edition's mail in one language.

    ``parts`` are head, sections in their order, foot. ``changed`` are the sections whose verdict is another
    than in the edition before. ``notice`` is the same in a few lines, for readers who want no more than a hint.
    ``attachment`` is a file without our name or links, for readers in discreet mode: one HTML page of its own.
    """

    edition: str
    language: str
    subject: str
    parts: tuple[Part, ...]
    notice: tuple[Part, ...]
    attachment: tuple[Part, ...]
    changed: tuple[str, ...]
    address: str
    """The edition's page."""

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections it has something on, in their order."""
        return tuple(part.section for part in self.parts if part.section)

    def letter(self, sections: Collection[str] | None = None, preheader: str | None = None) -> Letter:
        """The mail with these sections only, or with all; ``preheader`` stands instead of its own."""
        return _join(self.subject, self.parts, sections, preheader)

    def notice_letter(self, sections: Collection[str] | None = None) -> Letter:
        """The hint that there is something to read, with these sections only, or with all."""
        return _join(self.subject, self.notice, sections)

    def attached_page(self, sections: Collection[str] | None = None) -> str:
        """The page that is attached in discreet mode, with these sections only, or with all."""
        return _join("", self.attachment, sections).html

    def to_json(self) -> bytes:
        """The file's content: the same mail always gives the same bytes."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1).encode() + b"\n"

    @classmethod
    def from_json(cls, content: bytes) -> EditionMail:
        """Read what ``to_json`` wrote. Raises MailError for anything else."""
        try:
            values = json.loads(content)
            if values.pop("format") != FORMAT:
                raise MailError(f"it is not of the format “{FORMAT}”")
            for name in ("parts", "notice", "attachment"):
                values[name] = tuple(Part(**part) for part in values[name])
            values["changed"] = tuple(values["changed"])
            mail = cls(**values)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise MailError(f"it is not the mail of an edition ({error})") from error
        return mail


def mail_file(edition: str, language: str) -> str:
    """The path of an edition's mail below the release's folder."""
    return f"{FOLDER}/{edition}/{language}.json"


def _join(
    subject: str, parts: Collection[Part], sections: Collection[str] | None, preheader: str | None = None
) -> Letter:
    chosen = [part for part in parts if not part.section or sections is None or part.section in sections]
    if preheader is None:
        preheader = " · ".join(part.preheader for part in chosen if part.preheader)
    html = (part.html if part.section else part.html.replace(PREHEADER, escape(preheader)) for part in chosen)
    return Letter(
        subject=subject,
        preheader=preheader,
        html="".join(html),
        text="".join(part.text for part in chosen),
    )

"""An edition's mail as a reader would get it, before it goes out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from barograph.base.drops import MODES
from barograph.base.mail import UNSUBSCRIBE, EditionMail, Letter
from barograph.base.site import Language, SectionSettings, Words, site

ATTACHED = "The text is in the attached file. It opens in any browser, also without a connection."
"""What the sender writes in a mail that has the edition attached; so are the other words in ``_in_language``."""

MODE_WORDS: dict[str, Promise] = {
    "open": _("as it is"),
    "neutral": _("neutral sender and subject"),
    "notice": _("a notice only"),
    "attachment": _("neutral, with the edition attached"),
}
"""How the mail looks in the mailbox, as readers choose it."""


@dataclass(frozen=True)
class Section:
    """A section that a reader can choose, and whether it is chosen here."""

    key: str
    name: str
    is_chosen: bool


class MailPreview:
    """A mail with the sections and in the mode that are asked for; what makes no sense is left out of account."""

    def __init__(self, mail: EditionMail, language: Language, *, sections: list[str], mode: str) -> None:
        self.mail = mail
        self.language = language
        self.mode = mode if mode in MODES else "open"
        self._chosen = [key for key in sections if key in mail.sections]

    @property
    def sections(self) -> list[Section]:
        """The sections that the mail has something on; none chosen means all."""
        found = [section for section in map(site().section, self.mail.sections) if section]
        return [Section(section.key, self._name(section), self._has(section.key)) for section in found]

    def _name(self, section: SectionSettings) -> str:
        return site().words(section.name, self.language.code)

    def _has(self, key: str) -> bool:
        return not self._chosen or key in self._chosen

    @property
    def modes(self) -> list[tuple[str, Promise, bool]]:
        """The modes, in words, and which is chosen."""
        return [(mode, MODE_WORDS[mode], mode == self.mode) for mode in MODES]

    @cached_property
    def letter(self) -> Letter:
        """Subject and words."""
        sections = self._chosen or None
        if self.mode == "notice":
            return self.mail.notice_letter(sections)
        return self.mail.letter(sections, None if self.mode == "open" else self.subject)

    @property
    def sender(self) -> str:
        """The name in From; a discreet reader's gives nothing away."""
        settings = site().newsletter
        if self.mode == "open":
            return self._words(settings.sender_name) or self._words(site().title)
        return self._words(settings.discreet_name) or self._in_language("Weekly letter")

    @property
    def subject(self) -> str:
        """The line that stands in the mailbox."""
        if self.mode == "open":
            return self.mail.subject
        return self._words(site().newsletter.discreet_subject) or self._in_language("Your weekly letter")

    @property
    def preheader(self) -> str:
        """What a mailbox shows beside the subject; nothing of the contents for a discreet reader."""
        return self.letter.preheader if self.mode == "open" else self.subject

    def _words(self, texts: Words) -> str:
        return site().words(texts, self.language.code)

    def _in_language(self, message: str) -> str:
        with override(self.language.code):
            return gettext(message)

    @property
    def html(self) -> str:
        """The HTML, in which the reader's own link leads nowhere; in the last mode, the attached page."""
        html = self.mail.attached_page(self._chosen or None) if self.mode == "attachment" else self.letter.html
        return html.replace(UNSUBSCRIBE, "#")

    @property
    def text(self) -> str:
        """The plain part."""
        link = f"{site().edge_address}/{self.language.code}/unsubscribe/…/"
        if self.mode == "attachment":
            words = self._in_language(ATTACHED)
            return f"{words}\n\n{self._in_language('To get no more letters:')}\n{link}\n"
        return self.letter.text.replace(UNSUBSCRIBE, link)

    @property
    def html_size(self) -> float:
        """Of the HTML, in kilobytes."""
        return len(self.html.encode()) / 1000

    @property
    def text_size(self) -> float:
        """Of the plain part, in kilobytes."""
        return len(self.text.encode()) / 1000

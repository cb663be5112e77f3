"""The mail of the newest editions in every language, cut into the parts that readers choose from.

The HTML is written for mail programs: MJML around it, every style on its element, nothing that is loaded
from anywhere. ``release.mail_text`` writes the plain part. The same record gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import mrml
import nh3
from css_inline import CSSInliner
from markupsafe import Markup

from barograph.base.mail import PREHEADER, UNSUBSCRIBE, EditionMail, Part, mail_file
from barograph.base.site import VERDICTS
from barograph.release import addresses, mail_text, render
from barograph.release.history import Judgement
from barograph.release.language_pages import LanguagePages
from barograph.release.record import Edition, Record, Text

CARRIED = 5
"""How many of the newest editions carry mail: a month of weeks. Nobody sends an older one, and what a release costs,
those who copy it too, must not grow with the archive."""
LONGEST = 100_000
"""Bytes of a mail's HTML: Gmail hides what comes after the first 102 kB, the link that unsubscribes among it."""
CUT = Markup("<!-- cut -->")
"""Stands between the parts. No text can hold it: prose has no comments."""

_TAGS = {"p", "b", "i", "strong", "em", "br", "h2", "h3", "ul", "ol", "li", "blockquote", "footer"}
_LINKED = nh3.Cleaner(tags={*_TAGS, "a"}, attributes={"a": {"href"}}, link_rel=None)
_UNLINKED = nh3.Cleaner(tags=_TAGS, attributes={})
_INLINER = CSSInliner(load_remote_stylesheets=False, minify_css=True)
_OPTIONS = mrml.RenderOptions(fonts={})
"""Without this, naming a font such as Roboto would make every mail load it from Google."""


def carried(record: Record) -> tuple[Edition, ...]:
    """The editions that carry mail, oldest first: the newest with commentaries, and none of an imported archive."""
    found = [edition for edition in record.editions if edition.has_texts and not edition.archived]
    return tuple(found[-CARRIED:])


def mail_of(pages: LanguagePages, edition: Edition) -> Iterator[tuple[str, bytes]]:
    """The mail of an edition in one language: file name and contents. None where it has no text in that language."""
    if any(assessment.texts.get(pages.language) for assessment in edition.assessments):
        yield mail_file(edition.slug, pages.language), edition_mail(pages, edition).to_json()


def edition_mail(pages: LanguagePages, edition: Edition) -> EditionMail:
    """The mail of one edition of the pages' record, in the pages' language."""
    return _Writer(pages, edition).mail()


class _Writer:
    """Writes one edition's mail in one language."""

    def __init__(self, pages: LanguagePages, edition: Edition) -> None:
        self.wording, self.site = pages.wording, pages.site
        self.edition = edition
        self.judgements = [(found, *pages.texts_of(found)) for found in pages.history.of_edition[edition.slug]]
        self.template = pages.environment.get_template
        self.address = self.full(addresses.edition(pages.language, edition))
        self.period = self.wording.period(edition.period)
        self.subject = f"{self.wording.title}, {self.period}"
        self.styles = self.fragment("elements.css", verdicts=VERDICTS)
        self.sheet = self.fragment("sheet.css", verdicts=VERDICTS)

    def mail(self) -> EditionMail:
        """All of it. The plain part keeps the whole texts, however long: nothing cuts it off."""
        html = self.html(whole=True)
        if sum(len(part.encode()) for part in html) > LONGEST:
            html = self.html(whole=False)
        hints = [self.hint(judgement) for judgement, *_texts in self.judgements]
        attachment = self.attachment()
        nothing = [""] * len(attachment)
        return EditionMail(
            edition=self.edition.slug,
            language=self.wording.language,
            subject=self.subject,
            parts=self.parts(html, self.texts(), ["", *hints, ""]),
            notice=self.notice(),
            attachment=self.parts(attachment, nothing, nothing),
            changed=tuple(judgement.assessment.section for judgement, *_texts in self.judgements if judgement.changed),
            address=self.address,
        )

    def parts(self, html: list[str], texts: list[str], hints: list[str]) -> tuple[Part, ...]:
        """Head, sections, foot. The foot alone may hold what the sender replaces with a reader's link."""
        sections = ["", *(judgement.assessment.section for judgement, *_texts in self.judgements), ""]
        found = [Part(*values) for values in zip(sections, html, texts, hints, strict=True)]
        above = (Part(part.section, *map(_harmless, (part.html, part.text, part.preheader))) for part in found[:-1])
        return (*above, found[-1])

    def hint(self, judgement: Judgement) -> str:
        """What mail programs show beside the subject: one section's verdict."""
        verdict = self.wording.verdicts[judgement.verdict] if judgement.verdict else self.wording.gettext("no verdict")
        return f"{self.wording.sections[judgement.assessment.section]}: {verdict}"

    def html(self, *, whole: bool) -> list[str]:
        """Head, sections, foot; ``whole`` is false for an edition whose bodies do not fit into a mail."""
        blocks = [
            self.fragment("head.html", title=self.wording.title, period=self.period, remarks=self.remarks()),
            *self.sections(linked=True, whole=whole),
            self.fragment("foot.html", ways=self.ways(), terms=self.terms()),
        ]
        return self.cut(blocks, self.subject, PREHEADER)

    def sections(self, *, linked: bool, whole: bool) -> Iterator[Markup]:
        """Each section's verdict and commentaries; without links they name no author either."""
        for judgement, own, others in self.judgements:
            yield self.fragment(
                "section.html",
                judgement=judgement,
                mark=mail_text.MARKS.get(judgement.verdict or ""),
                standing=self.standing(judgement),
                own=[(place, self.body(place.text, linked=linked) if whole else "") for place in own],
                others=others if linked else [],
                linked=linked,
                full=self.full,
            )

    def texts(self) -> list[str]:
        """Head, sections, foot as plain text."""
        sections = (
            mail_text.section(
                judgement,
                self.standing(judgement),
                [(place, self.body(place.text, linked=True)) for place in own],
                others,
                self.wording,
            )
            for judgement, own, others in self.judgements
        )
        head = mail_text.head(self.wording.title, self.period, self.remarks())
        return [head, *sections, mail_text.foot(self.ways(), self.terms())]

    def notice(self) -> tuple[Part, ...]:
        """That there is something new, and where; nothing of what it is, nor who says so."""
        gettext = self.wording.gettext
        words = gettext("There is something new to read.")
        ways = [(gettext("Unsubscribe"), UNSUBSCRIBE)]
        head, foot = self.cut(
            [
                self.fragment("notice.html", words=words, address=self.address),
                self.fragment("foot.html", ways=ways, terms=[]),
            ],
            words,
        )
        return Part("", head, mail_text.notice(words, self.address)), Part("", foot, mail_text.foot(ways, []))

    def attachment(self) -> list[str]:
        """A page with the same words that does not say whose they are: no name, no author, no link."""
        blocks = list(self.sections(linked=False, whole=True))
        styles = self.styles + self.sheet
        page = self.fragment("attachment.html", title=self.period, blocks=blocks, styles=styles, cut=CUT)
        return str(page).split(CUT)

    def ways(self) -> list[tuple[str, str]]:
        """Where a reader can go from the foot: words and addresses."""
        gettext = self.wording.gettext
        return [(gettext("This edition on the site"), self.address), (gettext("Unsubscribe"), UNSUBSCRIBE)]

    def terms(self) -> list[str]:
        """What the foot says: why this came, who sends it, how to check it, and the site's own lines."""
        gettext, site = self.wording.gettext, self.site
        lines = [
            gettext("You get this mail because you asked for the newsletter and confirmed it."),
            gettext("Published by %(publisher)s.") % {"publisher": self.wording.publisher},
            site.contact,
            gettext("To check this mail, compare it with its page; the foot of the page says how to check the page."),
            site.words(site.notice, self.wording.language),
            site.words(site.licence, self.wording.language),
        ]
        return [line for line in lines if line]

    def remarks(self) -> list[str]:
        """The corrections of the edition."""
        words = self.wording.gettext("Correction, %(day)s: %(note)s")
        return [
            words
            % {
                "day": self.wording.day(correction.made_on),
                "note": self.site.words(dict(correction.note), self.wording.language),
            }
            for correction in self.edition.corrections
        ]

    def standing(self, judgement: Judgement) -> str:
        """How long the verdict has stood; that it is a new one is said in so many words."""
        standing, changed = self.wording.standing(judgement), self.wording.gettext("The verdict has changed.")
        return f"{changed} {standing}" if judgement.changed else standing

    def body(self, text: Text, *, linked: bool) -> Markup:
        """The HTML of a body: its links lead to the site from anywhere, its headings come below the headline."""
        html = (_LINKED if linked else _UNLINKED).clean(render.relative(text.body_html, self.full(addresses.ROOT)))
        return Markup(html.replace("h3>", "h5>").replace("h2>", "h4>"))

    def full(self, address: str) -> str:
        """The whole address of a page."""
        return addresses.absolute(self.site.address, address)

    def fragment(self, template: str, **values: Any) -> Markup:
        """One of the templates of mail, in this language."""
        return Markup(self.template(f"mail/{template}").render(values))

    def cut(self, blocks: Iterable[str], title: str, preheader: str = "") -> list[str]:
        """The blocks as one mail, cut between them."""
        inlined = [Markup(_INLINER.inline_fragment(block, self.styles)) for block in blocks]
        title = " ".join(title.split())  # mrml spells out thin spaces as “\\u{2009}”, and screen readers read that
        mjml = self.fragment("letter.mjml", title=title, preheader=preheader, blocks=inlined, sheet=self.sheet, cut=CUT)
        html: str = mrml.to_html(mjml, render_options=_OPTIONS).content
        return html.split(CUT)


def _harmless(words: str) -> str:
    """The words without what the sender would take for the place of a reader's link."""
    return words.replace(UNSUBSCRIBE, "{ unsubscribe }")

"""The letter that a reader gets: which words and headers it has in which mode, in the language of the mail."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import quote

from django.utils.translation import gettext, override

from barograph.base.drops import Mode
from barograph.base.mail import UNSUBSCRIBE, EditionMail
from barograph.base.site import SiteSettings
from barograph.newsletter.addresses import domain_of
from barograph.newsletter.dkim import DkimKey
from barograph.newsletter.errors import NewsletterError
from barograph.newsletter.headers import header, list_id, mailbox, plain
from barograph.newsletter.sender_address import sender_address, sender_name, unsubscribe_address
from barograph.newsletter.templates import LINK, Page, Template, make_template

ATTACHED = "text.html"
"""The name of an attached page, which says nothing."""
# Lists of mails show the first words of each. After the subject, this keeps the letter's own words out of them: a
# mark, a joint and a space that nobody sees.
_NOTHING = "\u034f\u200c\u00a0" * 60


class LetterError(NewsletterError):
    """The mail of an edition cannot be sent as it is; the message says why."""


def letter_template(
    *,
    site: SiteSettings,
    mail: EditionMail,
    sections: tuple[str, ...],
    mode: Mode,
    sent_on: datetime,
    key: DkimKey | None,
    test: bool = False,
) -> Template:
    """The letter for all readers who chose these sections (none named means all) and this mode.

    ``test`` marks it as one that an editor sent to have a look. Raises NewsletterError when the mail or a setting
    does not allow a message to be made.
    """
    subject, pages = _words(site, mail, sections, mode)
    if test:
        with override(mail.language):
            subject = gettext("Test: %(subject)s") % {"subject": subject}
    sender, discreet = sender_address(site), mode != "open"
    name = "" if discreet else site.words(site.title, mail.language)
    headers = (
        mailbox("From", sender_name(site, mail.language, discreet), sender)
        + header("Subject", subject)
        + plain("Date", format_datetime(sent_on.astimezone(UTC)))
        + list_id(name, f"{'letter' if discreet else 'newsletter'}.{domain_of(sender)}")
        + plain("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
        + plain("Auto-Submitted", "auto-generated")
        + plain("Content-Language", mail.language)
    )
    return make_template(personal=_personal_headers(site, mail.language), headers=headers, pages=pages, key=key)


def _personal_headers(site: SiteSettings, language: str) -> bytes:
    # Two ways out: a page, with one click (RFC 8058), and a mail, which works where our pages are blocked (RFC 2369).
    page = _link(site, language, "\0").replace("%", "%%").replace("\0", "%b")
    name, _, host = unsubscribe_address(site).rpartition("@")
    mail = f"{quote(name)}@{host}".replace("%", "%%")
    return (
        plain("To", "%b")
        + plain("Message-ID", f"<%b@{domain_of(sender_address(site))}>")
        + plain("List-Unsubscribe", f"<{page}>,\r\n <mailto:{mail}?subject=%b>")
    )


def _words(
    site: SiteSettings, mail: EditionMail, sections: tuple[str, ...], mode: Mode
) -> tuple[str, tuple[Page, ...]]:
    """The subject and the texts of a letter."""
    chosen = sections or None
    if mode == "attachment":
        text = _with_link(site, mail, _text_of_attachment(mail.language))
        attached = Page("text/html", _without_link(mail.attached_page(chosen)), ATTACHED)
        return _discreet_subject(site, mail.language), (Page("text/plain", text), attached)
    subject = mail.subject if mode == "open" else _discreet_subject(site, mail.language)
    if mode == "notice":
        letter = mail.notice_letter(chosen)
    else:
        letter = mail.letter(chosen, None if mode == "open" else subject + _NOTHING)
    page = Page("text/html", _with_link(site, mail, letter.html))
    return subject, (Page("text/plain", _with_link(site, mail, letter.text)), page)


def _with_link(site: SiteSettings, mail: EditionMail, text: str) -> str:
    if text.count(UNSUBSCRIBE) != 1:
        raise LetterError(
            f"the mail of {mail.edition} in “{mail.language}” has not exactly one place for the link to unsubscribe, "
            "and no mail goes out without it: build the release again"
        )
    return _without_link(text).replace(UNSUBSCRIBE, _link(site, mail.language, LINK))


def _without_link(text: str) -> str:
    # Fonts of icons have a picture at this character, and authors paste it: no reader's token may go there.
    return text.replace(LINK, "\ufffd")


def _link(site: SiteSettings, language: str, token: str) -> str:
    return f"{site.edge_address}/{language}/unsubscribe/{token}/"


def _discreet_subject(site: SiteSettings, language: str) -> str:
    if subject := site.words(site.newsletter.discreet_subject, language):
        return subject
    with override(language):
        return gettext("Your weekly letter")


def _text_of_attachment(language: str) -> str:
    with override(language):
        what = gettext("The text is in the attached file. It opens in any browser, also without a connection.")
        end = gettext("To get no more letters:")
    return f"{what}\n\n{end}\n{UNSUBSCRIBE}\n"

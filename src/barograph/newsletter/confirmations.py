"""The mails that ask for a confirmation: plain, one link, and nothing that somebody typed into a form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext, override

from barograph.base.site import SiteSettings
from barograph.newsletter import DATABASE, posting
from barograph.newsletter.addresses import domain_of
from barograph.newsletter.errors import NewsletterError
from barograph.newsletter.finding import indexes
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.limits import asked_index, give_back, may_ask, spend
from barograph.newsletter.models import Asked, SignUp
from barograph.newsletter.posting import Mail
from barograph.newsletter.readers import Reader, open_reader
from barograph.newsletter.sender_address import sender_address, sender_name
from barograph.newsletter.wishes import day_of

BATCH = 20
"""Mails that are marked in one transaction and then handed over on one connection."""

Post = Callable[[SiteSettings, Sequence[Mail]], Sequence[Mail]]
"""Hands mails to a relay and returns those that were surely not taken, as ``posting.post`` does."""


@dataclass(frozen=True, slots=True)
class _Marked:
    """A mail that is written down as sent, and what to undo if it surely was not."""

    mail: Mail
    row: SignUp
    asked: Asked
    domain: bytes


def send_due(*, keys: SenderKeys, site: SiteSettings, now: datetime, post: Post = posting.post) -> int:
    """Send the confirmation mails that are due, within the limits; returns how many went out.

    Each is marked as sent, durably, before it is handed over: after a crash it may be lost, but never comes twice.
    A reader who waits in vain asks again. What a relay surely did not take is due again. Over a budget of this hour a
    wish waits for the next one; over an address's own limit it is forgotten without a word. Raises PostingError when
    no relay answers, and RelayError and SenderAddressError for settings that lead nowhere.
    """
    due = SignUp.objects.filter(sent=False, expires_at__gt=now).order_by("asked_on", "pk")
    numbers = iter(list(due.values_list("pk", flat=True)))
    budgets = _Budgets(site, now)
    count = 0
    while not budgets.used_up and (some := list(islice(numbers, BATCH))):
        with transaction.atomic(using=DATABASE):
            rows = SignUp.objects.select_for_update().filter(pk__in=some, sent=False).order_by("asked_on", "pk")
            marked = [each for row in rows if (each := _mark(row, keys, budgets)) is not None]
        if marked:
            count += _hand_over(marked, site, now, post)
    return count


class _Budgets:
    """This hour's budgets, as far as they are known to be used up."""

    def __init__(self, site: SiteSettings, now: datetime) -> None:
        self.site, self.now = site, now
        self.used_up = False
        self._full_domains: set[bytes] = set()

    def spend(self, domain: bytes) -> bool:
        """Take one mail to this domain from them."""
        if self.used_up or domain in self._full_domains:
            return False
        answer = spend(domain, self.now, self.site.newsletter)
        self.used_up = answer == "all"
        if answer == "domain":
            self._full_domains.add(domain)
        return answer == "spent"


def _mark(row: SignUp, keys: SenderKeys, budgets: _Budgets) -> _Marked | None:
    """Mark a wish's mail as sent and make it, if the limits let it go out now."""
    try:
        reader = open_reader(keys.rows_of(row.generation), row.pk, bytes(row.sealed))
    except (ValueError, KeyError):
        row.delete()  # nobody will ever read it
        return None
    today = day_of(budgets.now)
    counted = [asked_index(index, row.kind) for index in indexes(keys, reader.address)]
    if not may_ask(counted, today):
        row.delete()  # without a mail there is no link, and so nothing to wait for
        return None
    domain = keys.row_keys.index("domain " + domain_of(reader.address))
    if not budgets.spend(domain):
        return None
    SignUp.objects.filter(pk=row.pk).update(sent=True)
    asked = Asked.objects.create(index=counted[0], generation=keys.row_keys.generation, day=today)
    content = confirmation(row, reader, keys=keys, site=budgets.site, now=budgets.now)
    return _Marked(Mail(reader.address, content), row, asked, domain)


def _hand_over(marked: Sequence[_Marked], site: SiteSettings, now: datetime, post: Post) -> int:
    """Post what is marked; take the marks back from what surely was not taken."""
    try:
        left = post(site, [each.mail for each in marked])
    except NewsletterError:
        _take_back(marked, now)
        raise
    _take_back([each for each in marked if each.mail in left], now)
    return len(marked) - len(left)


def _take_back(marked: Sequence[_Marked], now: datetime) -> None:
    with transaction.atomic(using=DATABASE):
        for each in marked:
            SignUp.objects.filter(pk=each.row.pk).update(sent=False)
            Asked.objects.filter(pk=each.asked.pk).delete()
            give_back(each.domain, now)


def confirmation(row: SignUp, reader: Reader, *, keys: SenderKeys, site: SiteSettings, now: datetime) -> bytes:
    """The mail for a wish, in the reader's language. A discreet reader's does not name the publication."""
    language, discreet = reader.choices.language, reader.choices.mode != "open"
    with override(language):
        subject, text = _words(row, reader, site)
    message = EmailMessage(policy=SMTP)
    message["Date"] = format_datetime(now)
    message["From"] = Address(sender_name(site, language, discreet), addr_spec=sender_address(site))
    message["To"] = Address(addr_spec=reader.address)
    message["Subject"] = subject
    # The same on every try, so that a mailbox can see that it has this one.
    number = keys.derive(b"confirmation", row.pk.bytes)[:16].hex()
    message["Message-ID"] = f"<{number}@{domain_of(sender_address(site))}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine answers it
    message.set_content(text)
    message["Content-Language"] = language
    return message.as_bytes()


def _words(row: SignUp, reader: Reader, site: SiteSettings) -> tuple[str, str]:
    """Subject and text, in the language that is switched on."""
    language = reader.choices.language
    name = site.words(site.title, language) if reader.choices.mode == "open" else ""
    if row.kind == SignUp.Kind.ERASE:
        page = "erase"
        subject = gettext("Please confirm: erase my address")
        what = gettext("Somebody, hopefully you, asked us to erase everything we keep about this address.")
    elif name:
        page = "confirm"
        subject = gettext("Please confirm your subscription to %(name)s") % {"name": name}
        what = gettext("Somebody, hopefully you, asked for %(name)s to be sent to this address.") % {"name": name}
    else:
        page = "confirm"
        what = gettext("Somebody, hopefully you, asked for mail from us to be sent to this address.")
    if not name:
        subject = gettext("Please confirm")
    how = gettext("If it was you, open this page and press the button:")
    link = f"{site.edge_address}/{language}/{page}/{reader.token}/"
    otherwise = gettext("If it was not you, do nothing: we forget this request within 72 hours.")
    return subject, f"{what}\n\n{how}\n\n{link}\n\n{otherwise}\n"

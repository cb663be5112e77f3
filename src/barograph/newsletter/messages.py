"""From a reader's sealed row and the mail of an edition to a message on its way, in some microseconds.

All readers with the same language, sections and mode get the same bytes, but for their address, the number of their
message and their link. The date is the campaign's.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from barograph.base.drops import Mode
from barograph.base.mail import EditionMail
from barograph.base.site import SiteSettings
from barograph.newsletter.addresses import domain_of
from barograph.newsletter.deliveries import Outgoing, Reserved
from barograph.newsletter.dkim import DkimKey
from barograph.newsletter.envelope import message_number, return_path
from barograph.newsletter.headers import HeaderError, checked_address
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.letters import LetterError, letter_template
from barograph.newsletter.readers import open_reader
from barograph.newsletter.sender_address import return_address, sender_address
from barograph.newsletter.templates import Template
from barograph.trust.sealing import SealError
from barograph.trust.tokens import LENGTH, Purpose

TEMPLATES = 256
"""How many templates are kept. One is as long as its message: all of them have some twenty megabytes at most."""
_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{LENGTH}}}")


class MessageMaker:
    """Makes the messages of one campaign out of its mails by language. ``sent_on`` is the date in every copy.

    Raises NewsletterError when a mail or a setting does not allow a message to be made: nobody is told of it later,
    one by one, as of a message that failed.
    """

    def __init__(
        self, *, site: SiteSettings, keys: SenderKeys, mails: Mapping[str, EditionMail], sent_on: datetime
    ) -> None:
        self._site, self._keys, self._mails, self._sent_on = site, keys, mails, sent_on
        self._return_address = return_address(site)
        self._dkim_key = DkimKey.of(site, domain_of(sender_address(site)))
        self._template = lru_cache(TEMPLATES)(self._make_template)
        for language in mails:
            self._template(language, (), "open")

    def __call__(self, reserved: Reserved) -> Outgoing | None:
        """The message of a delivery, or nothing when its row cannot be opened or holds what cannot be sent."""
        try:
            reader = open_reader(self._keys.rows_of(reserved.generation), reserved.subscriber, reserved.sealed)
            address = checked_address(reader.address)
        except (SealError, KeyError, HeaderError):
            return None
        if not _TOKEN.fullmatch(reader.token):
            return None
        template = self._template(reserved.language, reader.choices.sections, reader.choices.mode)
        number = message_number(self._keys, reserved.id)
        pieces = template.fill(address.encode(), number.encode(), reader.token.encode())
        return Outgoing(address, return_path(reserved.id, self._return_address), pieces)

    def _make_template(self, language: str, sections: tuple[str, ...], mode: Mode) -> Template:
        if language not in self._mails:
            raise LetterError(f"the campaign has a delivery in “{language}”, but no mail in that language")
        return letter_template(
            site=self._site,
            mail=self._mails[language],
            sections=sections,
            mode=mode,
            sent_on=self._sent_on,
            key=self._dkim_key,
        )


def test_message(
    *, site: SiteSettings, keys: SenderKeys, mail: EditionMail, address: str, sent_on: datetime
) -> Outgoing:
    """The whole mail, to have a look at: marked as a test in its subject, and with a link that unsubscribes nobody.

    Raises NewsletterError when the address, the mail or a setting does not allow it.
    """
    checked_address(address)
    key = DkimKey.of(site, domain_of(sender_address(site)))
    template = letter_template(site=site, mail=mail, sections=(), mode="open", sent_on=sent_on, key=key, test=True)
    delivery = secrets.randbits(63)  # nobody's: its bounce is nobody's either
    token = keys.tokens.sign(Purpose.UNSUBSCRIBE, secrets.token_bytes(16))
    pieces = template.fill(address.encode(), message_number(keys, delivery).encode(), token.encode())
    return Outgoing(address, return_path(delivery, return_address(site)), pieces)

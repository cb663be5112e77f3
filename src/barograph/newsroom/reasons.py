"""Why a message was not taken, in plain words: the enhanced status codes of RFC 3463 that are met in practice.

RFC 7372 (signatures), 7505 (no mail at all) and the IANA list of enhanced status codes add a few.

A reason is a reply code and an enhanced status, such as “550 5.1.1”; some relays give only the first.
"""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_REASON = re.compile(r"(?:^|\s)([245])\.(\d{1,3})\.(\d{1,3})(?:\s|$)")

_DETAILS: dict[tuple[int, int], Promise] = {
    (1, 0): _("Something is wrong with the address."),
    (1, 1): _("There is no such mailbox."),
    (1, 2): _("There is no such mail domain."),
    (1, 3): _("The address is not written as addresses are."),
    (1, 6): _("The mailbox has moved."),
    (1, 7): _("Our own sender’s address is refused."),
    (1, 8): _("The domain of our own sender’s address is refused."),
    (1, 10): _("The domain takes no mail at all."),
    (2, 0): _("Something is wrong with the mailbox."),
    (2, 1): _("The mailbox is closed or switched off."),
    (2, 2): _("The mailbox is full."),
    (2, 3): _("The message is longer than this mailbox takes."),
    (3, 1): _("The provider’s disks are full."),
    (3, 2): _("The provider takes no mail at the moment."),
    (3, 4): _("The message is longer than the provider takes."),
    (4, 1): _("The provider’s server did not answer."),
    (4, 2): _("The connection to the provider broke."),
    (4, 3): _("The provider’s domain could not be looked up."),
    (4, 4): _("No way to the provider was found."),
    (4, 5): _("The provider has too much mail at the moment."),
    (4, 6): _("The message went round in circles."),
    (4, 7): _("It could not be handed over in time."),
    (5, 3): _("Too many readers in one message."),
    (6, 3): _("The provider could not read the form of the message."),
    (7, 0): _("The provider refused it by a rule of its own."),
    (7, 1): _("The provider refused it by a rule of its own, often against unwanted mail."),
    (7, 8): _("The relay did not accept our name and password."),
    (7, 20): _("The message bears no valid signature of our domain (DKIM)."),
    (7, 21): _("The message bears no valid signature of our domain (DKIM)."),
    (7, 23): _("Our server is not allowed to send for our domain (SPF)."),
    (7, 24): _("Our server is not allowed to send for our domain (SPF)."),
    (7, 25): _("Our server’s address has no name (reverse DNS)."),
    (7, 26): _("Neither the signature nor the server is accepted for our domain (DKIM and SPF)."),
    (7, 28): _("The provider thinks that we send too much at once."),
}
"""By subject and detail; what they say is the same whether it lasts (5) or passes (4)."""

_SUBJECTS: dict[int, Promise] = {
    1: _("Something is wrong with the address."),
    2: _("Something is wrong with the mailbox."),
    3: _("The provider’s mail system cannot take it."),
    4: _("The way to the provider is disturbed."),
    5: _("The provider’s server and ours did not understand each other."),
    6: _("The provider could not read the form of the message."),
    7: _("The provider refused it by a rule of its own."),
}

_PASSING = _("The provider put it off; it did not say why.")
_LASTING = _("The provider refused it; it did not say why.")
_UNSAID = _("No reason is known.")


def explain(reason: str) -> Promise:
    """A reason in words of the reader's language; for a code that is not known, what is sure of it."""
    found = _REASON.search(reason)
    if found:
        subject, detail = int(found[2]), int(found[3])
        words = _DETAILS.get((subject, detail)) or _SUBJECTS.get(subject)
        if words is not None:
            return words
    return _PASSING if reason.startswith("4") else _LASTING if reason.startswith("5") else _UNSAID


def is_lasting(reason: str) -> bool:
    """Whether the relay said that trying again is of no use (its reply code starts with 5)."""
    return reason.startswith("5")

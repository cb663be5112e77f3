"""Mail addresses: one spelling of each, and nothing in it that could act in a mail, a page or a log."""

from __future__ import annotations

import re
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

LONGEST = 254
"""Characters of an address (RFC 5321, erratum 1690)."""
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_MAILBOX = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
"""What may stand before the @: “dot-atom” of RFC 5322, in small letters."""


class AddressError(ValueError):
    """This is no mail address that we write to. The message does not repeat it."""


def normalise(text: object) -> str:
    """The one spelling of a mail address: small letters, and its domain in ASCII (IDNA, RFC 5890).

    Raises AddressError for anything else: quoted or literal parts, letters beyond ASCII before the @ (RFC 6531,
    which many relays do not take), control and invisible characters, marks that change the direction of writing.
    """
    if not isinstance(text, str):
        raise AddressError("this is no mail address")
    mailbox, _, domain = text.strip(" \t\r\n").rpartition("@")
    # The sign of kelvin is no capital of ours, although lower() makes a “k” of it.
    if not (mailbox.isascii() and _MAILBOX.fullmatch(mailbox.lower()) and len(mailbox) <= 64):
        raise AddressError("this is no mail address")
    address = f"{mailbox.lower()}@{_domain(domain)}"
    if len(address) > LONGEST:
        raise AddressError("this mail address is too long")
    return address


def domain_of(address: str) -> str:
    """The part of a normalised address after the @."""
    return address.rpartition("@")[2]


@lru_cache(maxsize=4096)
def _domain(text: str) -> str:
    """A mail domain as DNS has it. A list names few of them again and again."""
    try:
        # “.test” belongs to nobody (RFC 2606): lists for rehearsals use it. Deliverability is the relay's to find out.
        parts = validate_email(f"x@{text}", check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except (EmailNotValidError, UnicodeError):
        raise AddressError("this is no mail address") from None
    return parts.ascii_domain.lower()

"""Mail addresses: one spelling of each, and nothing in it that could act in a mail, a page or a log."""

from __future__ import annotations

import unicodedata

from email_validator import EmailNotValidError, validate_email


class AddressError(ValueError):
    """This is no mail address that we write to. The message does not repeat it."""


def normalise(text: object) -> str:
    """The one spelling of a mail address: small letters, composed (NFC), its domain in ASCII (RFC 5890).

    Letters beyond ASCII before the @ are kept (RFC 6531); a relay that cannot take them says so. Raises AddressError
    for anything else: quoted or literal parts, control and invisible characters, marks that change the direction of
    writing, more than 254 bytes.
    """
    if not isinstance(text, str):
        raise AddressError("this is no mail address")
    try:
        # “.test” belongs to nobody (RFC 2606): lists for rehearsals use it. Deliverability is the relay's to find out.
        parts = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except (EmailNotValidError, UnicodeError):
        raise AddressError("this is no mail address") from None
    # Small letters, not casefold: that would turn “ß” into “ss”, which is another mailbox.
    local = unicodedata.normalize("NFC", parts.local_part.lower())
    address = f"{local}@{parts.ascii_domain.lower()}"
    if len(address.encode()) > 254:
        raise AddressError("this mail address is too long")
    return address


def domain_of(address: str) -> str:
    """The part of a normalised address after the @."""
    return address.rpartition("@")[2]

"""Mail addresses: one spelling of each, and nothing in it that could act in a mail, a page or a log."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email


class AddressError(ValueError):
    """This is no mail address that we write to. The message does not repeat it."""


def normalise(text: object) -> str:
    """The one spelling of a mail address: small letters, and its domain in ASCII (IDNA, RFC 5890).

    Raises AddressError for anything else: quoted or literal parts, letters beyond ASCII before the @ (RFC 6531,
    which many relays do not take), control and invisible characters, marks that change the direction of writing.
    """
    if not isinstance(text, str):
        raise AddressError("this is no mail address")
    try:
        # “.test” belongs to nobody (RFC 2606): lists for rehearsals use it. Deliverability is the relay's to find out.
        parts = validate_email(
            text.strip(" \t\r\n"),
            check_deliverability=False,
            allow_smtputf8=False,
            test_environment=True,
            strict=True,
        )
    except (EmailNotValidError, UnicodeError):
        raise AddressError("this is no mail address") from None
    return f"{parts.local_part}@{parts.ascii_domain}".lower()


def domain_of(address: str) -> str:
    """The part of a normalised address after the @."""
    return address.rpartition("@")[2]

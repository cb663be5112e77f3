"""What readers fill in: read, checked against what the site offers, and given back as they typed it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from barograph.base.drops import CADENCES, MODES, Cadence, Choices, Mode, SignUp
from barograph.base.site import SiteSettings
from barograph.edge.request import Fields

LONGEST_ADDRESS = 254
"""Characters of an address that can be written to (RFC 5321, 4.5.3.1.3, as corrected by erratum 1690)."""
TRAP = "comment"
"""A field that people neither see nor hear; whoever fills it in is a program."""


class AddressError(ValueError):
    """This is no address to write to; ``mistake`` is a word for what is wrong, which the form puts into a sentence."""

    def __init__(self, mistake: str) -> None:
        super().__init__(mistake)
        self.mistake = mistake


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was filled in. ``mistakes`` has a word for each field that is not in order."""

    address: str
    language: str
    sections: tuple[str, ...]
    cadence: str
    mode: str
    understood: bool = False
    mistakes: dict[str, str] = field(default_factory=dict)
    checked: ValidatedEmail | None = None

    @property
    def choices(self) -> Choices:
        """What was chosen, once there are no mistakes; ``sections`` as the sender has them, where none means all."""
        return Choices(self.language, self.sections, cast("Cadence", self.cadence), cast("Mode", self.mode))


class SubscriptionForm:
    """The form of a site."""

    def __init__(self, site: SiteSettings) -> None:
        self.languages = site.language_codes
        self.sections = tuple(section.key for section in site.sections if not section.retired)

    def empty(self, language: str) -> Filled:
        """The form as it is first shown on the pages of a language: everything is chosen that most readers want."""
        return Filled("", language, self.sections, CADENCES[0], MODES[0])

    def read(self, fields: Fields, language: str) -> Filled:
        """The form as it came back. What it must not say is a mistake, and shown as the form first showed it."""
        presets, mistakes = self.empty(language), {}
        typed, checked = one(fields, "address"), None
        try:
            checked = check_address(typed)
        except AddressError as error:
            mistakes["address"] = error.mistake
        chosen = {}
        offers = {"language": (self.languages, language), "cadence": (CADENCES, presets.cadence)}
        offers["mode"] = (MODES, presets.mode)
        for name, (offered, preset) in offers.items():
            # A site with one language does not ask for it.
            value = one(fields, name) if name in fields else preset if len(offered) == 1 else ""
            if value not in offered:
                mistakes[name] = "unknown"
            chosen[name] = value if value in offered else preset
        sections = self._read_sections(fields, mistakes)
        understood = "understood" in fields
        return Filled(
            shown(typed), sections=sections, understood=understood, mistakes=mistakes, checked=checked, **chosen
        )

    def _read_sections(self, fields: Fields, mistakes: dict[str, str]) -> tuple[str, ...]:
        if len(self.sections) < 2:
            return self.sections
        given = fields.get("section", [])
        if not set(given) <= set(self.sections):
            mistakes["sections"] = "unknown"
            return self.sections
        if not given:
            mistakes["sections"] = "none"
        return tuple(key for key in self.sections if key in given)

    def sign_up(self, filled: Filled, day: date) -> SignUp:
        """The wish in a form without mistakes."""
        address = (filled.checked and filled.checked.ascii_email) or ""
        choices = filled.choices
        if choices.sections == self.sections:
            choices = Choices(choices.language, (), choices.cadence, choices.mode)
        return SignUp(address, choices, day)


def one(fields: Fields, name: str) -> str:
    """The value of a field that is there once; otherwise nothing."""
    values = fields.get(name, [])
    return values[0] if len(values) == 1 else ""


def shown(typed: str) -> str:
    """What somebody typed, as it may be shown again: no longer than an address, and without signs one cannot see."""
    return "".join(letter for letter in typed.strip() if not _unseen(letter))[:LONGEST_ADDRESS]


def check_address(typed: str) -> ValidatedEmail:
    """The address that was typed. Raises AddressError. Nobody is asked whether it exists.

    Letters beyond ASCII may stand after the @ only: a relay need not know RFC 6531.
    """
    text = typed.strip()
    if not text:
        raise AddressError("missing")
    if len(text) > LONGEST_ADDRESS:
        raise AddressError("long")
    if any(_unseen(letter) for letter in text):
        raise AddressError("unseen")
    if text.count("@") != 1:
        raise AddressError("at")
    if not text.partition("@")[0].isascii():
        raise AddressError("letters")
    try:
        # “.test” belongs to nobody (RFC 2606): rehearsals use it.
        found = validate_email(
            text, check_deliverability=False, allow_smtputf8=False, test_environment=True, strict=True
        )
    except (EmailNotValidError, UnicodeError) as error:
        raise AddressError("wrong") from error
    return found


def watched_domain(address: ValidatedEmail, watched: Iterable[str]) -> str:
    """The watched domain that an address belongs to, also as a domain below it; nothing for most addresses."""
    domains = [f".{address.domain}", f".{address.ascii_domain}"]
    for name in watched:
        ending = "." + name.strip().strip(".").lower()
        if ending != "." and any(domain.endswith(ending) for domain in domains):
            return ending[1:]
    return ""


def _unseen(letter: str) -> bool:
    """Control characters, line ends, signs that turn the direction of writing, unassigned ones and the like."""
    return unicodedata.category(letter)[0] == "C" or unicodedata.category(letter) in {"Zl", "Zp"}

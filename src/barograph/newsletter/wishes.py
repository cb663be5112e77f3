"""What a drop of the edge asks for, opened and checked.

Whoever holds the edge can seal whatever they like to our public key, so nothing in a drop is taken on trust: not
even that a text is a text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from barograph.base.drops import CADENCES, MODES, Choices, Drop, DropError, Forget, SignUp, Used, unpack
from barograph.base.site import SiteSettings
from barograph.newsletter.addresses import AddressError, normalise
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.models import SignUp as Waiting
from barograph.trust.sealing import SealError, key_number
from barograph.trust.tokens import Token, TokenError, read_token


class RefusedError(Exception):
    """A drop that nothing is done about; the message is the reason as reports count it."""


class KeyMissingError(RefusedError):
    """A drop sealed to a key that this sender does not have."""


@dataclass(frozen=True, slots=True)
class Wish:
    """To subscribe with these choices, or to have everything erased: to be confirmed by mail."""

    kind: Waiting.Kind
    address: str = field(repr=False)
    choices: Choices
    day: date
    consent: int


@dataclass(frozen=True)
class DropReader:
    """Opens drops of one batch. It remembers the spellings of addresses: a flood names few of them again and again."""

    keys: SenderKeys
    site: SiteSettings
    today: date
    _spellings: dict[object, str] = field(default_factory=dict, repr=False)
    _numbers: set[bytes] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._numbers.update(key.public.number for key in self.keys.sealing)

    def read(self, sealed: bytes) -> Wish | Token:
        """What a drop asks for. Raises RefusedError."""
        drop = self._open(sealed)
        if isinstance(drop, Used):
            return self._token(drop.token)
        try:
            return self._wish(drop)
        except AddressError as error:
            raise RefusedError("no mail address") from error
        except TypeError as error:  # a list where a text should be cannot be looked up
            raise RefusedError("not readable") from error

    def _open(self, sealed: bytes) -> Drop:
        number = key_number(sealed)
        if number and number not in self._numbers:
            raise KeyMissingError("sealed to a key that is not here")
        try:
            return unpack(self.keys.open_drop(sealed))
        except (SealError, DropError, RecursionError) as error:
            # JSON nested a thousand deep: a RecursionError.
            raise RefusedError("not readable") from error

    def _token(self, text: object) -> Token:
        try:
            if isinstance(text, str):
                return read_token(text, self.keys.known_tokens, today=self.today)
        except TokenError:
            pass
        raise RefusedError("a link that is forged or out of date")

    def _wish(self, drop: SignUp | Forget) -> Wish:
        address = self._spellings.get(drop.address)
        if address is None:
            address = self._spellings[drop.address] = normalise(drop.address)
        if isinstance(drop, Forget):
            return Wish(Waiting.Kind.ERASE, address, Choices(self._language(drop.language)), self.today, 0)
        if type(drop.consent) is not int:
            raise RefusedError("not readable")
        return Wish(
            Waiting.Kind.SUBSCRIBE, address, self._choices(drop.choices), min(drop.day, self.today), drop.consent
        )

    def _choices(self, choices: Choices) -> Choices:
        """The choices in the site's order; all sections are the same as none named, also when one is added later."""
        keys = [section.key for section in self.site.sections]
        chosen = set(choices.sections)
        if not chosen <= set(keys) or choices.cadence not in CADENCES or choices.mode not in MODES:
            raise RefusedError("choices that this site does not offer")
        sections = tuple(key for key in keys if key in chosen) if chosen < set(keys) else ()
        return Choices(self._language(choices.language), sections, choices.cadence, choices.mode)

    def _language(self, code: object) -> str:
        if not isinstance(code, str) or code not in self.site.language_codes:
            raise RefusedError("a language that this site does not have")
        return code


def day_of(now: datetime) -> date:
    """The day that counts for tokens, limits and rows: the same all over the world."""
    return now.astimezone(UTC).date()

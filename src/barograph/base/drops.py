"""What the edge drops in the box for the sender: one reader's wish, always of the same size once packed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Literal

SIZE = 1024
"""Bytes of every packed drop, so that its length says nothing."""

CONTEXT = b"barograph drop 1"
"""What drops are sealed with, so that nothing sealed for another purpose is taken for one."""

Mode = Literal["open", "neutral", "notice", "attachment"]
"""How the mail looks in the mailbox: as it is, neutral sender and subject, a hint only, or a neutral attachment."""
MODES: tuple[Mode, ...] = ("open", "neutral", "notice", "attachment")

Cadence = Literal["each", "changes"]
"""Each edition, or only those in which the verdict of a chosen section changed."""
CADENCES: tuple[Cadence, ...] = ("each", "changes")

CONSENT_VERSION = 1
"""The version of the words that a reader agrees to when subscribing; a new wording gets a new number."""


class DropError(ValueError):
    """This is no drop, or it does not fit; the message says why."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a reader wants: a language, sections (none named means all), how often, and how openly."""

    language: str
    sections: tuple[str, ...] = ()
    cadence: Cadence = "each"
    mode: Mode = "open"


@dataclass(frozen=True, slots=True)
class SignUp:
    """Somebody typed an address into the form on this day, having read this version of the words above it."""

    address: str = field(repr=False)
    choices: Choices
    day: date
    consent: int = CONSENT_VERSION


@dataclass(frozen=True, slots=True)
class Forget:
    """Somebody typed an address to have everything about it erased, and gets a link by mail to confirm it."""

    address: str = field(repr=False)
    language: str
    day: date


@dataclass(frozen=True, slots=True)
class Used:
    """A signed link was used: one that confirms, unsubscribes or erases."""

    token: str = field(repr=False)


Drop = SignUp | Forget | Used
_KINDS: dict[str, type[SignUp | Forget | Used]] = {"sign-up": SignUp, "forget": Forget, "used": Used}


def pack(drop: Drop) -> bytes:
    """A drop as ``SIZE`` bytes. Raises DropError for one that does not fit."""
    kind = next(name for name, made in _KINDS.items() if isinstance(drop, made))
    content = json.dumps({"kind": kind, **asdict(drop)}, ensure_ascii=False, default=date.isoformat).encode()
    if len(content) > SIZE:
        raise DropError(f"it has {len(content)} bytes; {SIZE} are allowed")
    return content.ljust(SIZE)


def unpack(content: bytes) -> Drop:
    """Read what ``pack`` wrote. Raises DropError for anything else."""
    try:
        values = json.loads(content)
        made = _KINDS[values.pop("kind")]
        if "day" in values:
            values["day"] = date.fromisoformat(values["day"])
        if "choices" in values:
            choices = values["choices"]
            values["choices"] = Choices(**{**choices, "sections": tuple(choices["sections"])})
        drop = made(**values)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise DropError(f"this is no drop ({type(error).__name__})") from error
    return drop

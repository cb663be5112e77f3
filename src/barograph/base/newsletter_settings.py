"""The settings of the newsletter: the table ``[newsletter]`` of ``barograph.toml``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Policy = Literal["reconcile", "resend", "hold"]
"""What is done with the few messages of which a crash left it unknown whether the relay has them."""


def _schedule(value: str) -> str:
    if value and not re.fullmatch(rf"({'|'.join(WEEKDAYS)}) ([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError(f"“{value}” is not a weekday and a time such as “friday 09:00”")
    return value


class NewsletterSettings(BaseModel):
    """How readers subscribe, and how their mail is sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    open: bool = Field(
        False, description="Whether readers are invited to subscribe, on every page; the forms are the edge's."
    )
    address: str = Field(
        "", description="The public address of the edge, without a slash at the end; empty for the site's own address."
    )
    sender: str = Field("", description="The mail address in From; empty for `newsletter@` the site's host.")
    sender_name: dict[str, str] = Field(
        default_factory=dict, description="The name in From in each language; empty for the publication's name."
    )
    discreet_name: dict[str, str] = Field(
        default_factory=dict, description="The name in From for readers who chose the discreet mode; a neutral one."
    )
    discreet_subject: dict[str, str] = Field(
        default_factory=dict, description="The subject for readers who chose the discreet mode; a neutral one."
    )
    return_address: str = Field(
        "", description="Where bounces go, with `+` and a number before the `@`; empty for the address in From."
    )
    unsubscribe_address: str = Field(
        "", description="Where a reader unsubscribes by mail; empty for `unsubscribe@` the host of the address in From."
    )
    fallback: dict[str, list[str]] = Field(
        default_factory=dict,
        description="By language, the languages sent instead when an edition lacks it; the site's order otherwise.",
    )
    schedule: Annotated[str, AfterValidator(_schedule)] = Field(
        "",
        description="When the newest edition is sent each week, such as `friday 09:00` in the site's time zone; "
        "empty to send on order only.",
    )
    policy: Policy = Field(
        "reconcile",
        description="What is done with messages that a crash left in doubt: `reconcile` asks Postfix's log, "
        "`resend` sends them once more, `hold` leaves them to you.",
    )
    postfix_log: Path = Field(
        Path("/var/log/mail.log"), description="The log of the Postfix on the sender's machine, for `reconcile`."
    )
    settle_seconds: float = Field(
        10, ge=0, description="How long after a crash Postfix is given to write its log before it is asked."
    )
    retries: list[int] = Field(
        default_factory=lambda: [300, 900, 3600, 4 * 3600, 12 * 3600, 24 * 3600],
        description="Seconds to wait before each new try of a message that the relay put off; then it has failed.",
    )
    connections: int = Field(8, ge=1, le=200, description="Connections to each relay.")
    per_second: float = Field(0, ge=0, description="Messages a second to each relay; 0 for no limit.")
    watched_domains: list[str] = Field(
        default_factory=list,
        description="Mail domains that the state can open: readers who type one are warned first.",
    )
    hourly_confirmations: int = Field(300, ge=1, description="Confirmation mails an hour, to everybody.")
    hourly_confirmations_per_domain: int = Field(60, ge=1, description="Confirmation mails an hour to one mail domain.")
    database_url: str = Field(
        "", description="The subscribers' database, as `database_url`; empty for SQLite in the sender's folder."
    )
    folder: Path | None = Field(
        None, description="The sender's folder: its key and its database; `private/sender` when left out."
    )
    release: Path | None = Field(
        None, description="The signed release that the sender reads; `release/current` when left out."
    )
    release_key: str = Field(
        "", description="The public key (“RW…”) that releases must be signed with; empty for `private/signing.pub`."
    )
    incoming: Path | None = Field(
        None, description="A Maildir or mbox with bounces and unsubscriptions that came by mail; the sender empties it."
    )
    key_passphrase: SecretStr | None = Field(
        None, description="Opens the sender's key; asked for on the terminal when empty."
    )
    key_passphrase_file: Path | None = Field(
        None, description="A file that holds it; relative to the site's folder. Better on a medium that you take away."
    )
    dkim_key: Path | None = Field(
        None, description="A DKIM private key (PEM), to sign messages ourselves; normally the relay does it."
    )
    dkim_selector: str = Field("", description="The DKIM selector of that key.")

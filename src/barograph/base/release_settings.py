"""What a release holds and where it goes: the table ``[release]`` of ``barograph.toml``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

TargetKind = Literal["folder", "rsync", "s3"]
CopyKind = Literal["pdf", "epub", "html", "text"]


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not value.isascii() or not value.isprintable():
        raise ValueError(f"“{value}” is not an address such as https://mirror.example.org")
    if any(character in value for character in " \"'<>"):
        raise ValueError(f"“{value}” has a character that no address has")
    return value.rstrip("/")


def _onion(value: str) -> str:
    if value and not re.fullmatch(r"http://[a-z2-7]{56}\.onion", value.rstrip("/")):
        raise ValueError(f"“{value}” is not the address of an onion service: http:// and 56 letters before .onion")
    return value.rstrip("/")


def _name(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value) or len(value) > 40:
        raise ValueError(f"“{value}” must be at most 40 lower-case letters, digits and single hyphens")
    return value


_PLACES = {
    "folder": (re.compile(r"[^\0\n]+"), "the path of a folder"),
    "rsync": (
        re.compile(r"([\w.-]+@)?([a-zA-Z0-9][a-zA-Z0-9.-]*|\[[0-9a-fA-F:]+\]):[\w/~][\w./~+-]*", re.ASCII),
        "a place such as web@example.org:/srv/site",
    ),
    "s3": (re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]+(/\w[\w.+-]*)*/?", re.ASCII), "a bucket, or bucket/prefix"),
}
"""What ``to`` looks like for each kind. A host's name that began with a hyphen would be an option of ssh."""

WebAddress = Annotated[str, AfterValidator(_web_address)]


class Target(BaseModel):
    """One place to which every release is copied."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, AfterValidator(_name)] = Field(description="What the newsroom calls it; never change it.")
    kind: TargetKind = Field(description="`folder`, `rsync` (over ssh) or `s3` (any S3-compatible storage).")
    to: str = Field(
        min_length=1,
        description="A folder; `user@host:/folder` for rsync; `bucket` or `bucket/prefix` for S3.",
    )
    link: bool = Field(
        True,
        description="For rsync: whether the host serves `current`, a link in the folder that is swapped in one step. "
        "When false, the files of a plain folder are written over in a careful order.",
    )
    port: int | None = Field(None, ge=1, le=65535, description="For rsync: ssh's port, where it is not 22.")
    ssh_key: Path | None = Field(
        None,
        description="For rsync: the private key that ssh uses, relative to the site's folder; ssh's own choice when "
        "left out.",
    )
    known_hosts: Path | None = Field(
        None,
        description="For rsync: a file with the host's public key, relative to the site's folder; the user's own "
        "`known_hosts` when left out.",
    )
    endpoint: str = Field("", description="Address of the storage, such as `https://s3.example.org`; empty for AWS.")
    region: str = Field("", description="Region of the storage, where it has any.")
    access_key: str = Field("", description="The storage's access key.")
    secret_key: SecretStr | None = Field(None, description="The secret that belongs to the access key.")
    secret_key_file: Path | None = Field(
        None, description="A file that holds it; relative to the site's folder. Better than the secret itself."
    )

    @model_validator(mode="after")
    def _check_place(self) -> Target:
        form, example = _PLACES[self.kind]
        if not form.fullmatch(self.to):
            raise ValueError(f"target “{self.name}”: “{self.to}” is not {example}")
        return self


class ReleaseSettings(BaseModel):
    """What a release holds beside its pages, how long it holds good, and where it goes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    expires_days: int = Field(
        10,
        ge=1,
        le=366,
        description="Days after which a release that nobody renewed has expired; a running newsroom renews it daily.",
    )
    statement: dict[str, str] = Field(
        default_factory=dict,
        description="Fixed words of the statement that every publication renews, by language; no statement when empty.",
    )
    statement_days: int = Field(
        10, ge=1, le=366, description="Days for which a statement holds; nothing but a publication renews it."
    )
    mirrors: list[WebAddress] = Field(
        default_factory=list, description="Addresses of copies of the site; in `mirrors.txt` and on every page."
    )
    onion: Annotated[str, AfterValidator(_onion)] = Field(
        "", description="The site's onion service, `http://….onion`; Tor Browser then offers it."
    )
    copies: list[CopyKind] = Field(
        ["pdf", "epub", "html", "text"],
        description="Offline copies made of each edition in each language.",
    )
    cards: bool = Field(True, description="Whether each commentary and edition gets a picture for link previews.")
    targets: list[Target] = Field(default_factory=list, description="Where every release is copied to.")

    @model_validator(mode="after")
    def _check_names(self) -> ReleaseSettings:
        names = [target.name for target in self.targets]
        for name in sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"target “{name}” is there twice")
        return self

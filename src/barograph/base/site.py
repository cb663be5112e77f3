"""The settings of one site: ``barograph.toml``, overridden by the environment.

A site is a folder. Nothing about a country, a language or a section is in the code: it is all
here. Every setting can come from the environment as ``BAROGRAPH_NAME`` (``__`` for nesting), and
any of them from a file named by ``BAROGRAPH_NAME_FILE``, which is how secrets should be given.
"""

from __future__ import annotations

import os
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from barograph.base.newsletter_settings import NewsletterSettings
from barograph.base.release_settings import ReleaseSettings

SITE_FILE = "barograph.toml"
VERDICTS = ("better", "unchanged", "worse")
RESERVED_ADDRESSES = frozenset(
    {"editions", "assets", "pictures", "feed", "newsroom", "404", "promises", "data", "statement", "charts", "cards"}
)
"""First parts of an address below a language that no section or standing page may take."""


def _slug(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        raise ValueError(f"“{value}” must be lower-case letters, digits and single hyphens")
    return value


def _language_code(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", value):
        raise ValueError(f"“{value}” is not a language code such as en, be or zh-hant")
    return value


def _colour(value: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValueError(f"“{value}” is not a colour such as #0072b2")
    return value.lower()


Slug = Annotated[str, AfterValidator(_slug)]
LanguageCode = Annotated[str, AfterValidator(_language_code)]
Colour = Annotated[str, AfterValidator(_colour)]
Words = dict[LanguageCode, str]
"""One text in several languages, by language code."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Language(_Table):
    """A language the site is published in."""

    code: LanguageCode = Field(description="BCP 47 code in lower case; the first part of every address.")
    name: str = Field(description="The language's name in itself, as readers see it in the chooser.")
    required: bool = Field(True, description="Whether an edition waits for this language before it can be published.")


class SectionSettings(_Table):
    """A section of public life that is judged in every edition."""

    key: Slug = Field(description="Its name in addresses and data, the same in every language; never change it.")
    name: Words = Field(description="Its name in each language.")
    aliases: list[str] = Field(
        default_factory=list, description="Other names and address parts that an imported archive uses for it."
    )
    retired: bool = Field(False, description="True when it is no longer judged; its past stays.")


class VerdictSettings(_Table):
    """The wording and colours of one verdict."""

    word: Words = Field(
        default_factory=dict, description="One word, beside the mark; the built-in translation where it is left out."
    )
    sentence: Words = Field(default_factory=dict, description="The sentence printed under a headline.")
    aliases: list[str] = Field(
        default_factory=list, description="Other sentences that an imported archive uses for it."
    )
    light: Colour = Field(description="Colour on the light page: at least 4.5:1 against it.")
    dark: Colour = Field(description="Colour on the dark page: at least 4.5:1 against it.")


class Verdicts(_Table):
    """The three verdicts."""

    better: VerdictSettings = Field(
        VerdictSettings(light="#005f99", dark="#6cb8ea"),
        description="The situation got better. Colours when the table is left out: `#005f99` and `#6cb8ea`.",
    )
    unchanged: VerdictSettings = Field(
        VerdictSettings(light="#5c5c58", dark="#b3b1a8"),
        description="It did neither. Colours when the table is left out: `#5c5c58` and `#b3b1a8`.",
    )
    worse: VerdictSettings = Field(
        VerdictSettings(light="#b34700", dark="#f0935a"),
        description="It got worse. Colours when the table is left out: `#b34700` and `#f0935a`.",
    )

    def __getitem__(self, verdict: str) -> VerdictSettings:
        if verdict not in VERDICTS:
            raise KeyError(verdict)
        value: VerdictSettings = getattr(self, verdict)
        return value


class Cadence(_Table):
    """How long a reporting period is and when it starts."""

    days: int = Field(7, ge=1, le=366, description="Length of a reporting period in days.")
    anchor: date = Field(
        date(2024, 1, 1), description="The first day of any one period; the others are counted from it."
    )

    def period_after(self, last_end: date | None, today: date) -> tuple[date, date]:
        """First and last day of the period that follows ``last_end``, or that holds ``today`` if there is none."""
        if last_end is None:
            offset = (today - self.anchor).days % self.days
            start = today - timedelta(days=offset)
        else:
            start = last_end + timedelta(days=1)
        return start, start + timedelta(days=self.days - 1)


class SiteSettings(BaseSettings):
    """Everything that makes one site different from another."""

    model_config = SettingsConfigDict(
        env_prefix="BAROGRAPH_", env_nested_delimiter="__", extra="forbid", frozen=True, case_sensitive=False
    )

    title: Words = Field(description="The publication's name in each language.")
    description: Words = Field(
        default_factory=dict, description="One sentence about the publication, for its home page and search engines."
    )
    publisher: Words = Field(
        default_factory=dict, description="Who publishes it, for citations and the foot of every page."
    )
    address: str = Field(
        "http://127.0.0.1:8000",
        description="The public address, without a slash at the end; feeds, sitemap and citations are made with it.",
    )
    contact: str = Field("", description="A mail address for readers; left out of pages when empty.")
    licence: Words = Field(
        default_factory=dict,
        description="The terms of reuse in one sentence per language; left out of pages when empty.",
    )
    notice: Words = Field(
        default_factory=dict,
        description="A line on every page, such as where an archive came from; left out when empty.",
    )
    languages: list[Language] = Field(
        min_length=1,
        description="The languages of the site; commentaries are first written in the first, the source language.",
    )
    sections: list[SectionSettings] = Field(min_length=1, description="The sections, in the order of the pages.")
    verdicts: Verdicts = Field(default_factory=Verdicts, description="Wordings and colours of the three verdicts.")
    cadence: Cadence = Field(default_factory=Cadence, description="Length and start of the reporting period.")
    time_zone: str = Field("UTC", description="The newsroom's time zone, for scheduled publication.")
    database_url: str = Field(
        "", description="`postgres://user:password@host:port/name`; empty for SQLite in the site's `private` folder."
    )
    secret_key: SecretStr | None = Field(
        None, description="Signs the newsroom's sessions; empty to use `private/secret_key`."
    )
    key_passphrase: SecretStr | None = Field(
        None, description="Opens the signing key; asked for on the terminal when empty."
    )
    key_passphrase_file: Path | None = Field(
        None,
        description="A file that holds it, on a machine that signs by itself; relative to the site's folder.",
    )
    hosts: list[str] = Field(
        default_factory=lambda: ["127.0.0.1", "localhost", "[::1]"], description="Host names the newsroom answers to."
    )
    https: bool = Field(
        False, description="True when the newsroom is reached over HTTPS: its cookies are then sent over nothing else."
    )
    smtp_url: str = Field(
        "",
        description="The relay that takes the newsletter: `smtp://host:port`, or `smtp://user:password@host:port` and "
        "`smtps://…` with TLS; several, separated by commas. `?connections=4&per_second=20` limits one of them.",
    )
    newsletter: NewsletterSettings = Field(
        default_factory=NewsletterSettings, description="How readers subscribe, and how their mail is sent."
    )
    release: ReleaseSettings = Field(
        default_factory=ReleaseSettings, description="What a release holds beside its pages, and where it goes."
    )

    folder: Path = Field(Path(), exclude=True, description="The site's folder; set by Barograph.")

    @model_validator(mode="after")
    def _check_together(self) -> SiteSettings:
        codes = [language.code for language in self.languages]
        keys = [section.key for section in self.sections]
        for kind, names in (("language", codes), ("section", keys)):
            for name in sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(f"{kind} “{name}” is there twice")
        for key in keys:
            if key in RESERVED_ADDRESSES:
                raise ValueError(f"section key “{key}” is an address that Barograph needs itself")
        for section in self.sections:
            if codes[0] not in section.name:
                raise ValueError(f"section “{section.key}” has no name in “{codes[0]}”, the source language")
        if codes[0] not in self.title:
            raise ValueError(f"title has no text in “{codes[0]}”, the source language")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment over ``_FILE`` over ``barograph.toml``."""
        toml = TomlConfigSettingsSource(settings_cls, Path(os.environ.get("BAROGRAPH_SITE", ".")) / SITE_FILE)
        return init_settings, env_settings, _NamedFileSource(settings_cls), toml

    @property
    def language_codes(self) -> list[str]:
        """Codes of all languages, the source language first."""
        return [language.code for language in self.languages]

    @property
    def source_language(self) -> str:
        """The language in which commentaries are first written."""
        return self.languages[0].code

    @property
    def passphrase(self) -> str | None:
        """What opens the signing key, if the settings say. Raises OSError when its file cannot be read."""
        if self.key_passphrase is not None:
            return self.key_passphrase.get_secret_value()
        if self.key_passphrase_file is not None:
            return (self.folder / self.key_passphrase_file).read_text(encoding="utf-8").strip()
        return None

    @property
    def private(self) -> Path:
        """The folder for what must never be served: database, keys, uploaded pictures."""
        return self.folder / "private"

    @property
    def signing_key(self) -> Path:
        """The file of the key that signs releases, encrypted with a passphrase."""
        return self.private / "signing.key"

    @property
    def releases(self) -> Path:
        """The folder of signed releases; ``current`` in it is the one that is served."""
        return self.folder / "release"

    @property
    def shelf(self) -> Path:
        """The folder of what was made in the background for a release: offline copies, data, cards."""
        return self.private / "shelf"

    @property
    def sender_folder(self) -> Path:
        """The folder of the newsletter's sender: its key and its database, for its user alone."""
        return self.folder / (self.newsletter.folder or "private/sender")

    @property
    def edge_folder(self) -> Path:
        """The folder of the edge: the sender's public keys, and the box in which sealed wishes lie."""
        return self.private / "edge"

    @property
    def newsletter_folder(self) -> Path:
        """Where newsroom and sender tell each other how campaigns stand and what to do (``base.campaigns``)."""
        return self.private / "newsletter"

    @property
    def edge_address(self) -> str:
        """The address of the subscription forms, without a slash at the end."""
        return (self.newsletter.address or self.address).rstrip("/") + "/newsletter"

    def section(self, key: str) -> SectionSettings | None:
        """The section with this key, or ``None``."""
        return next((section for section in self.sections if section.key == key), None)

    def words(self, texts: Words, language: str) -> str:
        """``texts`` in ``language``, or in the first of the site's languages that has it, or nothing."""
        for code in [language, *self.language_codes]:
            if texts.get(code):
                return texts[code]
        return ""


class _NamedFileSource(PydanticBaseSettingsSource):
    """Reads ``BAROGRAPH_NAME`` from the file that ``BAROGRAPH_NAME_FILE`` names."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        """One top-level setting out of its file."""
        path = os.environ.get(f"BAROGRAPH_{field_name.upper()}_FILE")
        return (Path(path).read_text(encoding="utf-8").strip() if path else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        """All top-level settings that have a file."""
        found = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in found.items() if value is not None}


def site() -> SiteSettings:
    """The site this process works for, as Django's settings hold it."""
    from django.conf import settings

    value: SiteSettings = settings.BAROGRAPH
    return value

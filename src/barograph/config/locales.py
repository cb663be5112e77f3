"""The languages of screens and of texts, as Django wants to have them."""

from __future__ import annotations

from barograph.base.site import SiteSettings

SCREEN_LANGUAGES = [("en", "English"), ("be", "Беларуская"), ("ru", "Русский")]
"""Those of the newsroom's screens."""


def all_languages(site: SiteSettings) -> list[tuple[str, str]]:
    """The site's languages and those of the screens, each once."""
    return list(dict([*((language.code, language.name) for language in site.languages), *SCREEN_LANGUAGES]).items())

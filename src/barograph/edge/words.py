"""The words of the pages, in the language of whoever reads them."""

from __future__ import annotations

import gettext
import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

import barograph
from barograph.base.site import SiteSettings


def translations(site: SiteSettings, language: str) -> gettext.NullTranslations:
    """What translates into a language: a site's own words go before ours, and English stands in for both."""
    folders = [site.folder / "locale", Path(barograph.__file__).parent / "locale"]
    found = [gettext.translation("django", folder, [locale_name(language)], fallback=True) for folder in folders]
    own, ours = found
    own.add_fallback(ours)
    return own


def locale_name(language: str) -> str:
    """The name of a language's folder of catalogues, as Django makes it: ``pt-br`` is ``pt_BR``, ``zh-hant`` is
    ``zh_Hant``.
    """
    first, *rest = language.split("-")
    return "_".join([first, *(part.title() if len(part) > 2 else part.upper() for part in rest)])


def unsubscribe_address(site: SiteSettings) -> str:
    """Where a reader unsubscribes by mail, where our pages cannot be reached."""
    if site.newsletter.unsubscribe_address:
        return site.newsletter.unsubscribe_address
    host = site.newsletter.sender.rpartition("@")[2] or urlsplit(site.address).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return f"unsubscribe@{host or 'localhost'}"
    return "unsubscribe@localhost"

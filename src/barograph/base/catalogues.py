"""The words of pages in their languages, out of compiled catalogues and nothing else.

Django would mix its own words in, and would have to be started first.
"""

from __future__ import annotations

import gettext
import hashlib
from functools import lru_cache
from pathlib import Path

import barograph
from barograph.base.site import SiteSettings

DOMAIN = "django"
"""The catalogues' name: they are the newsroom's, too."""


def catalogue_folders(site: SiteSettings) -> list[Path]:
    """Where catalogues lie: a site's own words go before ours."""
    own = site.folder / "locale"
    return [*([own] if own.is_dir() else []), Path(barograph.__file__).parent / "locale"]


def translations(site: SiteSettings, language: str) -> gettext.NullTranslations:
    """The words of a language; what is translated nowhere is left in English."""
    return _translations(tuple(catalogue_folders(site)), locale_name(language))


@lru_cache(maxsize=64)
def _translations(folders: tuple[Path, ...], name: str) -> gettext.NullTranslations:
    first, *others = [gettext.translation(DOMAIN, folder, [name], fallback=True) for folder in folders]
    for other in others:
        first.add_fallback(other)
    return first


def words_digest(site: SiteSettings, language: str) -> str:
    """A hash of all words of a language, in hexadecimal digits: another one where any of them is another."""
    return _digest(tuple(catalogue_folders(site)), locale_name(language))


@lru_cache(maxsize=64)
def _digest(folders: tuple[Path, ...], name: str) -> str:
    found = [file for folder in folders if (file := gettext.find(DOMAIN, folder, [name]))]
    return hashlib.sha256(b"".join(Path(file).read_bytes() for file in found)).hexdigest()


def locale_name(language: str) -> str:
    """A language's code as gettext names its folder: ``zh-hant`` is ``zh_Hant``, ``pt-br`` is ``pt_BR``."""
    first, *rest = language.split("-")
    return "_".join([first, *(part.title() if len(part) > 2 else part.upper() for part in rest)])

"""Words that several screens share."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from barograph.base.site import site


def screen_language() -> str:
    """The language of the screen."""
    return get_language() or site().source_language


def verdict_word(verdict: str) -> str:
    """A verdict in one word, as the public pages of the screen's language say it."""
    built_in = {"better": _("better"), "unchanged": _("unchanged"), "worse": _("worse")}
    return site().verdicts[verdict].word.get(screen_language()) or built_in[verdict]


def site_name() -> str:
    """The publication's name in the language of the screen."""
    return site().words(site().title, screen_language())

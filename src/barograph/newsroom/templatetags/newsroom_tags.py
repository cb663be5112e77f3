"""What templates of the newsroom need beside their context, since some of them belong to Wagtail's views."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings

from barograph.newsroom import words

register = template.Library()


@register.simple_tag
def site_name() -> str:
    """The publication's name in the language of the screen."""
    return words.site_name()


@register.inclusion_tag("newsroom/language_switch.html", takes_context=True)
def language_switch(context: dict[str, Any]) -> dict[str, Any]:
    """A button for each language that the screens speak."""
    return {
        "languages": settings.LANGUAGES,
        "current": words.screen_language(),
        "here": context["request"].get_full_path(),
        "csrf_token": context["csrf_token"],
    }

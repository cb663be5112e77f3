"""What templates of the newsroom need beside their context, since some of them belong to Wagtail's views."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from django import template
from django.conf import settings
from django.utils import timezone

from barograph.newsroom import words

register = template.Library()


@register.simple_tag
def site_name() -> str:
    """The publication's name in the language of the screen."""
    return words.site_name()


@register.filter
def day(value: date | datetime) -> str:
    """A day as the language of the screen writes it."""
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    return str(format_date(local, "medium", locale=words.screen_language().replace("-", "_")))


@register.filter
def moment(value: datetime) -> str:
    """A day and its hour and minute."""
    return f"{day(value)}, {timezone.localtime(value):%H:%M}"


@register.filter
def number(value: float) -> str:
    """A number as the language of the screen writes it, with one digit after the comma where there is a rest."""
    return str(format_decimal(value, format="#,##0.#", locale=words.screen_language().replace("-", "_")))


@register.inclusion_tag("newsroom/language_switch.html", takes_context=True)
def language_switch(context: dict[str, Any]) -> dict[str, Any]:
    """A button for each language that the screens speak."""
    return {
        "languages": settings.NEWSROOM_LANGUAGES,
        "current": words.screen_language(),
        "here": context["request"].get_full_path(),
        "csrf_token": context["csrf_token"],
    }

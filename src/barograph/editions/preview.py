"""How a draft is shown as the page it will be.

The pages are made in room ``release``, which this room must not know. So ``release`` says here, when it
starts, how a text is shown.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

Renderer = Callable[[Any], bytes]

_renderer: list[Renderer] = []


def register(renderer: Renderer) -> None:
    """Take ``renderer``, which makes the public page of a text, for all previews."""
    _renderer[:] = [renderer]


def response(text: Any) -> HttpResponse:
    """The public page of a text that may be a draft."""
    (render,) = _renderer
    return HttpResponse(render(text))

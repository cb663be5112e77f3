"""The room that builds, signs and records what the public gets."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReleaseConfig(AppConfig):
    """Releases."""

    name = "barograph.release"
    label = "release"
    verbose_name = _("Releases")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the room of the record how a draft is shown."""
        from barograph.editions import preview

        preview.register(_render_draft)


def _render_draft(text: Any) -> bytes:
    """The public page of a draft. What makes pages is imported with the first one: it takes as long as Django."""
    from barograph.release.drafts import render_draft

    return render_draft(text)

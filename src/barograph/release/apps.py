"""The room that builds, signs and records what the public gets."""

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
        from barograph.release.drafts import render_draft

        preview.register(render_draft)

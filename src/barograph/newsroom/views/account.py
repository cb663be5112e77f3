"""What users may set for themselves: language, looks and password."""

from __future__ import annotations

from typing import Any

from wagtail.admin.views.account import AccountView as WagtailAccountView
from wagtail.admin.views.account import (
    AvatarSettingsPanel,
    NameEmailSettingsPanel,
    NotificationsSettingsPanel,
)

LEFT_OUT = (NameEmailSettingsPanel, AvatarSettingsPanel, NotificationsSettingsPanel)
"""Nobody here is asked for a name, a face or an address: what is not stored cannot be seized. No mail is ever sent."""


class AccountView(WagtailAccountView):
    """Wagtail's screen, without what would say who somebody is."""

    def get_panels(self) -> list[Any]:
        """Language, looks and password."""
        return [panel for panel in super().get_panels() if not isinstance(panel, LEFT_OUT)]

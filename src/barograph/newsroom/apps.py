"""The room of the screens where editors see the week."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsroomConfig(AppConfig):
    """The newsroom's screens."""

    name = "barograph.newsroom"
    label = "newsroom"
    verbose_name = _("Newsroom")

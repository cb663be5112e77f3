"""Wagtail's own apps, as this house needs them."""

from wagtail.users.apps import WagtailUsersAppConfig


class NewsroomUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user screens, with our user's languages and roles."""

    user_viewset = "barograph.newsroom.users.UserViewSet"

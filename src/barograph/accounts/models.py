"""Who works in the newsroom."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from barograph.accounts.roles import Role


class User(AbstractUser):  # type: ignore[django-manager-missing]  # Wagtail's pictures point here without a name
    """A person of the newsroom. What they may do comes from their roles, which are groups."""

    languages = models.JSONField(
        _("languages"),
        default=list,
        blank=True,
        help_text=_("Codes of the languages a translator works in."),
    )

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def has_role(self, role: Role) -> bool:
        """Whether the user has this role."""
        return role.value in self.role_names

    @property
    def role_names(self) -> set[str]:
        """Names of the user's roles, asked of the database once."""
        if not hasattr(self, "_role_names"):
            self._role_names = set(self.groups.values_list("name", flat=True))
        return self._role_names

    def may_write_in(self, language: str) -> bool:
        """Whether the user may change texts in a language: translators only in their own."""
        if self.role_names & {Role.ANALYST, Role.EDITOR, Role.PUBLISHER}:
            return True
        return self.has_role(Role.TRANSLATOR) and language in self.languages

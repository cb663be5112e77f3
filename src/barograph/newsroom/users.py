"""Wagtail's user screens, with our user's languages and roles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import IndexView as WagtailIndexView
from wagtail.users.views.users import UserViewSet as WagtailUserViewSet

from barograph.accounts.models import User
from barograph.accounts.roles import Role
from barograph.base.site import site


class RolesField(forms.ModelMultipleChoiceField[Group]):
    """The roles of a user, named in the language of the screen."""

    def label_from_instance(self, obj: Group) -> str:
        """The role's name."""
        return capfirst(gettext(obj.name))


class _UserFormMixin(forms.Form):
    """Chooses roles and a translator's languages, never makes an administrator, and always leaves an operator."""

    instance: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = [(language.code, language.name) for language in site().languages]
        self.fields["languages"] = forms.MultipleChoiceField(
            label=gettext("Languages"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=languages,
            help_text=gettext("The languages a translator works in."),
        )
        self.fields["groups"] = RolesField(
            Group.objects.filter(name__in=[role.value for role in Role]),
            label=gettext_lazy("Roles"),
            required=True,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields.pop("is_superuser", None)
        for name in ("first_name", "last_name", "email"):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any] | None:
        """Refuse a translator without a language, and a newsroom without an operator."""
        cleaned = super().clean()
        roles = {group.name for group in self.cleaned_data.get("groups") or []}
        if Role.TRANSLATOR in roles and not self.cleaned_data.get("languages"):
            self.add_error("languages", gettext("Choose at least one language for a translator."))
        stays_active = "is_active" not in self.fields or self.cleaned_data.get("is_active")
        if is_last_operator(self.instance) and not (Role.OPERATOR in roles and stays_active):
            self.add_error("groups", gettext("This is the last operator. Make somebody else an operator first."))
        return cleaned


def is_last_operator(user: User) -> bool:
    """Whether nobody could look after the users any more without this one."""
    operators = User.objects.filter(groups__name=Role.OPERATOR, is_active=True)
    return operators.filter(pk=user.pk).exists() and not operators.exclude(pk=user.pk).exists()


class NewUserForm(_UserFormMixin, UserCreationForm):
    """The form for a new user."""

    class Meta(UserCreationForm.Meta):
        fields = UserCreationForm.Meta.fields | {"languages"}


class ChangeUserForm(_UserFormMixin, UserEditForm):
    """The form for a user that is there already."""

    class Meta(UserEditForm.Meta):
        fields = UserEditForm.Meta.fields | {"languages"}


class UserIndexView(WagtailIndexView):
    """The list of users, without bulk actions, which would pass by our rules, and with their roles."""

    @cached_property
    def columns(self) -> list[Column]:
        """Wagtail's columns but for the checkboxes and “administrator”, which nobody is, and the roles."""
        columns = [
            column
            for column in super().columns
            if not isinstance(column, BulkActionsCheckboxColumn) and column.name != "is_superuser"
        ]
        columns.insert(2, Column("roles", label=gettext("Roles"), accessor=roles_in_words))
        return columns


def roles_in_words(user: User) -> str:
    """The roles of a user, and the languages of a translator."""
    names = [gettext(name) for name in sorted(user.role_names)]
    return ", ".join(names + [f"({' '.join(user.languages)})"] * user.has_role(Role.TRANSLATOR))


class UserViewSet(WagtailUserViewSet):
    """Wagtail's user screens with our forms, in the main menu."""

    index_view_class = UserIndexView
    add_to_settings_menu = False
    add_to_admin_menu = True
    menu_order = 150

    def get_form_class(self, for_update: bool = False) -> type[forms.Form]:
        """The form for a new or a known user."""
        return ChangeUserForm if for_update else NewUserForm

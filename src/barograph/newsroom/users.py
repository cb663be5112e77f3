"""Wagtail's user screens, with our user's languages and roles."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import UserViewSet as WagtailUserViewSet

from barograph.accounts.roles import Role
from barograph.base.site import site


class _LanguagesMixin(forms.Form):
    """Chooses the languages of a translator, and never makes an administrator."""

    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The languages a translator works in."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["languages"].choices = [(language.code, language.name) for language in site().languages]
        self.fields.pop("is_superuser", None)
        for name in ("first_name", "last_name", "email"):
            self.fields[name].required = False

    def clean(self) -> dict[str, object] | None:
        cleaned = super().clean()
        roles = {group.name for group in self.cleaned_data.get("groups") or []}
        if Role.TRANSLATOR in roles and not self.cleaned_data.get("languages"):
            self.add_error("languages", _("Choose at least one language for a translator."))
        return cleaned


class NewUserForm(_LanguagesMixin, UserCreationForm):
    """The form for a new user."""

    class Meta(UserCreationForm.Meta):
        fields = UserCreationForm.Meta.fields | {"languages"}


class ChangeUserForm(_LanguagesMixin, UserEditForm):
    """The form for a user that is there already."""

    class Meta(UserEditForm.Meta):
        fields = UserEditForm.Meta.fields | {"languages"}


class UserViewSet(WagtailUserViewSet):
    """Wagtail's user screens with our forms."""

    def get_form_class(self, for_update: bool = False) -> type[forms.Form]:
        """The form for a new or a known user."""
        return ChangeUserForm if for_update else NewUserForm

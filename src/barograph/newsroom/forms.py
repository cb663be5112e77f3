"""The few forms of our own screens."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from barograph.editions.models import Edition, Section


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PeriodForm(forms.Form):
    """A reporting period."""

    start = forms.DateField(label=_("First day"), widget=DayInput())
    end = forms.DateField(label=_("Last day"), widget=DayInput())

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it starts."""
        cleaned: dict[str, Any] = super().clean() or {}
        start, end = cleaned.get("start"), cleaned.get("end")
        if isinstance(start, date) and isinstance(end, date) and end < start:
            raise forms.ValidationError(_("The period ends before it starts."))
        return cleaned


class PlaceForm(forms.Form):
    """Where a commentary belongs."""

    edition = forms.ModelChoiceField(label=_("Edition"), queryset=Edition.objects.all(), to_field_name="slug")
    section = forms.ModelChoiceField(label=_("Section"), queryset=Section.objects.all(), to_field_name="key")

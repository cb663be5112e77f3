"""Which edition to work on, and which comes next."""

from __future__ import annotations

from django.utils import timezone

from barograph.base.period import Period
from barograph.base.site import site
from barograph.editions.models import Edition


def current_edition() -> Edition | None:
    """The edition to work on: the newest that is not published, or else the newest; an archive's come last."""
    own = Edition.objects.filter(archived=False)
    return own.unpublished().first() or own.first() or Edition.objects.first()


def next_period() -> Period:
    """The period of the edition that would be opened now."""
    newest = Edition.objects.filter(archived=False).order_by("end").last()
    return Period(*site().cadence.period_after(newest.end if newest else None, timezone.localdate()))

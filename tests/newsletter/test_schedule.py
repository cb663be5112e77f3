"""The newest edition goes out once a week, at a time of the site's clock, and only when there is something new."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from barograph.base.newsletter_settings import NewsletterSettings
from barograph.base.site import SiteSettings, site
from barograph.newsletter.models import Campaign
from barograph.newsletter.schedule import last_moment, scheduled_edition
from barograph.newsletter.signed_release import UntrustedReleaseError
from tests.newsletter.releases import lay_out_release

NEW_YORK = ZoneInfo("America/New_York")
FILES = {"mail/2024-01-15/en.json": b"{}", "mail/2024-01-22/en.json": b"{}"}
FRIDAY = datetime(2024, 1, 26, 7, 0, tzinfo=UTC)  # nine o'clock in Vilnius


@pytest.mark.parametrize(
    ("schedule", "now", "expected"),
    [
        ("friday 09:00", "2024-01-26T14:00", "2024-01-26T14:00"),
        ("friday 09:00", "2024-01-26T13:59", "2024-01-19T14:00"),
        ("friday 09:00", "2024-01-31T00:00", "2024-01-26T14:00"),
        ("monday 00:00", "2024-01-29T05:00", "2024-01-29T05:00"),
        ("sunday 23:59", "2024-01-29T04:58", "2024-01-22T04:59"),
        # The clock goes forward on 10 March at 2: half past two is not there, and is taken for half past three.
        ("sunday 02:30", "2024-03-10T08:00", "2024-03-10T07:30"),
        ("sunday 02:30", "2024-03-10T07:29", "2024-03-03T07:30"),
        ("friday 09:00", "2024-03-15T13:00", "2024-03-15T13:00"),
        # It goes back on 3 November at 2: half past one is there twice, and the first one counts.
        ("sunday 01:30", "2024-11-03T05:30", "2024-11-03T05:30"),
        ("sunday 01:30", "2024-11-03T05:29", "2024-10-27T05:30"),
        ("sunday 01:30", "2024-11-03T06:30", "2024-11-03T05:30"),
    ],
)
def test_the_last_moment_of_a_schedule_is_found_on_the_clock_of_the_place(
    schedule: str, now: str, expected: str
) -> None:
    moment = last_moment(schedule, datetime.fromisoformat(now).replace(tzinfo=UTC), NEW_YORK)
    assert moment.astimezone(UTC).isoformat(timespec="minutes") == f"{expected}+00:00"


@pytest.fixture
def here(tmp_path: Path) -> SiteSettings:
    own = site().model_copy(
        update={
            "folder": tmp_path,
            "time_zone": "Europe/Vilnius",
            "newsletter": NewsletterSettings(schedule="friday 09:00"),
        }
    )
    lay_out_release(own, FILES)
    return own


@pytest.mark.django_db(databases=["subscribers"])
def test_the_newest_edition_is_due_for_a_day_and_no_longer(here: SiteSettings) -> None:
    for late, expected in (
        (timedelta(seconds=-1), None),
        (timedelta(0), "2024-01-22"),
        (timedelta(days=1), "2024-01-22"),
        (timedelta(days=1, seconds=1), None),
        (timedelta(days=7), "2024-01-22"),
    ):
        assert scheduled_edition(here, FRIDAY + late) == expected, late


@pytest.mark.django_db(databases=["subscribers"])
def test_nothing_is_sent_when_there_is_nothing_new(here: SiteSettings) -> None:
    Campaign.objects.create(edition="2024-01-22", sequence=7, manifest_hash="")
    assert scheduled_edition(here, FRIDAY) is None


@pytest.mark.django_db(databases=["subscribers"])
def test_without_a_schedule_nothing_goes_out_by_itself(here: SiteSettings) -> None:
    assert scheduled_edition(here.model_copy(update={"newsletter": NewsletterSettings()}), FRIDAY) is None


def test_an_unsigned_release_sends_nothing(here: SiteSettings) -> None:
    lay_out_release(here, FILES, key="theirs")
    with pytest.raises(UntrustedReleaseError):
        scheduled_edition(here, FRIDAY)

"""What tests of the newsletter's screens share: a sender's word, a mail, an edition that is out."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from barograph.base.campaigns import CampaignStatus, Status, write_status
from barograph.base.mail import UNSUBSCRIBE, EditionMail, Part, mail_file
from barograph.base.site import SiteSettings
from barograph.editions.models import Edition
from tests.factories.editions import make_commentary, make_edition, make_translation

REASONS = {"550 5.1.1": 7, "452 4.2.2": 2}


def published_edition(start: date = date(2024, 1, 22)) -> Edition:
    """An edition that readers have."""
    edition = written_edition(start=start)
    edition.published_on = edition.end
    edition.save()
    return edition


def written_edition(**values: Any) -> Edition:
    """A draft with one commentary, in English and Belarusian."""
    edition = make_edition(**values)
    make_translation(make_commentary(edition), "be")
    return edition


def campaign(edition: str, **changes: Any) -> CampaignStatus:
    """A campaign of 100 readers that is under way."""
    values: dict[str, Any] = {
        "number": 1,
        "edition": edition,
        "state": "sending",
        "counts": {"queued": 60, "sent": 31, "deferred": 2, "failed": 7},
        "reasons": REASONS,
        "started": "2024-01-29T08:00:00+00:00",
        "per_second": 12.4,
        "seconds_left": 300.0,
    }
    return CampaignStatus(**(values | changes))


def tell(site: SiteSettings, *campaigns: CampaignStatus, **changes: Any) -> None:
    """Have the sender say how things stand, now unless told otherwise."""
    values: dict[str, Any] = {"at": timezone.now().isoformat(), "subscribers": {"be": 1200, "ru": 34, "other": 5}}
    write_status(site.newsletter_folder, Status(campaigns=campaigns, **(values | changes)))


def mail_of(edition: Edition, language: str) -> EditionMail:
    """What a release would carry: a head, two sections, a foot."""
    return EditionMail(
        edition=edition.slug,
        language=language,
        subject=f"Week in {language}",
        parts=(
            Part("", "<html><body><h1>Head</h1>", "HEAD\n"),
            Part("economy", "<p>Prices</p>", "Prices\n", "Prices rise"),
            Part("health", "<p>Clinics</p>", "Clinics\n", "Clinics close"),
            Part("", f'<a href="{UNSUBSCRIBE}">Leave</a></body></html>', f"Leave: {UNSUBSCRIBE}\n"),
        ),
        notice=(Part("", "<p>Something new</p>", f"Something new {UNSUBSCRIBE}\n"),),
        attachment=(Part("", "<p>Attached</p>", ""),),
        changed=(),
        address="https://example.org/",
    )


def put_in_release(site: SiteSettings, edition: Edition, *languages: str) -> None:
    """Have the release that is served carry an edition's mail."""
    for language in languages:
        file = site.releases / "current" / mail_file(edition.slug, language)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(mail_of(edition, language).to_json())

"""The mail of an edition before it is published: what its drafts would send."""

from __future__ import annotations

import pytest

from barograph.base.site import site
from barograph.release import services
from barograph.release.drafts import pages_of, public_record
from barograph.release.history import History
from barograph.release.mail import edition_mail
from barograph.release.published import read_record
from tests.factories.editions import MONDAY, change, judge, make_commentary, make_edition, make_ready_edition

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_site")]


def test_a_draft_is_shown_as_the_mail_that_would_go_out() -> None:
    edition = make_edition()
    judge(edition, "economy", "worse")
    make_commentary(edition, "economy")
    found = services.draft_mail(edition, "en")
    letter = found.letter()
    assert found.sections == ("economy",)
    assert found.subject.startswith("Situation in Arcadia, January 22")
    for text in (letter.html, letter.text):
        assert "Prices rise, wages stay" in text
        assert "Prices rose by 5% and wages did not." in text
    assert "raised [1] rates to" in letter.text
    assert read_record().editions == ()


def test_it_is_compared_with_what_is_public() -> None:
    services.publish_edition(edition=make_ready_edition(sections=("economy", "health")))
    edition = make_edition(start=MONDAY.replace(day=29))
    judge(edition, "economy", "better")
    judge(edition, "health", "worse")
    found = services.draft_mail(edition, "be")
    assert found.changed == ("economy",)
    assert found.letter().text.count("\n▲ ") == 1


def test_a_published_edition_and_its_unchanged_texts_give_the_mail_of_the_release() -> None:
    edition = make_ready_edition(sections=("economy", "health"))
    services.publish_edition(edition=edition)
    record = public_record()
    for language in site().language_codes:
        released = edition_mail(pages_of(History(record, site()), language), record.editions[0])
        assert services.draft_mail(edition, language) == released


def test_what_was_written_since_is_in_it_and_changes_nothing_public() -> None:
    edition = make_ready_edition(sections=("economy",))
    services.publish_edition(edition=edition)
    before = read_record()
    text = edition.assessments.get(section__key="economy").commentaries.get(locale__language_code="en")
    change(text, headline="A better headline")
    assert "A better headline" in services.draft_mail(edition, "en").letter().text
    assert read_record() == before


def test_a_language_that_the_site_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="“pl” is none of the site's languages: en, be, ru"):
        services.draft_mail(make_edition(), "pl")

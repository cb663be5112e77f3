"""Publication: what goes out, what is refused, and what never leaks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from barograph.accounts.roles import Role
from barograph.base.site import SiteSettings, site
from barograph.editions.gate import Finding, open_findings, overrule
from barograph.editions.models import Commentary, Edition, OldAddress
from barograph.editions.services import NotAllowed, mark_ready, record_verdict
from barograph.release import publishing
from barograph.release.models import Publication, PublishedAssessment, PublishedText, Step
from barograph.release.published import DjangoDatabase, read_record
from barograph.release.publishing import Refused, digest_of, frozen_in, publish_edition
from barograph.release.reading import RecordReader
from barograph.release.record import Text
from tests.factories.editions import (
    MONDAY,
    change,
    make_commentary,
    make_edition,
    make_page,
    make_picture,
    make_ready_edition,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_site")]
NOTE = {"en": "A date was wrong.", "be": "Дата была няправільная.", "ru": "Дата была неверна."}


def public_texts(edition: Edition) -> list[Text]:
    (found,) = [public for public in read_record().editions if public.slug == edition.slug]
    return [text for judged in found.assessments for texts in judged.texts.values() for text in texts]


def test_what_goes_out_is_the_ready_texts_with_their_verdicts_and_reasons() -> None:
    edition = make_ready_edition(sections=("economy", "health"))
    publish_edition(edition=edition)
    (public,) = read_record().editions
    assert [judged.section for judged in public.assessments] == ["economy", "health"]
    assert {judged.verdict for judged in public.assessments} == {"worse"}
    assert set(public.assessments[0].reasons) == {"en", "be", "ru"}
    assert set(public.assessments[0].texts) == {"en", "be", "ru"}
    text = public.assessments[0].texts["be"][0]
    assert text.headline == "Цэны растуць, заробкі стаяць"
    assert text.body_html.startswith('<p>22 студзеня 2024 года банк <a href="https://example.org/rate">')
    assert "<h2>Што далей</h2>" in text.body_html
    assert "<ul><li>Да 2025 года змен не чакаецца.</li></ul>" in text.body_html
    assert text.slug == "tseny-rastuts-zarobki-stayats"


def test_two_texts_of_a_section_never_have_one_address_whatever_was_typed() -> None:
    first, second = (make_ready_edition(start=day, sections=("economy",)) for day in (MONDAY, MONDAY.replace(day=29)))
    for edition in (first, second):
        change(_original(edition), slug="Report" if edition is first else "report", ready=True)
        publish_edition(edition=edition)
    record_verdict(assessment=second.assessments.get(), verdict="better")
    publish_edition(edition=second, note=NOTE)
    found = [text for edition in (first, second) for text in public_texts(edition) if text.language == "en"]
    assert [(text.slug, text.old_addresses) for text in found] == [("Report", ()), ("report-2", ())]


def _original(edition: Edition) -> Commentary:
    return Commentary.objects.get(assessment__edition=edition, locale__language_code="en")


def test_an_edition_with_a_finding_is_refused_and_nothing_is_published() -> None:
    edition = make_edition()
    with pytest.raises(Refused) as raised:
        publish_edition(edition=edition)
    assert raised.value.findings
    assert not Publication.objects.exists()
    assert not Edition.objects.published().exists()


def test_an_overruled_finding_lets_the_edition_out_without_the_missing_language() -> None:
    edition = make_ready_edition(sections=("economy",), languages=("en",))
    publisher = make_user(Role.PUBLISHER)
    for finding in open_findings(edition):
        overrule(edition=edition, finding=finding, reason="The translator is ill.", user=publisher)
    publish_edition(edition=edition)
    assert {text.language for text in public_texts(edition)} == {"en"}


def test_a_draft_written_after_publication_does_not_leak() -> None:
    edition = make_ready_edition(sections=("economy",))
    publish_edition(edition=edition)
    change(Commentary.objects.get(locale__language_code="en"), headline="Not for readers yet")
    assert {text.headline for text in public_texts(edition) if text.language == "en"} == {"Prices rise, wages stay"}


def test_a_verdict_changed_after_publication_does_not_leak() -> None:
    edition = make_ready_edition(sections=("economy",))
    publish_edition(edition=edition)
    record_verdict(assessment=edition.assessments.get(), verdict="better")
    assert read_record().editions[0].assessments[0].verdict == "worse"


def test_a_correction_needs_a_note_to_readers_in_every_required_language() -> None:
    edition = make_ready_edition(sections=("economy",))
    publish_edition(edition=edition)
    record_verdict(assessment=edition.assessments.get(), verdict="better")
    with pytest.raises(NotAllowed, match="English, Беларуская"):
        publish_edition(edition=edition)
    assert Publication.objects.count() == 1
    publish_edition(edition=edition, note=NOTE)
    (public,) = read_record().editions
    assert public.assessments[0].verdict == "better"
    assert [correction.note for correction in public.corrections] == [NOTE]
    assert Publication.objects.current().count() == 1


def test_publishing_the_same_again_needs_no_note_and_makes_no_correction() -> None:
    edition = make_ready_edition(sections=("economy",))
    publish_edition(edition=edition)
    before = read_record()
    publish_edition(edition=edition)
    assert read_record() == before


def test_a_note_on_a_change_that_readers_cannot_see_is_refused_and_not_dropped() -> None:
    edition = make_ready_edition(sections=("economy",))
    publish_edition(edition=edition)
    with pytest.raises(NotAllowed, match="make the change first"):
        publish_edition(edition=edition, note=NOTE)
    assert Publication.objects.count() == 1


def test_a_correction_keeps_the_address_and_the_day_of_what_did_not_change() -> None:
    edition = make_ready_edition(sections=("economy",))
    publish_edition(edition=edition)
    PublishedText.objects.update(published_on="2024-02-01", changed_on="2024-02-01")
    before = {text.language: text for text in public_texts(edition)}
    original = Commentary.objects.get(locale__language_code="en")
    change(original, headline="Prices rise further", ready=True)
    publisher = make_user(Role.PUBLISHER)
    for finding in open_findings(edition):
        overrule(edition=edition, finding=finding, reason="Only a typing error.", user=publisher)
    publish_edition(edition=edition, note=NOTE)
    after = {text.language: text for text in public_texts(edition)}
    assert after["en"].slug == before["en"].slug
    assert after["en"].published_on == before["en"].published_on
    assert after["en"].changed_on == timezone.localdate()
    assert after["be"] == before["be"]


def test_a_changed_address_leaves_the_old_one_leading_to_the_new() -> None:
    edition = make_ready_edition(sections=("economy",))
    publish_edition(edition=edition)
    original = Commentary.objects.get(locale__language_code="en")
    old = original.slug
    change(original, slug="prices", ready=True)
    publish_edition(edition=edition)
    (text,) = [text for text in public_texts(edition) if text.language == "en"]
    assert text.slug == "prices"
    assert OldAddress.objects.get().path == f"/en/economy/{old}/"


def test_two_commentaries_of_one_section_get_addresses_of_their_own() -> None:
    edition = make_ready_edition(sections=("economy",), languages=("en",))
    make_commentary(edition, "economy", ready=True, position=2)
    publisher = make_user(Role.PUBLISHER)
    for finding in open_findings(edition):
        overrule(edition=edition, finding=finding, reason="English only this week.", user=publisher)
    publish_edition(edition=edition)
    slugs = [text.slug for text in public_texts(edition)]
    assert slugs == ["prices-rise-wages-stay", "prices-rise-wages-stay-2"]


def test_an_archived_edition_goes_out_in_the_languages_it_has_under_its_own_date() -> None:
    edition = make_edition(archived=True)
    make_commentary(edition, "economy", language="ru", ready=True)
    publish_edition(edition=edition)
    edition.refresh_from_db()
    assert edition.published_on == edition.end
    assert [(text.language, text.published_on) for text in public_texts(edition)] == [("ru", edition.end)]


def test_a_picture_goes_out_in_its_sizes_without_what_the_camera_wrote(own_site: SiteSettings) -> None:
    edition = make_edition(archived=True)
    make_commentary(edition, "economy", ready=True, picture=make_picture(), picture_alt="A square")
    publish_edition(edition=edition)
    (text,) = public_texts(edition)
    assert text.picture is not None
    assert [size.width for size in text.picture.sizes] == [64]
    reader = RecordReader(DjangoDatabase(), site())
    reader.read()
    ((name, file),) = reader.picture_files.items()
    assert name == text.picture.sizes[0].name
    assert (own_site.private / "pictures" / file).is_file()


def test_a_standing_page_goes_out_when_it_is_ready_and_not_before() -> None:
    make_page(ready=True)
    draft = make_page(language="be", title="Пра нас")
    edition = make_edition(archived=True)
    publish_edition(edition=edition)
    assert [page.title for page in read_record().pages] == ["About"]
    mark_ready(text=draft)
    publish_edition(edition=edition)
    assert [page.title for page in read_record().pages] == ["About", "Пра нас"]


def test_publication_writes_down_what_follows_and_ends_the_schedule() -> None:
    edition = make_ready_edition(sections=("economy",))
    Edition.objects.update(publish_at=timezone.now() + timedelta(days=1))
    publication = publish_edition(edition=edition)
    assert {step.status for step in publication.steps.all()} == {Step.Status.WAITING}
    edition.refresh_from_db()
    assert edition.publish_at is None
    assert edition.published_on == timezone.localdate()


def test_an_edition_with_all_its_texts_goes_out_in_few_questions(django_assert_max_num_queries: Any) -> None:
    edition = make_ready_edition()
    publish_edition(edition=edition)
    Commentary.objects.update(picture=make_picture(), picture_alt="A square")
    publish_edition(edition=edition, note=NOTE)
    with django_assert_max_num_queries(25):
        publish_edition(edition=edition)


def test_what_changes_after_the_gate_has_looked_waits_for_the_next_publication(monkeypatch: pytest.MonkeyPatch) -> None:
    edition = make_ready_edition(sections=("economy",))

    def find_and_be_overtaken(*looked_at: Any) -> list[Finding]:
        found = open_findings(*looked_at)
        change(Commentary.objects.get(locale__language_code="en"), headline="9,000 firms close", ready=True)
        record_verdict(assessment=edition.assessments.get(), verdict="better")
        return found

    monkeypatch.setattr(publishing, "open_findings", find_and_be_overtaken)
    publish_edition(edition=edition)
    assert [text.headline for text in public_texts(edition) if text.language == "en"] == ["Prices rise, wages stay"]
    assert read_record().editions[0].assessments[0].verdict == "worse"
    assert Commentary.objects.get(locale__language_code="en").is_ready


def test_a_text_that_comes_later_counts_as_published_on_its_own_day() -> None:
    edition = make_edition(archived=True)
    publish_edition(edition=edition)
    make_commentary(edition, "economy", language="ru", ready=True)
    publish_edition(edition=edition, note=NOTE)
    assert [text.published_on for text in public_texts(edition)] == [timezone.localdate()]


def test_the_digests_that_publishing_makes_are_those_of_the_stored_rows() -> None:
    edition = make_ready_edition(sections=("economy", "press"))
    make_commentary(edition, "economy", ready=True, position=2, authors="Anna\nA lawyer", picture=make_picture())
    publisher = make_user(Role.PUBLISHER)
    for finding in open_findings(edition):
        overrule(edition=edition, finding=finding, reason="English only this week.", user=publisher)
    stored = frozen_in(publish_edition(edition=edition))
    assert [judged.digest for judged, _texts in stored] == [digest_of(judged, texts) for judged, texts in stored]


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
ROW = st.fixed_dictionaries(
    {
        "key": st.sampled_from([UUID(int=1), UUID(int=2**127), UUID("0a000000-0000-0000-0000-00000000000b")]),
        "language": st.sampled_from(["be", "en", "pt-br", "ru"]),
        "position": st.integers(1, 3),
        "slug": st.just("prices"),
        "headline": WORDS,
        "lead": WORDS,
        "body_html": WORDS,
        "summary": WORDS,
        "published_on": st.dates(date(1900, 1, 1)),
        "changed_on": st.dates(date(1900, 1, 1)),
        "extras": st.dictionaries(WORDS, JSON, max_size=3),
    }
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    reasons=st.dictionaries(WORDS, WORDS, max_size=3),
    texts=st.lists(ROW, max_size=4, unique_by=lambda row: (row["key"], row["language"])),
)
def test_whatever_is_frozen_has_the_same_digest_after_it_is_stored(
    reasons: dict[str, str], texts: list[dict[str, Any]]
) -> None:
    edition = Edition.objects.first() or make_edition()
    publication = Publication.objects.create(edition=edition, made_on=edition.end, is_current=False)
    judged = PublishedAssessment(publication=publication, section="economy", verdict="worse", reasons=reasons)
    rows = [PublishedText(assessment=judged, **text) for text in texts]
    digest = digest_of(judged, rows)
    judged.save()
    PublishedText.objects.bulk_create(rows)
    ((stored, stored_texts),) = frozen_in(Publication.objects.get(pk=publication.pk))
    assert digest_of(stored, stored_texts) == digest

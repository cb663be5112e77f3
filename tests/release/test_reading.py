"""The record read by plain queries is what the models say, is read once, and is noticed when it changes."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from barograph.accounts.roles import Role
from barograph.base.site import SiteSettings
from barograph.editions.gate import open_findings, overrule
from barograph.editions.models import Commentary, Edition
from barograph.editions.services import record_verdict
from barograph.release.history import History
from barograph.release.models import Publication, PublishedAssessment, PublishedText
from barograph.release.published import DjangoDatabase
from barograph.release.publishing import publish_edition
from barograph.release.reading import RecordReader, StoredText
from barograph.release.record import Record, Source, Text
from tests.factories.editions import (
    MONDAY,
    change,
    make_commentary,
    make_page,
    make_picture,
    make_ready_edition,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_site")]
NOTE = {"en": "A date was wrong.", "be": "Дата была няправільная.", "ru": "Дата была неверна."}


@pytest.fixture(autouse=True)
def edition(own_site: SiteSettings) -> Edition:
    """A published edition: two sections, two texts in one of them, a picture."""
    assert own_site.private.is_dir(), "the picture goes there"
    found = make_ready_edition(sections=("economy", "health"))
    original = Commentary.objects.get(locale__language_code="en", assessment__section__key="economy")
    change(original, picture=make_picture(), picture_alt="A square", picture_credit="Us", ready=True)
    make_commentary(found, "economy", ready=True, headline="A second look", position=2)
    _publish(found)
    return found


def _publish(edition: Edition, note: dict[str, str] | None = None) -> Publication:
    """Publish whatever the gate thinks: what is frozen is of interest here."""
    publisher = make_user(Role.PUBLISHER)
    for finding in open_findings(edition):
        overrule(edition=edition, finding=finding, reason="Only a test.", user=publisher)
    return publish_edition(edition=edition, note=note)


def read(site: SiteSettings) -> Record:
    return RecordReader(DjangoDatabase(), site).read()


def texts(record: Record) -> list[Text]:
    judged = [found for edition in record.editions for found in edition.assessments]
    return [text for found in judged for several in found.texts.values() for text in several]


def test_what_is_read_is_what_the_models_say(edition: Edition, own_site: SiteSettings) -> None:
    make_page(ready=True)
    second = make_ready_edition(start=MONDAY.replace(day=29), sections=("press",))
    Edition.objects.filter(pk=second.pk).update(archived=True)
    publish_edition(edition=second)
    record = read(own_site)
    assert [(found.slug, found.archived) for found in record.editions] == [(edition.slug, False), (second.slug, True)]
    assert [page.title for page in record.pages] == ["About"]
    for public in record.editions:
        publication = Publication.objects.current().get(edition__slug=public.slug)
        row = publication.edition
        assert (public.period, public.published_on, public.made_on) == (
            row.period,
            row.published_on,
            publication.made_on,
        )
        assert {found.section for found in public.assessments} == set(
            publication.assessments.values_list("section", flat=True)
        )
        for judged in public.assessments:
            frozen = publication.assessments.get(section=judged.section)
            assert (judged.verdict, judged.reasons, judged.digest) == (frozen.verdict, frozen.reasons, frozen.digest)
            assert frozen.digest
            rows = frozen.texts.all()
            assert [_fields(text) for several in judged.texts.values() for text in several] == [
                _fields(found) for code in judged.texts for found in rows if found.language == code
            ]


def _fields(text: Any) -> tuple[Any, ...]:
    names = ("language", "slug", "headline", "lead", "body_html", "summary", "published_on", "changed_on")
    return (str(text.key), *(getattr(text, name) for name in names))


def test_extras_and_several_texts_of_a_section_are_read(own_site: SiteSettings) -> None:
    economy = read(own_site).editions[0].assessments[0]
    first, second = economy.texts["en"]
    assert second.headline == "A second look"
    assert first.picture
    assert (first.picture.alt, first.picture.credit) == ("A square", "Us")
    assert second.picture is None
    reader = RecordReader(DjangoDatabase(), own_site)
    reader.read()
    assert set(reader.picture_files) == {size.name for size in first.picture.sizes}


def test_what_is_stored_together_is_read_whatever_stands_in_it(own_site: SiteSettings) -> None:
    tricky = 'On "picture" and "old_addresses": []'
    extras = {
        "authors": ["Ганна", tricky, "picture"],
        "sources": [{"title": tricky, "url": "https://example.org/?a=1&b=2"}],
        "old_addresses": ["/old/first", "/old/second"],
    }
    PublishedText.objects.filter(language="ru").update(extras=extras)
    PublishedText.objects.filter(language="be").update(extras={})
    found = {text.language: text for text in texts(read(own_site))}
    assert found["ru"].authors == ("Ганна", tricky, "picture")
    assert found["ru"].sources == (Source(tricky, "https://example.org/?a=1&b=2"),)
    assert found["ru"].old_addresses == ("/old/first", "/old/second")
    assert found["ru"].picture is None
    nothing = found["be"]
    assert (nothing.authors, nothing.sources, nothing.picture, nothing.old_addresses) == ((), (), None, ())


def test_a_language_that_the_settings_no_longer_name_is_left_out(own_site: SiteSettings) -> None:
    fewer = own_site.model_copy(update={"languages": own_site.languages[:2]})
    assert {text.language for text in texts(read(own_site))} == {"en", "be", "ru"}
    assert {text.language for text in texts(read(fewer))} == {"en", "be"}


def test_the_addresses_of_all_commentaries_can_be_known_before_these_are_read(own_site: SiteSettings) -> None:
    fewer = own_site.model_copy(update={"languages": own_site.languages[:2]})
    found: list[str] = []
    record = RecordReader(DjangoDatabase(), fewer).read(found.extend)
    places = [place for several in History(record, fewer).places.values() for place in several]
    assert sorted(found) == sorted(place.address for place in places)
    assert {address.split("/")[0] for address in found} == {"en", "be"}


def test_long_parts_are_read_when_they_are_asked_for_and_a_publication_at_a_time(own_site: SiteSettings) -> None:
    reader = RecordReader(DjangoDatabase(), own_site)
    with CaptureQueriesContext(connection) as asked:
        found = texts(reader.read())
    assert "body_html" not in " ".join(query["sql"] for query in asked if "publishedtext" in query["sql"])
    with CaptureQueriesContext(connection) as asked:
        assert all(text.lead and text.body_html and text.summary for text in found)
    assert len(asked) == 1


def test_a_second_read_reads_only_what_is_new(own_site: SiteSettings) -> None:
    reader = RecordReader(DjangoDatabase(), own_site)
    first = reader.read()
    with CaptureQueriesContext(connection) as asked:
        again = reader.read()
    assert len(asked) == 3
    assert again.editions[0] is first.editions[0]
    second = make_ready_edition(start=MONDAY.replace(day=29), sections=("press",))
    publication = publish_edition(edition=second)
    with CaptureQueriesContext(connection) as asked:
        after = reader.read()
    assert len(asked) == 5
    assert all(f"IN ({publication.pk})" in query["sql"] for query in asked if "publication_id IN" in query["sql"])
    assert after.editions[0] is first.editions[0]
    assert reader.newest == second.slug


def test_a_hash_changes_with_everything_that_readers_see_and_with_nothing_else(
    edition: Edition, own_site: SiteSettings
) -> None:
    seen = {read(own_site).editions[0].digest}

    def is_new() -> bool:
        digest = read(own_site).editions[0].digest
        known = digest in seen
        seen.add(digest)
        return not known

    assert not is_new()
    Edition.objects.update(publish_note="a note to the newsroom")
    assert not is_new()
    _publish(edition)
    assert not is_new()
    record_verdict(assessment=edition.assessments.get(section__key="economy"), verdict="better")
    assert not is_new(), "a draft"
    _publish(edition, NOTE)
    assert is_new()
    change(Commentary.objects.get(headline="A second look"), lead="Something else.", ready=True)
    _publish(edition, NOTE)
    assert is_new()
    edition.corrections.create(made_on=MONDAY, note={"en": "One more."})
    assert is_new()
    Edition.objects.update(archived=True)
    assert is_new()
    Edition.objects.update(end=MONDAY.replace(day=31))
    assert is_new()
    Edition.objects.update(published_on=MONDAY)
    assert is_new()


def test_rows_from_before_there_were_hashes_have_one_in_memory(own_site: SiteSettings) -> None:
    PublishedAssessment.objects.update(digest="")
    found = read(own_site).editions[0].assessments
    assert all(assessment.digest for assessment in found)
    assert len({assessment.digest for assessment in found}) == len(found)


def test_a_publication_that_becomes_old_while_it_is_read_is_read_whole(own_site: SiteSettings) -> None:
    class Meanwhile(DjangoDatabase):
        """Another edition's publication comes in after the first query."""

        def rows(self, sql: str) -> Any:
            found = super().rows(sql)
            if "is_current" in sql:
                Publication.objects.update(is_current=False)
            return found

    assert texts(RecordReader(Meanwhile(), own_site).read())


def test_a_number_that_is_given_again_after_a_rollback_is_another_publication(own_site: SiteSettings) -> None:
    reader = RecordReader(DjangoDatabase(), own_site)
    before = texts(reader.read())[0]
    assert before.lead
    newest = Publication.objects.current().get()
    with transaction.atomic():
        PublishedText.objects.update(lead="Another lead.", headline="Another headline")
        Publication.objects.filter(pk=newest.pk).update(made_at=newest.made_at.replace(year=2000))
    after = texts(reader.read())[0]
    assert (after.headline, after.lead) == ("Another headline", "Another lead.")


def test_a_stored_text_is_compared_copied_and_changed_like_any_other(own_site: SiteSettings) -> None:
    stored = texts(read(own_site))[0]
    assert isinstance(stored, StoredText)
    plain = Text(**{field.name: getattr(stored, field.name) for field in dataclasses.fields(Text)})
    assert stored == plain == stored == texts(read(own_site))[0]
    assert hash(stored) == hash(plain)
    for made in (copy.copy(stored), copy.deepcopy(stored), pickle.loads(pickle.dumps(stored))):  # noqa: S301 (ours)
        assert type(made) is Text
        assert made == plain
    changed = dataclasses.replace(stored, lead="Another.")
    assert (changed.lead, changed.body_html) == ("Another.", plain.body_html)
    assert changed != stored
    assert repr(stored).endswith(repr(plain).removeprefix("Text"))

"""The parity gate: each thing that hinders publication, and what a publisher may overrule."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation as django_translation
from wagtail.models import ModelLogEntry, Workflow

from barograph.accounts.roles import Role
from barograph.editions.gate import blockers, contents_of, open_findings, overrule, publishable_texts
from barograph.editions.models import Commentary, Overrule
from barograph.editions.segments import newest_pieces
from barograph.editions.services import NotAllowed, mark_ready, record_reason, record_verdict
from tests.factories.editions import (
    MONDAY,
    assessment,
    change,
    make_commentary,
    make_edition,
    make_picture,
    make_ready_edition,
    make_translation,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    """One section, judged and written in the three languages, ready."""
    return make_ready_edition(sections=("economy",))


@pytest.fixture
def publisher():
    return make_user(Role.PUBLISHER)


def text_in(edition, language):
    return Commentary.objects.in_edition(edition).get(locale__language_code=language)


def paragraph(edition, language):
    return next(piece.path for piece in newest_pieces(text_in(edition, language)) if piece.kind == "paragraph")


def codes(edition):
    return [(finding.code, finding.language) for finding in blockers(edition)]


def rewrite(edition, language, **fields):
    change(text_in(edition, language), ready=True, **fields)


def translate_again(edition):
    """Let the translations render the newest original."""
    from barograph.editions.staleness import confirm_translation

    original = text_in(edition, "en")
    for translation in original.renderings.all():
        confirm_translation(translation=translation, source_revision=original.latest_revision)


def take_verdict(edition):
    record_verdict(assessment=assessment(edition, "economy"), verdict="")


def take_reason(edition):
    record_reason(assessment=assessment(edition, "economy"), language="be", text="")


def take_reason_that_is_not_required(edition):
    record_reason(assessment=assessment(edition, "economy"), language="ru", text="")


def change_source_reason(edition):
    record_reason(assessment=assessment(edition, "economy"), language="en", text="Prices fell by 5%.")


def take_commentary(edition):
    Commentary.objects.in_edition(edition).delete()


def take_required_translation(edition):
    text_in(edition, "be").delete()


def take_translation_that_is_not_required(edition):
    text_in(edition, "ru").delete()


def unready(edition):
    mark_ready(text=text_in(edition, "be"), ready=False)


def send_to_review(edition):
    Workflow.objects.get(name="Review").start(text_in(edition, "be"), make_user())


def send_a_stale_one_to_review(edition):
    mark_ready(text=text_in(edition, "be"), ready=False)
    change_original(edition)
    send_to_review(edition)


def change_original(edition):
    rewrite(edition, "en", headline="Prices rise, wages wait")


def add_section(edition):
    assessment(edition, "press")


def add_undescribed_picture(edition):
    rewrite(edition, "en", picture=make_picture())


def add_described_picture(edition):
    picture = make_picture()
    for language in ("en", "be", "ru"):
        rewrite(edition, language, picture=picture, picture_alt="A square")
    translate_again(edition)


def add_picture_to_the_original_only(edition):
    rewrite(edition, "en", picture=make_picture(), picture_alt="A square")
    translate_again(edition)


def write_a_headline_only(edition):
    edition.assessments.get().commentaries.all().delete()
    original = make_commentary(edition, "economy", lead="", summary="", body=[], ready=True)
    make_translation(original, "be", ready=True)


def differ_in_numbers(edition):
    rewrite(edition, "be", summary="Такім чынам, 2 000 фірм чакаюць.")


def differ_in_percentages(edition):
    rewrite(edition, "be", lead="У студзені цэны выраслі на 6 % за 7 дзён.")


def differ_in_dates(edition):
    path = paragraph(edition, "be")
    words = '<p>23 студзеня 2024 года банк <a href="https://example.org/rate">падняў стаўку</a> да 9,5 %.</p>'
    rewrite(edition, "be", words={path: words})


def differ_in_links(edition):
    path = paragraph(edition, "be")
    words = '<p>22 студзеня 2024 года банк <a href="https://example.com/">падняў стаўку</a> да 9,5 %.</p>'
    rewrite(edition, "be", words={path: words})


def differ_in_paragraphs(edition):
    blocks = text_in(edition, "be").newest().body.get_prep_value()
    rewrite(edition, "be", body=[*blocks, {"type": "paragraph", "value": "<p>Яшчэ.</p>"}])


def lack_a_lead(edition):
    rewrite(edition, "ru", lead="")


PICTURE_WITHOUT_WORDS = [("no_alternative_text", "en"), ("different_pictures", "be"), ("different_pictures", "ru")]
FINDINGS = [
    (take_verdict, [("no_verdict", "")]),
    (take_reason, [("no_reason", "be")]),
    (take_reason_that_is_not_required, []),
    (change_source_reason, [("stale_reason", "be"), ("stale_reason", "ru")]),
    (take_commentary, [("no_commentary", "")]),
    (take_required_translation, [("no_translation", "be")]),
    (take_translation_that_is_not_required, []),
    (unready, [("not_ready", "be")]),
    (send_to_review, [("in_review", "be")]),
    (
        send_a_stale_one_to_review,
        [("stale_translation", "be"), ("in_review", "be"), ("stale_translation", "ru")],
    ),
    (change_original, [("stale_translation", "be"), ("stale_translation", "ru")]),
    (add_section, [("empty_section", "")]),
    (add_undescribed_picture, PICTURE_WITHOUT_WORDS),
    (add_described_picture, []),
    (add_picture_to_the_original_only, [("different_pictures", "be"), ("different_pictures", "ru")]),
    (write_a_headline_only, [("empty_text", "en"), ("empty_text", "be")]),
    (differ_in_numbers, [("different_numbers", "be")]),
    (differ_in_percentages, [("different_percentages", "be")]),
    (differ_in_dates, [("different_dates", "be")]),
    (differ_in_links, [("different_links", "be")]),
    (differ_in_paragraphs, [("different_paragraphs", "be")]),
    (lack_a_lead, [("different_numbers", "ru"), ("different_percentages", "ru"), ("different_leads", "ru")]),
]


def test_an_edition_ready_in_three_languages_has_no_blockers(edition):
    assert blockers(edition) == []


@pytest.mark.parametrize(("spoil", "expected"), FINDINGS)
def test_what_is_wrong_is_found(edition, spoil, expected):
    spoil(edition)
    assert codes(edition) == expected


@pytest.mark.parametrize(("spoil", "expected"), FINDINGS)
def test_a_finding_names_its_section_and_where_to_mend_it(edition, spoil, expected):  # noqa: ARG001 (one table)
    spoil(edition)
    for finding in blockers(edition):
        assert finding.message.startswith(("Economy", "Press"))
        assert finding.section in {"economy", "press"}
        assert finding.target.kind == ("commentary" if finding.text_id else "assessment")
        assert finding.target.pk
        assert finding.overrulable is (finding.code != "no_verdict")


def test_an_untouched_edition_says_once_a_section_that_it_is_empty():
    assert codes(make_edition()) == [("empty_section", "")] * 5


def test_an_edition_without_sections_cannot_be_published():
    edition = make_edition()
    edition.assessments.all().delete()
    (finding,) = blockers(edition)
    assert (finding.code, finding.overrulable, finding.target.kind) == ("no_section", False, "edition")


def test_an_archived_edition_is_asked_for_nothing():
    edition = make_edition(archived=True)
    make_commentary(edition, "economy", language="ru", ready=True)
    assert blockers(edition) == []


def test_an_archived_commentary_beside_ours_is_asked_for_nothing_until_it_is_translated_here(edition):
    archived = make_commentary(edition, "economy", position=2, archived=True, ready=True)
    assert blockers(edition) == []
    make_translation(archived, "ru", ready=True)
    assert codes(edition) == [("no_translation", "be")]


def test_messages_say_what_where_and_what_to_do(edition):
    change_original(edition)
    differ_in_numbers(edition)
    stale, different = [finding.message for finding in blockers(edition) if finding.language == "be"]
    assert stale == (
        "Economy, Беларуская: “Цэны растуць, заробкі стаяць” is stale. Its original changed in: headline. "
        "Bring the translation up to date."
    )
    assert different == (
        "Economy, Беларуская: “Цэны растуць, заробкі стаяць” differs from its English version in numbers: "
        "only there 1,000, only here 2 000. Bring the two in line."
    )


def test_two_commentaries_of_one_section_are_compared_each_with_its_own_translations(edition):
    second = make_commentary(edition, "economy", position=2, headline="Second, with 77", ready=True)
    make_translation(second, "be", ready=True)
    assert blockers(edition) == []


def test_a_section_that_exists_in_a_single_language_lacks_its_required_translation():
    edition = make_ready_edition(sections=("economy",), languages=("be",))
    assert codes(edition) == [("no_reason", "en"), ("no_translation", "en")]


def test_the_gate_asks_few_questions_however_large_the_edition(django_assert_max_num_queries):
    edition = make_ready_edition()
    with django_assert_max_num_queries(6):
        assert open_findings(edition) == []


def test_a_publisher_overrules_a_finding_with_a_reason_that_is_kept(edition, publisher):
    take_required_translation(edition)
    (finding,) = open_findings(edition)
    overrule(edition=edition, finding=finding, reason=" The translator is ill. ", user=publisher)
    assert open_findings(edition) == []
    assert blockers(edition) == [finding]
    kept = Overrule.objects.get()
    assert (kept.reason, kept.finding_text, kept.by) == ("The translator is ill.", finding.message, publisher)
    entry = ModelLogEntry.objects.for_instance(edition).get(action="barograph.overrule")
    assert entry.data["reason"] == "The translator is ill."


def test_overruling_twice_keeps_the_first_reason(edition, publisher):
    take_reason(edition)
    (finding,) = open_findings(edition)
    for reason in ("First.", "Second."):
        overrule(edition=edition, finding=finding, reason=reason, user=publisher)
    assert Overrule.objects.get().reason == "First."


def test_an_overrule_holds_in_whatever_language_the_newsroom_is_read(edition, publisher):
    differ_in_numbers(edition)
    (finding,) = open_findings(edition)
    overrule(edition=edition, finding=finding, reason="Meant so.", user=publisher)
    with django_translation.override("ru"):
        assert open_findings(edition) == []


@pytest.mark.parametrize("role", [Role.ANALYST, Role.EDITOR, Role.TRANSLATOR, Role.OPERATOR])
def test_nobody_but_a_publisher_overrules(edition, role):
    take_reason(edition)
    (finding,) = open_findings(edition)
    with pytest.raises(PermissionDenied):
        overrule(edition=edition, finding=finding, reason="Because.", user=make_user(role))
    assert open_findings(edition) == [finding]


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_an_overrule_needs_a_written_reason(edition, publisher, reason):
    take_reason(edition)
    (finding,) = open_findings(edition)
    with pytest.raises(NotAllowed, match="why"):
        overrule(edition=edition, finding=finding, reason=reason, user=publisher)


def test_a_missing_verdict_cannot_be_overruled(edition, publisher):
    take_verdict(edition)
    (finding,) = open_findings(edition)
    with pytest.raises(NotAllowed, match="has to be mended"):
        overrule(edition=edition, finding=finding, reason="Because.", user=publisher)


def test_a_new_fact_opens_an_overruled_finding_again(edition, publisher):
    differ_in_numbers(edition)
    (finding,) = open_findings(edition)
    overrule(edition=edition, finding=finding, reason="Meant so.", user=publisher)
    rewrite(edition, "be", summary="Такім чынам, 3 000 фірм чакаюць.")
    assert [found.code for found in open_findings(edition)] == ["different_numbers"]
    differ_in_numbers(edition)
    assert open_findings(edition) == []


def test_a_further_change_of_the_original_opens_a_stale_translation_again(edition, publisher):
    change_original(edition)
    for finding in open_findings(edition):
        overrule(edition=edition, finding=finding, reason="Only a comma.", user=publisher)
    assert open_findings(edition) == []
    rewrite(edition, "en", headline="Prices rise, wages wait, and wait")
    assert [finding.code for finding in open_findings(edition)] == ["stale_translation"] * 2


def test_an_overrule_counts_in_its_own_edition_only(edition, publisher):
    take_reason(edition)
    (finding,) = open_findings(edition)
    other = make_ready_edition(start=MONDAY.replace(day=29), sections=("economy",))
    overrule(edition=other, finding=finding, reason="Because.", user=publisher)
    assert open_findings(edition) == [finding]


def test_texts_go_out_in_the_order_of_sections_positions_and_languages():
    edition = make_ready_edition(sections=("press", "economy"), languages=("en", "be"))
    make_commentary(edition, "economy", position=2, ready=True)
    texts = publishable_texts(contents_of(edition))
    assert [(text.assessment.section.key, text.position, text.language) for text in texts] == [
        ("economy", 1, "en"),
        ("economy", 1, "be"),
        ("economy", 2, "en"),
        ("press", 1, "en"),
        ("press", 1, "be"),
    ]


def test_a_text_that_is_not_ready_stays_with_the_newsroom(edition):
    unready(edition)
    assert [text.language for text in publishable_texts(contents_of(edition))] == ["en", "ru"]


def test_readers_keep_the_version_they_have_while_a_newer_one_is_a_draft(edition):
    text = text_in(edition, "be")
    text.ready_revision.publish()
    change(text, lead="Яшчэ не гатова.")
    assert codes(edition) == [("not_ready", "be"), ("different_numbers", "be"), ("different_percentages", "be")]
    assert [text.language for text in publishable_texts(contents_of(edition))] == ["en", "be", "ru"]
    mark_ready(text=text_in(edition, "be"), ready=False)
    assert [text.language for text in publishable_texts(contents_of(edition))] == ["en", "ru"]

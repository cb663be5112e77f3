"""Translations as PO files: out, changed in a program of the translator's own, and in again."""

import polib
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry, Workflow

from barograph.accounts.roles import Role
from barograph.editions.exchange import REVISION_HEADER, TEXT_HEADER, BadFile, export_po, find_translation, import_po
from barograph.editions.models import Commentary
from barograph.editions.segments import newest_pieces, segments
from barograph.editions.services import NotAllowed, start_translation
from barograph.editions.staleness import is_stale
from tests.factories.editions import WORDS, change, make_commentary, make_page, make_translation, make_user

pytestmark = pytest.mark.django_db

BODY = [
    ("paragraph", '<p>One <b>bold</b> and <a href="https://example.org/">linked</a>.</p>'),
    ("list", ["<p>a</p>", "<p>b</p>"]),
    ("quote", {"text": "Words", "by": "Somebody"}),
    ("heading", "Title"),
]
SOURCES = [("source", {"title": "A book", "url": "https://example.org/book"})]


@pytest.fixture
def original():
    return make_commentary(body=BODY, sources=SOURCES)


@pytest.fixture
def translation(original):
    return make_translation(original, "be")


def parsed(translation):
    return polib.pofile(export_po(Commentary.objects.get(pk=translation.pk)))


def words(translation):
    return segments(Commentary.objects.get(pk=translation.pk).newest())


def path_of(text, piece):
    return next(path for path, words in segments(text.newest()).items() if words == piece)


def fill(file):
    for entry in file:
        entry.msgstr = entry.msgstr or entry.msgid.replace("o", "о").replace("a", "а")
    return file


def test_a_file_has_an_entry_for_every_piece_with_its_path_and_place(original, translation):
    file = parsed(translation)
    assert [entry.msgctxt for entry in file] == list(segments(original.newest()))
    assert [(entry.msgid, entry.comment) for entry in file][:4] == [
        ("Prices rise, wages stay", "headline"),
        ("In January prices rose by 5% within 7 days.", "lead"),
        (BODY[0][1], "body, paragraph 1"),
        ("<p>a</p>", "body, list item 1"),
    ]


def test_the_header_names_language_text_and_source_revision(original, translation):
    metadata = parsed(translation).metadata
    assert metadata["Project-Id-Version"] == "Situation in Arcadia"
    assert metadata["Language"] == "be"
    assert metadata["X-Source-Language"] == "en"
    assert metadata[TEXT_HEADER] == str(original.translation_key)
    assert metadata[REVISION_HEADER] == str(original.latest_revision_id)


def test_what_is_still_the_originals_is_empty_but_names_of_works_are_kept(translation):
    entries = {entry.msgid: entry.msgstr for entry in parsed(translation)}
    assert entries["Prices rise, wages stay"] == WORDS["be"]["headline"]
    assert entries["Title"] == ""
    assert entries["A book"] == "A book"


def test_a_piece_that_changed_in_the_original_is_fuzzy_and_shows_the_earlier_words(original, translation):
    change(original, headline="Prices fall")
    entry = parsed(translation)[0]
    assert (entry.msgid, entry.previous_msgid) == ("Prices fall", "Prices rise, wages stay")
    assert entry.fuzzy
    assert entry.msgstr == WORDS["be"]["headline"]
    assert not any(other.fuzzy for other in parsed(translation)[1:])


def test_an_original_has_no_file(original):
    with pytest.raises(NotAllowed, match="not a translation"):
        export_po(original)


def test_a_file_that_comes_back_unchanged_writes_nothing(translation):
    before, revision = words(translation), translation.latest_revision_id
    result = import_po(translation, export_po(translation))
    assert (result.written, result.revision) == (0, None)
    assert words(translation) == before
    translation.refresh_from_db()
    assert translation.latest_revision_id == revision


def test_a_changed_entry_writes_exactly_that_into_one_new_draft(original, translation):
    path = path_of(original, "Title")
    file = parsed(translation)
    file.find(path, by="msgctxt").msgstr = "Загаловак"
    before, revisions = words(translation), translation.revisions.count()
    user = make_user(Role.TRANSLATOR)
    result = import_po(translation, str(file).encode(), user=user)
    assert words(translation) == before | {path: "Загаловак"}
    assert translation.revisions.count() == revisions + 1
    assert (result.written, result.revision.user) == (1, user)
    entry = ModelLogEntry.objects.for_instance(translation).get(action="barograph.import_translation")
    assert (entry.user, entry.data) == (user, {"pieces": 1})


def test_a_file_with_everything_translated_makes_the_translation_current(original, translation):
    change(original, headline="Prices fall")
    file = fill(parsed(translation))
    file[0].flags.remove("fuzzy")
    file[0].msgstr = "Цэны падаюць"
    result = import_po(Commentary.objects.get(pk=translation.pk), str(file))
    assert (result.untranslated, result.is_stale) == (0, False)
    assert not is_stale(Commentary.objects.get(pk=translation.pk))


def test_a_file_with_a_fuzzy_entry_leaves_the_translation_stale(original, translation):
    change(original, headline="Prices fall")
    result = import_po(Commentary.objects.get(pk=translation.pk), str(fill(parsed(translation))))
    assert (result.untranslated, result.is_stale) == (1, True)


def test_a_file_of_an_older_original_is_taken_and_the_translation_stays_stale(original, translation):
    file = fill(parsed(translation))
    change(original, headline="Prices fall", summary="")
    result = import_po(Commentary.objects.get(pk=translation.pk), str(file))
    assert result.is_stale
    assert result.skipped == 1
    assert "still stale" in " ".join(result.notes)
    assert words(translation)[path_of(original, "Title")] == "Title".replace("a", "а").replace("o", "о")


def test_a_paragraph_that_the_original_got_since_comes_in_with_its_translation(original, translation):
    blocks = original.newest().body.get_prep_value()
    change(original, body=[{"type": "paragraph", "value": "<p>New.</p>"}, *blocks])
    file = parsed(translation)
    file.find(path_of(original, "<p>New.</p>"), by="msgctxt").msgstr = "<p>Новы.</p>"
    import_po(Commentary.objects.get(pk=translation.pk), str(file))
    pieces = [piece for piece in newest_pieces(Commentary.objects.get(pk=translation.pk)) if piece.kind == "paragraph"]
    assert [piece.text for piece in pieces] == ["<p>Новы.</p>", BODY[0][1]]


def test_markup_that_a_text_may_not_hold_is_taken_out(original, translation):
    path = path_of(original, BODY[0][1])
    file = parsed(translation)
    file.find(
        path, by="msgctxt"
    ).msgstr = (
        '<p onclick="x()">Адзін<script>alert(1)</script> <a href="javascript:x()">раз</a><img src="x"> <b>тут</b></p>'
    )
    import_po(translation, str(file))
    assert words(translation)[path] == "<p>Адзін <a>раз</a> <b>тут</b></p>"


def test_a_heading_is_plain_text_and_stays_as_it_is(original, translation):
    path = path_of(original, "Title")
    file = parsed(translation)
    file.find(path, by="msgctxt").msgstr = "1 < 2 & <b>"
    import_po(translation, str(file))
    assert words(translation)[path] == "1 < 2 & <b>"


def test_a_dangerous_address_of_a_source_is_refused(original, translation):
    file = parsed(translation)
    file.find(path_of(original, "https://example.org/book"), by="msgctxt").msgstr = "javascript:alert(1)"
    with pytest.raises(BadFile, match="not a web address"):
        import_po(translation, str(file))


def tampered_path(file):
    file[0].msgctxt = "slug"


def tampered_words(file):
    file[0].msgid = "Something else"


def another_text(file):
    file.metadata[TEXT_HEADER] = "00000000-0000-0000-0000-000000000000"


def another_language(file):
    file.metadata["Language"] = "ru"


def no_revision(file):
    del file.metadata[REVISION_HEADER]


def a_revision_that_is_not_there(file):
    file.metadata[REVISION_HEADER] = "99999999"


def a_revision_out_of_range(file):
    file.metadata[REVISION_HEADER] = "9" * 40


def a_headline_too_long(file):
    file[0].msgstr = "х" * 300


def plural_forms(file):
    file[0].msgid_plural = "many"


@pytest.mark.parametrize(
    ("tamper", "message"),
    [
        (tampered_path, "place that the original does not have"),
        (tampered_words, "original’s own words"),
        (another_text, "belongs to another text"),
        (another_language, "“ru”"),
        (no_revision, "which version"),
        (a_revision_that_is_not_there, "which version"),
        (a_revision_out_of_range, "which version"),
        (a_headline_too_long, "do not fit"),
        (plural_forms, "place that the original does not have"),
    ],
)
def test_a_file_that_was_tampered_with_is_refused_and_nothing_is_written(translation, tamper, message):
    file = fill(parsed(translation))
    tamper(file)
    before, revision = words(translation), translation.latest_revision_id
    with pytest.raises(BadFile, match=message):
        import_po(translation, str(file))
    assert words(translation) == before
    assert Commentary.objects.get(pk=translation.pk).latest_revision_id == revision


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "/etc/passwd",
        'msgid "a',
        'msgid "a"\nmsgid "b"\n',
        b"\xff\xfe\x00",
        '<?xml version="1.0"?>',
        "\x00",
        "msgstr",
    ],
)
def test_what_is_no_po_file_is_refused_with_advice(translation, text):
    with pytest.raises(BadFile, match="Export the translation again"):
        import_po(translation, text)


def test_a_file_finds_its_translation(translation):
    page = make_translation(make_page(), "ru")
    assert find_translation(export_po(translation)) == translation
    assert find_translation(export_po(page).encode()) == page


@pytest.mark.parametrize("tamper", [another_text, another_language, lambda file: file.metadata.pop(TEXT_HEADER)])
def test_a_file_of_no_translation_is_refused(translation, tamper):
    file = parsed(translation)
    tamper(file)
    with pytest.raises(BadFile, match="no translation of this site"):
        find_translation(str(file))


def test_an_entry_that_stands_twice_is_refused(translation):
    text = export_po(translation)
    entry = text[text.index("#. headline") :]
    with pytest.raises(BadFile, match="valid PO file"):
        import_po(translation, text + "\n" + entry)


def test_line_ends_and_a_byte_order_mark_of_another_system_do_not_matter(original, translation):
    path = path_of(original, "Title")
    file = parsed(translation)
    file.find(path, by="msgctxt").msgstr = "Загаловак"
    import_po(translation, str(file).replace("\n", "\r\n").encode("utf-8-sig"))
    assert words(translation)[path] == "Загаловак"


def test_a_translator_of_another_language_is_refused(translation):
    with pytest.raises(NotAllowed, match="this language"):
        import_po(translation, export_po(translation), user=make_user(Role.TRANSLATOR, languages=("ru",)))


def test_a_text_in_review_takes_no_file(translation):
    Workflow.objects.get(name="Review").start(translation, make_user())
    with pytest.raises(NotAllowed, match="in review"):
        import_po(translation, export_po(translation))


LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200).map(str.strip).filter(bool)
QUICK = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@QUICK
@given(headline=LINES, lead=LINES, heading=LINES, item=LINES)
def test_any_words_survive_the_way_out_and_in(headline, lead, heading, item):
    source = make_commentary(headline=headline[:250], lead=lead, body=[("heading", heading), ("list", [item])])
    translation = start_translation(original=source, language="be")
    before = words(translation)
    result = import_po(translation, export_po(translation))
    assert result.written == 0
    assert words(translation) == before


@QUICK
@given(headline=LINES, summary=LINES, heading=LINES)
def test_edited_words_arrive_exactly_and_nothing_else_changes(headline, summary, heading):
    source = make_commentary(body=[("heading", "Title"), ("paragraph", "<p>One.</p>")])
    translation = start_translation(original=source, language="be")
    edited = {"headline": headline[:250], "summary": summary, path_of(source, "Title"): heading}
    change(translation, words=edited)
    text = export_po(translation)
    change(translation, words=segments(source.newest()))
    before = words(translation)
    result = import_po(translation, text)
    expected = {path: piece for path, piece in edited.items() if piece != before[path]}
    assert words(translation) == before | expected
    assert result.written == len(expected)

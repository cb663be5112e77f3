"""Pieces of a text: paths stay with their piece, and words can be put back in their places."""

import pytest

from barograph.editions.models import Commentary
from barograph.editions.segments import by_path, digests, newest_pieces, pieces, segments, write_segments
from tests.factories.editions import change, make_commentary, make_ready_edition, make_translation

pytestmark = pytest.mark.django_db

BODY = [
    ("paragraph", "<p>One.</p>"),
    ("list", ["<p>a</p>", "<p>b</p>"]),
    ("quote", {"text": "Words", "by": "Somebody"}),
    ("heading", "Title"),
    ("paragraph", "<p>Two.</p>"),
]


def test_every_kind_of_block_gives_its_pieces_in_the_order_of_the_page():
    text = make_commentary(body=BODY, lead="", summary="End", sources=[("source", {"title": "A book", "url": ""})])
    assert [(piece.kind, piece.number, piece.text) for piece in pieces(text)] == [
        ("headline", 1, "Prices rise, wages stay"),
        ("paragraph", 1, "<p>One.</p>"),
        ("list.item", 1, "<p>a</p>"),
        ("list.item", 2, "<p>b</p>"),
        ("quote.text", 1, "Words"),
        ("quote.by", 1, "Somebody"),
        ("heading", 1, "Title"),
        ("paragraph", 2, "<p>Two.</p>"),
        ("summary", 1, "End"),
        ("source.title", 1, "A book"),
    ]


def test_a_revision_gives_the_same_pieces_as_the_object_made_of_it():
    text = make_commentary(body=BODY)
    change(text, lead="Changed.")
    assert newest_pieces(text) == pieces(text.newest())
    assert by_path(newest_pieces(text))["lead"] == "Changed."


def test_a_text_that_was_never_saved_as_a_draft_gives_the_pieces_of_its_row():
    text = make_commentary(body=BODY)
    text.latest_revision = None
    assert newest_pieces(text) == pieces(text)


def test_a_translation_has_the_paths_of_its_original():
    original = make_commentary(body=BODY)
    assert list(segments(make_translation(original, "be").newest())) == list(segments(original))


def test_words_are_put_in_their_places_and_nowhere_else():
    text = make_commentary(body=BODY)
    written = {path: piece.upper() for path, piece in segments(text).items()}
    write_segments(text, written)
    assert segments(text) == written
    path = next(path for path in written if path.startswith("body."))
    write_segments(text, {path: "<p>Only here.</p>"})
    assert segments(text) == written | {path: "<p>Only here.</p>"}


@pytest.mark.parametrize("path", ["position", "body.nowhere", "body", "lead.more"])
def test_words_for_an_unknown_place_are_refused(path):
    with pytest.raises(KeyError, match=path):
        write_segments(make_commentary(body=BODY), {path: "x"})


def test_digests_differ_where_the_words_differ():
    first, second = digests({"a": "x", "b": "y"}), digests({"a": "x", "b": "z"})
    assert first["a"] == second["a"]
    assert first["b"] != second["b"]


def test_the_factory_makes_an_edition_ready_in_three_languages():
    edition = make_ready_edition(sections=("economy", "press"))
    texts = Commentary.objects.in_edition(edition)
    assert [text.language for text in texts] == ["en", "be", "ru"] * 2
    assert all(text.is_ready for text in texts)
    assert edition.assessments.get(section__key="press").reasons.count() == 3


def test_the_editors_spelling_of_emphasis_and_line_breaks_makes_no_other_piece():
    as_imported = make_commentary(body=[("paragraph", "<p>a <em>b</em><br>c</p>")])
    as_saved = make_commentary(body=[("paragraph", '<p data-block-key="x1y2z">a <i>b</i><br/>c</p>')])
    words = [[piece.text for piece in pieces(text) if piece.kind == "paragraph"] for text in (as_imported, as_saved)]
    assert words[0] == words[1]

"""The copies that do not say whose they are, and what nobody should write into a commentary."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from markupsafe import Markup

from barograph.base.period import Period
from barograph.base.site import Verdicts, VerdictSettings
from barograph.release.offline.markup import body_markup, web_address
from barograph.release.offline.veil import Veil
from barograph.release.record import Assessment, Edition, Picture, PictureSize, Record, Source, Text
from tests.release import records
from tests.release.offline import books

NAMES = ("Situation in Arcadia", "Arcadian Observatory", "Становішча ў Аркадыі", "example", "arcadia", books.ONION[7:])
LINKS = ("http", "href", "www.", "mailto", "://", "editors@", "sha256", "SHA256SUMS", "minisign")


def telling(text: Text) -> Text:
    """A commentary that names its publication in every field that is printed."""
    words = (
        "As Situation in Arcadia (https://example.org/en/, editors@example.org) and the Arcadian\nObservatory wrote."
    )
    return replace(
        text,
        headline=f"{text.headline}: {words}",
        lead=f"{text.lead} {words} See www.mirror.example.net/arcadia/en.",
        body_html=f'<p>{words}</p><p>Read <a href="/en/about/">about us</a> at EXAMPLE.ORG, or {books.ONION}/en/.</p>',
        summary=words,
        sources=(Source("Situation in Arcadia", "https://example.org/customs/12"), Source("https://example.org/en/")),
    )


@pytest.mark.parametrize("language", records.LANGUAGES)
@pytest.mark.parametrize("suffix", ["html", "txt"])
def test_a_discreet_copy_names_neither_the_publication_nor_any_address(language: str, suffix: str) -> None:
    content = books.copy(books.record(telling), language, f"notes-{books.SLUG}.{suffix}").decode()
    body = content.partition("</head>")[2] or content  # the head has “http-equiv”
    assert [name for name in NAMES if name.lower() in content.lower()] == []
    assert [link for link in LINKS if link in body] == []
    assert "Ivan" not in content, "authors are left out"
    assert "img" not in body, "and so are pictures"
    assert records.LEADS[language][:40] in content.replace("\n", " ")
    assert "[…]" in content


def test_its_head_has_a_title_that_tells_the_week_only() -> None:
    content = books.copy(books.record(), "en", f"notes-{books.SLUG}.html").decode()
    page = BeautifulSoup(content, "html.parser")
    assert page.title is not None
    assert page.title.get_text() == "August 12\u2009–\u200918, 2024"
    assert page.find_all("a") == []
    names = {str(meta.get("name") or meta.get("http-equiv") or "charset") for meta in page.find_all("meta")}
    assert names == {"charset", "Content-Security-Policy", "referrer", "viewport", "color-scheme"}


def test_it_does_not_have_the_colours_of_its_site() -> None:
    own = books.site().model_copy(update={"verdicts": Verdicts(worse=VerdictSettings(light="#7a0045", dark="#ff9ad0"))})
    open_copy = f"{books.SLUG}-en.html"
    assert "#7a0045" in books.copy(books.record(), "en", open_copy, own).decode()
    discreet = books.copy(books.record(), "en", f"notes-{books.SLUG}.html", own).decode()
    assert "#7a0045" not in discreet
    assert "#ff9ad0" not in discreet
    assert Verdicts().worse.light in discreet


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("as Situation in Arcadia wrote", "as […] wrote"),
        ("as Situation\nin\u00a0Arcadia wrote", "as […] wrote"),
        ("see https://other.example/a?b=1.", "see […]."),
        ("(http://example.org)", "([…])"),
        ("Example.org, example.organic", "[…], example.organic"),
        ("write to a.b@example.org!", "write to […]!"),
        ("the situation in the press", "the situation in the press"),
        ("10:30, 3/4, e.g. this", "10:30, 3/4, e.g. this"),
    ],
)
def test_names_and_addresses_leave_a_gap(words: str, expected: str) -> None:
    assert Veil(books.site()).words(words) == expected


def test_a_name_is_found_in_markup_where_it_is_escaped() -> None:
    settings = records.site(publisher={"en": "Bread & Salt"})
    assert Veil(settings).markup(Markup("<p>Bread &amp; Salt says</p>")) == "<p>[…] says</p>"


HOSTILE = (
    "<script>alert(1)</script> & \"quoted\" ']]>' <!-- --> {{ 7 * 7 }} {% raw %}",
    "\x00\x01\x08\x0b\x1b[31m\x7f\x85\ufffe\uffff\ud800 end",
    "\u202eright to left\u202c \u2067עברית\u2069 \u200f\u200b\ufeff",
    "nobreak" * 60,
    "&#1; &nosuch; &lt; \u2028\u2029",
    "",
)


def hostile_edition(words: str) -> Edition:
    start = date(2024, 1, 1)
    text = Text(
        key="one",
        language="en",
        slug="one",
        headline=words,
        lead=words,
        body_html=f"<p>{words}</p><ul><li>{words}<li><b>open",
        summary=words,
        published_on=start,
        changed_on=start,
        authors=(words,),
        sources=(Source(words, words), Source("x", f"https://example.org/{words}")),
        picture=Picture((PictureSize("harbour-480.png", 480, 300),), words, words, words),
    )
    assessment = Assessment("economy", "worse", {"en": words}, {"en": (text,)})
    return Edition("2024-01-01", Period(start, date(2024, 1, 7)), start, (assessment,))


def check_all_but_the_pdf(words: str) -> None:
    """Every copy can be made and read again, and nothing in it became markup or an order to a terminal."""
    for item in books.items(Record((hostile_edition(words),)), "en"):
        if item.path.endswith(".pdf"):
            continue
        content = item.make()
        if item.path.endswith(".epub"):
            with zipfile.ZipFile(BytesIO(content)) as archive:
                for name in archive.namelist():
                    if name.endswith((".xhtml", ".opf", ".xml")):
                        assert not etree.fromstring(archive.read(name)).findall(".//{*}script")
            continue
        written = content.decode()
        assert not [letter for letter in written if ord(letter) < 32 and letter not in "\n\t\r"]
        if item.path.endswith(".html"):
            assert not BeautifulSoup(written, "html.parser").find_all("script")


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_make_no_copy_invalid(words: str) -> None:
    check_all_but_the_pdf(words)


def test_hostile_words_make_a_pdf() -> None:
    item = books.items(Record((hostile_edition(" ".join(HOSTILE)),)), "en")[0]
    assert item.make().startswith(b"%PDF-1.7")


@settings(max_examples=40)
@given(st.text(max_size=60))
def test_any_words_make_no_copy_invalid(words: str) -> None:
    check_all_but_the_pdf(words)


@given(st.text(st.characters() | st.sampled_from("<>&/=\"'abp "), max_size=80))
def test_any_body_is_well_formed(html: str) -> None:
    for linked in (True, False):
        etree.fromstring(f"<div>{body_markup(html, 'https://example.org/', linked=linked)}</div>")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://example.org/a b?c=é#d", "https://example.org/a%20b?c=%C3%A9#d"),
        ("https://прыклад.example/ў", "https://xn--80aiqesg1f.example/%D1%9E"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("javascript:alert(1)", ""),
        ("https://", ""),
        ("https://[::", ""),
        ("https://user:secret@example.org/", ""),
        ("not an address", ""),
        ("", ""),
    ],
)
def test_an_address_is_one_or_it_is_no_link(address: str, expected: str) -> None:
    assert web_address(address) == expected

"""Saved HTML pages."""

from typing import Any

import pytest

from barograph.archive.pages import read_page
from barograph.archive.values import Block, SavedPage, as_json

ARTICLE = """
<div class="date">May 3 – May 9, 2021</div><div class="topic">Roads and rails</div>
<h1>Trains run late again</h1>
<p class="status">The situation got worse</p>
<figure><img src="x.jpg" onerror="alert(1)">
<figcaption>Photo: <a href="javascript:alert(1)">North Agency</a></figcaption></figure>
<p>Trains in the <b>north</b> were late &amp; slow,
<a href="https://north.example/?a=1&amp;b=2">the railway admits</a>.</p>
<p>Passengers counted the <em>delays</em> themselves,
<a href="https://north.example/list" onclick="x()">see the list</a>.</p>
<h2>What they ask for</h2>
<ul><li>more trains;</li><li><p>fewer <a href="mailto:q@north.example">queues</a>.</p></li></ul>
<p>In summary, nothing moves.</p>
"""
AROUND = """<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Trains run late again | North</title>
<link rel="canonical" href="https://old.north.example/en/roads/trains-late/"><style>p{{}}</style><script>track()</script></head>
<body><header><nav><a href="/">Home</a><a href="/be">BE</a></nav></header>{0}
<aside><h3>Situation in Northland</h3><p>July 8 – July 14</p></aside><footer>Made in the north</footer></body></html>"""


def page_of(markup: str) -> SavedPage:
    return read_page(markup.encode(), "page.html")


@pytest.mark.parametrize(
    "content",
    [
        f"<main><article>{ARTICLE}</article></main>",
        f"<main>{ARTICLE}</main>",
        f'<div role="main">{ARTICLE}</div>',
        f'<div id="w"><div class="sidebar"><p>A word</p></div><div class="c">{ARTICLE}</div></div>',
        f"<table><tr><td>{ARTICLE}</td></tr></table>",
        ARTICLE,
        ARTICLE.replace("</p>", "").replace("</li>", ""),
        "<section><header>{}</header><article><figure>{}</article></section>".format(*ARTICLE.split("<figure>")),
    ],
)
def test_the_main_content_is_found_in_any_frame(content: str) -> None:
    page = page_of(AROUND.format(content))
    printed: dict[str, Any] = as_json(page)
    assert printed["headline"] == "Trains run late again"
    assert (printed["period_start"], printed["section"], printed["verdict"]) == (
        "2021-05-03",
        "Roads and rails",
        "worse",
    )
    assert printed["lead"] == "Trains in the north were late & slow, the railway admits."
    assert printed["caption"] == "Photo: North Agency"
    assert printed["summary"] == "In summary, nothing moves."
    assert [block["type"] for block in printed["body"]] == ["paragraph", "heading", "list"]
    assert printed["body"][2]["items"] == ["more trains;", "fewer queues."]
    assert printed["warnings"] == []


def test_links_and_emphasis_are_kept_and_nothing_that_runs() -> None:
    page = page_of(AROUND.format(f"<article>{ARTICLE}</article>"))
    assert page.body[0] == Block(
        "paragraph",
        text="Passengers counted the delays themselves, see the list.",
        html="Passengers counted the <em>delays</em> themselves, "
        '<a href="https://north.example/list">see the list</a>.',
    )
    assert page.body[2].items_html == ("more trains;", 'fewer <a href="mailto:q@north.example">queues</a>.')
    assert page.origin.links == (("the railway admits", "https://north.example/?a=1&b=2"),)
    assert "alert" not in repr(page)


def test_the_pages_own_address_and_what_stands_around_are_kept() -> None:
    page = page_of(AROUND.format(f"<article>{ARTICLE}</article>"))
    assert page.origin.address == "https://old.north.example/en/roads/trains-late/"
    assert {"Home", "BE", "Situation in Northland", "July 8 – July 14", "Made in the north"} <= set(page.furniture)


def test_line_breaks_separate_lines_and_bullets_in_paragraphs_are_lists() -> None:
    page = page_of(
        "<h1>Trains run late</h1><p>They are late because of the frost.<br>Nobody cleared it.</p>"
        "<p>• one</p><p>• two</p>"
    )
    assert page.lead == "They are late because of the frost."
    assert page.body == (Block("paragraph", text="Nobody cleared it."), Block("list", items=("one", "two")))


def test_teasers_of_other_articles_are_not_the_pages_own() -> None:
    teasers = "<article><h3>Buses stop</h3><p>They stopped on Monday.</p></article>" * 2
    page = page_of(AROUND.format(f"<main><article>{ARTICLE}</article><section>{teasers}</section></main>"))
    assert page.summary == "In summary, nothing moves."
    assert page.furniture.count("They stopped on Monday.") == 2


def test_a_headline_that_markup_does_not_name_is_found_like_in_a_text() -> None:
    page = page_of(AROUND.format(f"<main>{ARTICLE}</main>").replace("h1>", "h2>"))
    assert (page.headline, page.section) == ("Trains run late again", "Roads and rails")


def test_a_declared_encoding_is_believed_where_it_works() -> None:
    markup = (
        '<meta charset="windows-1251"><h1>Поезда снова опаздывают</h1><p>Никто не знает, когда они придут и откуда.</p>'
    )
    page = read_page(markup.encode("cp1251"), "page.html")
    assert page.headline == "Поезда снова опаздывают"
    assert page.language == "ru"
    assert "encoding" not in {warning.code for warning in page.warnings}


@pytest.mark.parametrize("encoding", ["unicode_escape", "utf-7", "zlib", "nonsense", "\xff"])
def test_an_encoding_that_no_page_is_written_in_is_not_believed(encoding: str) -> None:
    page = page_of(f'<meta charset="{encoding}"><h1>Trains run late \\ud800 +AGE-</h1><p>Nobody knows why they do.</p>')
    assert page.headline == r"Trains run late \ud800 +AGE-"
    repr(page).encode()


@pytest.mark.parametrize(
    "markup",
    [
        AROUND.format(f"<article>{ARTICLE}</article>")[:900],
        "<div>" * 5000 + "text",
        "<p>" * 3000 + "text" + "<table>" * 3000,
        '<a href="https://[::1">x</a><p>y',
        "<svg><script>alert(1)</script></svg><math><p>z",
        "<!DOCTYPE x [<!ENTITY a 'b'>]><p>&a;&#0;&#x110000;&lol;",
        "<h1></h1><p></p>",
        "<h1>&#xD800;</h1><p>&#xDFFF;x",
        "<li>a<li>b<li>c",
        "<time datetime='nonsense'>May 3</time><link rel=canonical href='http://[bad'>",
    ],
)
def test_torn_and_hostile_markup_is_read_as_far_as_it_goes(markup: str) -> None:
    page = page_of(markup)
    assert "<script" not in repr(page)
    assert page.warnings


def test_every_visible_word_is_somewhere() -> None:
    page = page_of(AROUND.format(f"<article>{ARTICLE}</article>"))
    body = [text for block in page.body for text in (block.text, *block.items)]
    found = " ".join([page.headline, page.section or "", page.lead, *body, page.summary, page.caption, *page.furniture])
    words = "Home BE Roads north admits list ask trains fewer queues nothing Agency Made July worse"
    assert [word for word in words.split() if word not in found] == []

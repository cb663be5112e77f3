"""WordPress exports."""

import tracemalloc
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from barograph.archive.paths import read_paths
from barograph.archive.values import SavedPage
from barograph.archive.vocabulary import vocabulary
from barograph.archive.wordpress import read_export

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>North</title>
<wp:wxr_version>1.2</wp:wxr_version>"""
FOOT = "</channel></rss>"
CONTENT = """May 3 – May 9, 2021
The situation got worse

Trains in the north were late on four days of five, and the ministry said nothing about it.

<ul><li>more trains</li><li>fewer <a href="https://north.example/q">queues</a></li></ul>

In summary, nothing moves."""


def item(
    number: int = 1, *, title: str = "Trains run late again", content: str = CONTENT, kind: str = "post",
    extra: str = "", status: str = "publish",
) -> str:  # fmt: skip
    return f"""<item><title>{escape(title)}</title><link>https://north.example/en/roads/trains-{number}/</link>
<dc:creator><![CDATA[anna]]></dc:creator><guid isPermaLink="false">https://north.example/?p={number}</guid>
<content:encoded><![CDATA[{content}]]></content:encoded><excerpt:encoded><![CDATA[]]></excerpt:encoded>
<wp:post_id>{number}</wp:post_id><wp:post_date_gmt>2021-05-10 08:00:00</wp:post_date_gmt><wp:status>{status}</wp:status>
<wp:post_type>{kind}</wp:post_type>
<category domain="category" nicename="roads"><![CDATA[Roads and rails]]></category>{extra}</item>"""


def read(tmp_path: Path, *items: str) -> list[SavedPage]:
    file = tmp_path / "export.xml"
    file.write_text(HEAD + "".join(items) + FOOT, encoding="utf-8")
    return list(read_paths([file]))


def test_a_post_becomes_a_page(tmp_path: Path) -> None:
    (page,) = read(tmp_path, item())
    assert page.headline == "Trains run late again"
    assert (str(page.period_start), str(page.period_end)) == ("2021-05-03", "2021-05-09")
    assert (page.section, page.verdict, page.language) == ("Roads and rails", "worse", "en")
    assert page.lead.startswith("Trains in the north")
    assert page.body[0].items == ("more trains", "fewer queues")
    assert page.summary == "In summary, nothing moves."
    assert page.origin.address == "https://north.example/en/roads/trains-1/"
    assert page.origin.identity == "https://north.example/?p=1"
    assert str(page.origin.published_at) == "2021-05-10 08:00:00+00:00"
    assert page.origin.login == "anna"
    assert page.origin.authors == ()
    assert page.warnings == ()


def test_the_date_of_a_post_is_not_its_period(tmp_path: Path) -> None:
    (page,) = read(tmp_path, item(content="<p>Trains were late, and the ministry was silent.</p>"))
    assert page.period_start is None
    assert "no-period" in {warning.code for warning in page.warnings}


def test_pages_are_kept_and_menus_attachments_and_rubbish_are_not(tmp_path: Path) -> None:
    kinds = [item(1, kind="page"), item(2, kind="nav_menu_item"), item(3, kind="revision"), item(4, status="trash")]
    assert [page.origin.kind for page in read(tmp_path, *kinds)] == ["page"]


@pytest.mark.parametrize(
    ("extra", "language", "group"),
    [
        (
            ('<category domain="language" nicename="ru"><![CDATA[Русский]]></category>'
            '<category domain="post_translations" nicename="pll_5f"><![CDATA[pll_5f]]></category>'),
            "ru", "pll_5f",
        ),
        (
            ("<wp:postmeta><wp:meta_key>_wpml_language</wp:meta_key><wp:meta_value>be</wp:meta_value></wp:postmeta>"
            "<wp:postmeta><wp:meta_key>_wpml_trid</wp:meta_key><wp:meta_value>77</wp:meta_value></wp:postmeta>"),
            "be", "77",
        ),
        ("<wp:postmeta><wp:meta_key>_locale</wp:meta_key><wp:meta_value>be_BY</wp:meta_value></wp:postmeta>", "be", ""),
    ],
)  # fmt: skip
def test_language_and_translations_are_taken_from_what_plugins_wrote(
    tmp_path: Path, extra: str, language: str, group: str
) -> None:
    (page,) = read(tmp_path, item(title="2021", content="<p>12345</p>", extra=extra))
    assert page.language == language
    assert page.origin.translation_group == group


def test_the_picture_of_a_post_is_named(tmp_path: Path) -> None:
    picture = item(9, kind="attachment", extra="<wp:attachment_url>https://north.example/a.jpg</wp:attachment_url>")
    thumbnail = "<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>9</wp:meta_value></wp:postmeta>"
    (page,) = read(tmp_path, picture, item(extra=thumbnail))
    assert page.origin.attachments == ("https://north.example/a.jpg",)


def test_a_caption_in_square_brackets_is_the_caption(tmp_path: Path) -> None:
    picture = '[caption id="a" align="alignnone"]<a href="/a"><img src="/a.jpg" /></a> A queue. Photo: North[/caption]'
    (page,) = read(tmp_path, item(content=f"{picture}\n{CONTENT}"))
    assert page.caption == "A queue. Photo: North"
    assert page.lead.startswith("Trains in the north")
    assert page.verdict == "worse"


def test_two_categories_are_not_chosen_between(tmp_path: Path) -> None:
    other = '<category domain="category" nicename="rivers"><![CDATA[Rivers]]></category>'
    (page,) = read(tmp_path, item(extra=other))
    assert page.section is None
    assert {"two-sections", "no-section"} <= {warning.code for warning in page.warnings}


def test_an_entity_bomb_is_not_expanded(tmp_path: Path) -> None:
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
    file = tmp_path / "export.xml"
    markup = HEAD.replace("<rss", f"<!DOCTYPE rss [{bomb}]><rss") + item(title="x").replace(">x<", ">&l9;<") + FOOT
    file.write_text(markup, encoding="utf-8")
    tracemalloc.start()
    pages = list(read_export(file, vocabulary()))
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()
    assert "lollol" not in repr(pages)


def test_a_file_of_the_machine_is_not_read_into_a_page(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the passphrase")
    file = tmp_path / "export.xml"
    doctype = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]><rss'
    file.write_text(HEAD.replace("<rss", doctype) + item(title="x").replace(">x<", ">&x;<") + FOOT, encoding="utf-8")
    assert "passphrase" not in repr(list(read_export(file, vocabulary())))


def test_a_torn_export_gives_what_it_has_and_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "export.xml"
    file.write_text(HEAD + item(1) + item(2) + item(3)[:400], encoding="utf-8")
    pages = list(read_export(file, vocabulary()))
    assert [page.headline for page in pages[:2]] == ["Trains run late again"] * 2
    assert [warning.code for warning in pages[-1].warnings] == ["torn-export"]


def test_memory_does_not_grow_with_the_export(tmp_path: Path) -> None:
    file = tmp_path / "export.xml"
    with file.open("w", encoding="utf-8") as stream:
        stream.write(HEAD)
        for number in range(100):
            stream.write(
                item(number, content="<p>late trains and long queues</p>" * 20 + "<!--" + "x" * 60_000 + "-->")
            )
        stream.write(FOOT)
    assert file.stat().st_size > 6_000_000
    tracemalloc.start()
    assert sum(1 for _ in read_export(file, vocabulary())) == 100
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()

"""What stands around every page: links, stylesheet, marks, bodies."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from barograph.release import addresses, render
from tests.release import records


@pytest.mark.parametrize(
    ("page", "target", "link"),
    [
        ("", "en/", "en/index.html"),
        ("en/", "be/", "../be/index.html"),
        ("en/economy/week-1/", "en/economy/", "../../../en/economy/index.html"),
        ("en/404.html", "en/", "../en/index.html"),
        ("en/", "", "../index.html"),
        ("", "", "index.html"),
    ],
)
def test_links_are_relative_to_the_page(page: str, target: str, link: str) -> None:
    assert addresses.link(addresses.way_up(page), target) == link


@pytest.mark.parametrize(
    ("address", "file"),
    [("", "index.html"), ("en/economy/", "en/economy/index.html"), ("en/404.html", "en/404.html")],
)
def test_a_folder_is_served_from_its_index(address: str, file: str) -> None:
    assert addresses.file_of(address) == file


def test_the_stylesheet_has_the_colours_of_the_site() -> None:
    site = records.site()
    colours = site.verdicts.model_copy(update={"worse": site.verdicts.worse.model_copy(update={"light": "#123456"})})

    assert b"--worse:#123456;" in render.stylesheet(site.model_copy(update={"verdicts": colours}))


def test_another_stylesheet_has_another_address() -> None:
    assert render.stylesheet_address(b"a{}") != render.stylesheet_address(b"b{}")
    assert render.stylesheet_address(b"a{}") == render.stylesheet_address(b"a{}")


def test_the_stylesheet_asks_for_fonts_that_are_there() -> None:
    sheet = render.stylesheet(records.site())
    names = {name for name, _contents in render.assets(sheet)}
    asked = {part.split('"')[0] for part in sheet.decode().split('url("')[1:]}

    assert asked
    assert {f"assets/{name}" for name in asked} <= names
    assert "http" not in sheet.decode()


def test_every_font_comes_with_its_licence() -> None:
    names = [name for name, _contents in render.assets(b"")]

    assert "assets/SourceSerif4-OFL.txt" in names
    assert "assets/SourceSans3-OFL.txt" in names


def test_fonts_of_a_page_are_light() -> None:
    sizes = {name: len(contents) for name, contents in render.assets(b"")}
    page_in_belarusian = [size for name, size in sizes.items() if name.endswith(("-latin.woff2", "-cyrillic.woff2"))]

    assert sum(page_in_belarusian) < 250_000


def test_words_in_a_mark_are_escaped() -> None:
    assert render.named_mark("worse", "<b>") == (
        '<svg class="mark worse" role="img" aria-label="&lt;b&gt;"><use href="#worse"/></svg>'
    )


def test_a_body_finds_its_links_and_pictures_from_any_depth() -> None:
    body = (
        '<p><a href="/en/about/">x</a> <a href="https://example.org/">y</a> <a href="/en/feed.atom">z</a></p>'
        '<img src="/pictures/a.jpg" srcset="/pictures/a.jpg 480w, /pictures/b.jpg 960w">'
    )

    assert render.relative(body, "../../") == (
        '<p><a href="../../en/about/index.html">x</a> <a href="https://example.org/">y</a> '
        '<a href="../../en/feed.atom">z</a></p>'
        '<img src="../../pictures/a.jpg" srcset="../../pictures/a.jpg 480w, ../../pictures/b.jpg 960w">'
    )


def test_a_name_that_a_template_does_not_know_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render.environment().from_string("{{ nobody }}").render()


def test_text_is_escaped_in_every_template() -> None:
    assert render.environment().from_string("{{ text }}").render(text="<script>") == "&lt;script&gt;"


def test_templates_are_compiled_once_into_a_folder(tmp_path: Path) -> None:
    render.environment(tmp_path / "compiled").get_template("drawings.html")

    assert list((tmp_path / "compiled").iterdir())


def test_a_template_of_the_site_goes_before_ours(tmp_path: Path) -> None:
    (tmp_path / "drawings.html").write_text("their own", encoding="utf-8")

    assert render.environment(own_templates=tmp_path).get_template("drawings.html").render() == "their own"

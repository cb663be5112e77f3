"""Templates that are compiled to quicker code print what they would print without it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment, StrictUndefined, UndefinedError
from jinja2.compiler import CodeGenerator
from markupsafe import Markup, escape

from barograph.release import render
from barograph.release.quick_code import PageEnvironment, printed
from tests.release import records
from tests.release.everything import render_release

PARTS = """{% macro named(name, mark='-') %}<b>{{ name }}</b>{{ mark }}{% endmacro %}
{% macro around(name) %}<p>{{ name }}{{ caller() }}</p>{% endmacro %}"""
FRAME = "<title>{{ title }}</title>{% block content %}{{ shout(word) }}{% endblock %}"


def environment(kind: type[Environment], **templates: str) -> Environment:
    made = kind(
        loader=DictLoader({"parts": PARTS, "frame": FRAME, **templates}), autoescape=True, undefined=StrictUndefined
    )
    made.globals |= {"shout": str.upper, "word": "<i>", "title": "everywhere", "safe_word": Markup("<i>")}
    return made


@given(st.one_of(st.text(), st.text().map(Markup), st.integers(), st.none(), st.booleans(), st.floats()))
def test_what_is_printed_is_what_escaping_gives(value: object) -> None:
    assert printed(value) == str(escape(value))


@pytest.mark.parametrize(
    "template",
    [
        "{{ word }} {{ safe_word }} {{ 1 }} {{ none }} {{ shout(word) }} {{ word|upper }} {{ word ~ safe_word }}",
        "{{ 'a' if word == '<i>' else '<' }}{{ '%s' % word }}{{ range(3)|list }}{{ [word]|join('<') }}",
        "{% for part in [word, safe_word] %}{{ loop.index0 }}{{ part }}{{ ', ' if not loop.last }}{% endfor %}",
        "{% from 'parts' import named %}{{ named(word) }}{{ named(name=word, mark=safe_word) }}",
        "{% from 'parts' import around %}{% call around(word) %}{{ word }}{% endcall %}",
        "{% extends 'frame' %}{% block content %}{{ super() }}{{ shout(word) if false else word }}{% endblock %}",
        "{% include 'parts' %}{% set kept %}{{ word }}{% endset %}{{ kept }}",
        "{% autoescape false %}{{ word }}{{ shout(word) }}{% endautoescape %}",
        "{{ title }}{{ given }}",
    ],
)
def test_a_template_means_the_same(template: str) -> None:
    values: dict[str, Any] = {"given": "<given>", "title": "of this page"}
    usual = environment(Environment, page=template).get_template("page").render(values)

    assert environment(PageEnvironment, page=template).get_template("page").render(values) == usual


def test_a_name_that_nobody_gave_is_an_error() -> None:
    made = environment(PageEnvironment, page="{{ unknown }}", called="{{ unknown() }}", part="{{ word.unknown }}")

    for name in ("page", "called", "part"):
        with pytest.raises(UndefinedError, match="unknown"):
            made.get_template(name).render()


def test_a_template_of_a_site_may_write_items_as_attributes_and_ask_for_what_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "own.html").write_text("{{ word.of.it }} {{ word.no is defined }} {{ word['no']|default('-') }}")
    made = render.environment(own_templates=tmp_path)

    assert made.get_template("own.html").render(word={"of": {"it": 1}}) == "1 False -"


def test_a_template_can_be_given_names_of_its_own() -> None:
    made = environment(PageEnvironment, page="{{ word }} {{ own }}")

    assert made.get_template("page", globals={"own": "mine"}).render() == "&lt;i&gt; mine"


def test_every_page_of_a_release_is_what_jinja_makes_of_it_without_our_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def files() -> dict[str, bytes]:
        return dict(
            render_release(
                records.uneven_record(),
                records.site(),
                gettext_for=records.no_translations,
                pictures=records.picture_bytes,
                environment=render.environment(),
            )
        )

    ours = files()
    monkeypatch.setattr(PageEnvironment, "code_generator_class", CodeGenerator)
    assert files() == ours

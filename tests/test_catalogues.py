"""Every word of ours is there in every language that the newsroom and the pages speak."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.catalogues import LANGUAGES, brought_up_to_date, catalogue_file, extract_django, read_catalogue, strings_of

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|<[^>]+>")


def placeholders(text: str) -> list[str]:
    return sorted(set(PLACEHOLDER.findall(text)))


def messages_of(language: str) -> list[Any]:
    return [message for message in read_catalogue(language) if message.id]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_holds_the_words_of_the_code_and_no_others(language: str) -> None:
    assert catalogue_file(language).read_bytes() == brought_up_to_date(language), "run “make messages”"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_translated(language: str) -> None:
    assert [message.id for message in messages_of(language) if not all(strings_of(message))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_a_guess(language: str) -> None:
    assert [message.id for message in messages_of(language) if message.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_placeholders_and_markup(language: str) -> None:
    wrong = [
        (message.id, text)
        for message in messages_of(language)
        for text in strings_of(message)
        if placeholders(text) != placeholders(message.id if isinstance(message.id, str) else message.id[1])
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_use_typographic_quotes(language: str) -> None:
    prose = [re.sub(r"<[^>]+>", "", text) for message in messages_of(language) for text in strings_of(message)]
    assert [text for text in prose if '"' in text or "'" in text] == []


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ('<h1>{% translate "Next edition" %}</h1>', "Next edition"),
        ("  {% if x %}\n      {% trans 'Publish' %}\n  {% endif %}", "Publish"),
        ("{% blocktranslate trimmed %}\n  One\n  line\n{% endblocktranslate %}", "One line"),
        ("{% blocktranslate %}Edition {{ n }}{% endblocktranslate %}", "Edition %(n)s"),
        (
            "{% blocktranslate count n=n %}{{ n }} text{% plural %}{{ n }} texts{% endblocktranslate %}",
            ("%(n)s text", "%(n)s texts"),
        ),
        ('{{ _("Missing")|upper }}', "Missing"),
        ('{% include "x.html" with title=_("Stale") %}', "Stale"),
        ('it\'s (unbalanced "\n\t{% translate "Draft" %}', "Draft"),
    ],
)
def test_words_are_found_in_a_template(template: str, message: str | tuple[str, str]) -> None:
    from io import BytesIO

    from babel.messages.extract import extract

    from tests.catalogues import KEYWORDS

    found = list(extract(extract_django, BytesIO(template.encode()), KEYWORDS))
    assert [text for _, text, _, _ in found] == [message]

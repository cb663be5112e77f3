"""README and the how-to pages name commands, settings, warnings, roles and buttons that are there."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import click
import polib
import pytest
from pydantic import BaseModel

from barograph.accounts.roles import Role
from barograph.base.site import SiteSettings
from barograph.config.command import main

ROOT = Path(__file__).parent.parent
HOW_TO = ROOT / "docs" / "how-to"
PAGES = {page.name: page.read_text(encoding="utf-8") for page in [ROOT / "README.md", *sorted(HOW_TO.glob("*.md"))]}
FENCED = re.compile(r"^```(\w*)\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
# What stands before the command in cron, in systemd, and in a clone or an installation.
BEFORE = re.compile(r"^(?:\* \* \* \* \* |ExecStart=)?(?:\S*/bin/)?barograph (?=[a-z-])")
NOT_SETTINGS = {"BAROGRAPH_SITE", "BAROGRAPH_NAME", "BAROGRAPH_NAME_FILE"}
QUOTED = re.compile(r"“([^“”]+(?:“[^“”]+”)?)”")
WAGTAILS_WORDS = {"Request changes", "Save draft"}
NOT_ON_A_SCREEN = {"About", "Methodology", "…", "fuzzy", "quotation marks", "three"}
"""What the pages for editors and translators quote without meaning a label."""


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """Language and content of each block of code; long lines that go on are joined."""
    for language, content in FENCED.findall(text):
        yield language, content.replace("\\\n", " ")


def commands(text: str) -> Iterator[tuple[str, bool]]:
    """What follows “barograph” in each command, and whether it is meant to be whole."""
    for _language, content in blocks(text):
        yield from ((line[found.end() :], True) for line in content.splitlines() if (found := BEFORE.match(line)))
    for code in INLINE.findall(FENCED.sub("", text)):
        if found := BEFORE.match(code):
            yield code[found.end() :], False


def words_of(line: str) -> list[str]:
    """The words of a command, without comments, redirections and dots that stand for more."""
    words = shlex.split(line, comments=True)
    end = next((at for at, word in enumerate(words) if word in {"|", ">", "&&", ";"}), len(words))
    return [word for word in words[:end] if word != "…"]


def check_command(words: list[str], *, is_whole: bool) -> None:
    """Walk through the commands and options, and fail at the first that is not there."""
    command: click.Command = main
    positional = 0
    rest = iter(words)
    for word in rest:
        if word.startswith("-"):
            option = next((found for found in command.params if word.partition("=")[0] in found.opts), None)
            assert isinstance(option, click.Option), f"{command.name} has no option {word}"
            if option.is_eager:  # such as --version, after which nothing else counts
                return
            value = None if option.is_flag else next(rest, None)
            if isinstance(option.type, click.Choice) and value is not None:
                assert value in option.type.choices, f"{word} cannot be {value}"
        elif isinstance(command, click.Group):
            inner = command.get_command(click.Context(command), word)
            assert inner is not None, f"{command.name} has no command {word}"
            command = inner
        else:
            positional += 1
    if is_whole:
        assert not isinstance(command, click.Group), f"{command.name} lacks a command"
        needed = [found for found in command.params if isinstance(found, click.Argument) and found.required]
        assert positional >= len(needed), f"{command.name} lacks an argument"


@pytest.mark.parametrize("name", PAGES)
def test_commands_that_pages_name_are_there(name: str) -> None:
    wrong = []
    for line, is_whole in commands(PAGES[name]):
        try:
            check_command(words_of(line), is_whole=is_whole)
        except AssertionError as problem:
            wrong.append(f"{line}: {problem}")
    assert wrong == []


def table_in(annotation: object) -> type[BaseModel] | None:
    """The table that a setting is, or is a list of."""
    for part in (annotation, *get_args(annotation)):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return None


def unknown_settings(found: object, table: type[BaseModel], where: str = "") -> Iterator[str]:
    """Names in some TOML that are no settings."""
    for entry in found if isinstance(found, list) else [found]:
        for name, value in entry.items():
            if name not in table.model_fields:
                yield f"{where}{name}"
            elif (inner := table_in(table.model_fields[name].annotation)) is not None:
                yield from unknown_settings(value, inner, f"{where}{name}.")


def every_setting(table: type[BaseModel] = SiteSettings) -> set[str]:
    """All names of settings, those in tables too."""
    inner = [table_in(field.annotation) for field in table.model_fields.values()]
    return set(table.model_fields).union(*(every_setting(found) for found in inner if found))


@pytest.mark.parametrize("name", PAGES)
def test_settings_in_examples_are_there(name: str) -> None:
    examples = [tomllib.loads(content) for language, content in blocks(PAGES[name]) if language == "toml"]
    assert [name for example in examples for name in unknown_settings(example, SiteSettings)] == []


@pytest.mark.parametrize("name", PAGES)
def test_settings_in_sentences_are_there(name: str) -> None:
    known = every_setting()
    unknown = []
    for code in INLINE.findall(FENCED.sub("", PAGES[name])):
        if found := re.fullmatch(r"\[{1,2}(\w+)\]{1,2}|(\w+) = .+", code):
            unknown += [name for name in found.groups() if name and name not in known]
    assert unknown == []


@pytest.mark.parametrize("name", PAGES)
def test_variables_of_the_environment_are_settings(name: str) -> None:
    variables = set(re.findall(r"\bBAROGRAPH_[A-Z_]+", PAGES[name])) - NOT_SETTINGS
    assert {variable for variable in variables if not is_setting(variable)} == set()


def is_setting(variable: str) -> bool:
    """Whether a variable of the environment gives a setting, or names a file that does."""
    table: type[BaseModel] | None = SiteSettings
    for part in variable.removeprefix("BAROGRAPH_").lower().split("__"):
        fields = table.model_fields if table else {}
        field = fields.get(part) or fields.get(part.removesuffix("_file"))
        if field is None:
            return False
        table = table_in(field.annotation)
    return True


def test_every_warning_of_the_import_is_explained() -> None:
    code = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "src/barograph/archive").glob("*.py"))
    given = set(re.findall(r'PageWarning\(\s*"([a-z-]+)"', code)) - {"too-long-"}  # made of the name of a field
    table = PAGES["archives.md"].partition("## Warnings")[2]
    rows = re.findall(r"^\| (`.+?) \|", table, flags=re.MULTILINE)
    explained = {named for row in rows for named in INLINE.findall(row)}
    assert explained == given | {"too-long-headline", "too-long-caption"}


def test_every_role_is_explained() -> None:
    rows = re.findall(r"^\| (\w+) \|", PAGES["operators.md"], flags=re.MULTILINE)
    assert {role.value for role in Role} <= set(rows)


@pytest.mark.parametrize("name", ["editors.md", "translators.md"])
def test_labels_that_pages_quote_stand_on_screens(name: str) -> None:
    catalogue = polib.pofile(str(ROOT / "src/barograph/locale/be/LC_MESSAGES/django.po"))
    messages = {entry.msgid for entry in catalogue if not entry.obsolete}
    text = re.sub(r"\s+", " ", FENCED.sub("", PAGES[name]))
    quoted = {plain(label) for label in QUOTED.findall(text)}
    assert quoted - {plain(message) for message in messages | WAGTAILS_WORDS | NOT_ON_A_SCREEN} == set()


def plain(label: str) -> str:
    """A label up to what is put into it, without its capital letter, which Wagtail gives to names of fields."""
    label = re.split(r"%\(\w+\)s|\{\w+\}", label)[0].strip(" :.")
    return label[:1].lower() + label[1:]

"""Writes the reference pages out of the code they describe: ``python -m barograph.config.reference FOLDER``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_origin

import click
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from barograph.base.site import SITE_FILE, SiteSettings, Words
from barograph.config.command import main as command_line

KINDS: dict[Any, str] = {
    str: "text",
    int: "whole number",
    bool: "`true` or `false`",
    date: "date",
    SecretStr: "secret text",
    Words: "text in each language",
}
SETTINGS_HEAD = f"""\
# Settings

<!-- Written by “make docs” from src/barograph/base/site.py; change the descriptions there. -->

All settings of a site stand in `{SITE_FILE}` in its folder. The environment can give each anew: `BAROGRAPH_` and the
name in capitals, with `__` before the name of a setting within a table (`BAROGRAPH_CADENCE__DAYS=14`); lists and tables
as JSON (`BAROGRAPH_HOSTS='["news.example.org"]'`). `BAROGRAPH_NAME_FILE` names a file to read the setting from, and is
the way to give secrets. The environment comes before such a file, and that before `{SITE_FILE}`.
"""
COMMANDS_HEAD = """\
# Commands

<!-- Written by “make docs” from the command line itself; change the help there. -->

What `barograph --help` and its kin say, on one page.
"""


def settings_page() -> str:
    """The page of all settings, table by table."""
    return "\n".join([SETTINGS_HEAD, *_table_of("", SiteSettings)])


def commands_page() -> str:
    """The page of all commands, each with its help."""
    return "\n".join([COMMANDS_HEAD, *_help_of(command_line, None, "barograph")])


def _table_of(name: str, table: type[BaseModel]) -> Iterator[str]:
    """One table of settings, and after it those within it."""
    yield f"## `{name}`\n" if name else "## The site\n"
    yield "| Setting | Kind | If left out | Meaning |"
    yield "| --- | --- | --- | --- |"
    fields = {key: field for key, field in table.model_fields.items() if not field.exclude}
    for key, field in fields.items():
        yield f"| `{key}` | {_kind(field.annotation)} | {_default(field)} | {field.description or ''} |"
    yield ""
    seen: set[type[BaseModel]] = set()
    for field in fields.values():
        inner = _table_in(field.annotation)
        if inner is not None and inner not in seen:
            seen.add(inner)
            same = [other for other, twin in fields.items() if _table_in(twin.annotation) is inner]
            prefix = f"{name}." if name else ""
            yield from _table_of("`, `".join(f"{prefix}{other}" for other in same), inner)


def _kind(annotation: Any) -> str:
    """What to write for a setting, in words."""
    if annotation in KINDS:
        return KINDS[annotation]
    if get_origin(annotation) is list:
        inner = get_args(annotation)[0]
        return "list of tables" if _table_in(inner) else f"list of {_kind(inner)}s"
    if _table_in(annotation):
        return "table"
    alternatives = [part for part in get_args(annotation) if part is not type(None)]
    return _kind(alternatives[0]) if alternatives else "text"


def _default(field: FieldInfo) -> str:
    """The value of a setting that is left out, as it would be written in the file."""
    if field.is_required():
        return "must be given"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is PydanticUndefined or isinstance(value, BaseModel) or value in (None, "", [], {}):
        return "–"
    return f"`{value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False, default=str)}`"


def _table_in(annotation: Any) -> type[BaseModel] | None:
    """The table that a setting is, or is a list of."""
    for part in (annotation, *get_args(annotation)):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return None


def _help_of(command: click.Command, parent: click.Context | None, name: str) -> Iterator[str]:
    """The help of a command, and after it that of its subcommands."""
    context = command.make_context(name, [], parent=parent, resilient_parsing=True, terminal_width=100)
    yield f"## `{context.command_path}`\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for inner_name in command.list_commands(context):
            inner = command.get_command(context, inner_name)
            if inner is not None and not inner.hidden:
                yield from _help_of(inner, context, inner_name)


def write_pages(folder: Path) -> None:
    """Write both pages to ``folder``."""
    (folder / "settings.md").write_text(settings_page(), encoding="utf-8")
    (folder / "commands.md").write_text(commands_page(), encoding="utf-8")


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))

"""The command ``barograph``: what it offers, and how each command finds its site."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import click

import barograph

COMMANDS = {
    "init": "init",
    "demo": "demo",
    "sample": "sample",
    "serve": "serve",
    "import": "importing:import_",
    "edition": "edition",
    "translation": "translation",
    "build": "build",
    "complete": "complete",
    "upload": "upload",
    "release": "release",
    "newsletter": "newsletter",
    "verify": "verify",
    "mirror": "mirror",
    "keys": "keys",
    "user": "user",
    "doctor": "doctor",
    "migrate": "migrate",
    "tick": "tick",
    "manage": "manage",
}
"""Name of each command, and the module in ``config.commands`` (and the name in it, where it differs) that has it."""


class LazyCommands(click.Group):
    """Loads a command's module only when it is called, so that ``--help`` is quick and ``verify`` needs no Django.

    ``modules`` names for each command the module in ``package`` that has it, and the name in it where it differs.
    """

    def __init__(self, *args: Any, modules: Mapping[str, str], package: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.modules, self.package = modules, package

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which one meets them."""
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command, or nothing."""
        if cmd_name not in self.modules:
            return None
        module, _, name = self.modules[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"{self.package}.{module}"), name or module)
        return command


@click.group(
    cls=LazyCommands,
    modules=COMMANDS,
    package="barograph.config.commands",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--site",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="BAROGRAPH_SITE",
    help="The site's folder; the one you stand in when left out. Also BAROGRAPH_SITE.",
)
@click.version_option(barograph.__version__)
def main(folder: Path | None) -> None:
    """Weekly judgements of a country's public life, from the newsroom to signed pages in every language.

    \b
    A first site:
      barograph init mysite
      barograph --site mysite user add anna --role editor --role publisher
      barograph --site mysite serve
    """
    if folder is not None:
        os.environ["BAROGRAPH_SITE"] = str(folder)

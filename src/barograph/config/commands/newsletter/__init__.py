"""``barograph newsletter``: subscribers and their mail, on the sender's machine."""

from __future__ import annotations

import click

from barograph.config.command import LazyCommands

COMMANDS: dict[str, str] = {
    "keys": "keys",
    "import": "importing:import_",
    "send": "sending:send",
    "status": "status",
    "incoming": "incoming",
    "erased": "erased",
    "run": "run",
    "backup": "backup",
    "restore": "restore",
    "rotate": "rotate",
    "panic": "panic",
}
"""Name of each command, and its module in this folder (and the name in it, where it differs)."""


@click.group(cls=LazyCommands, modules=COMMANDS, package=__name__)
def newsletter() -> None:
    """Subscribers and their mail, on the sender's machine.

    \b
    The newest edition to everybody who wants it:
      barograph --site mysite newsletter keys new
      barograph --site mysite newsletter import list.csv
      BAROGRAPH_SMTP_URL=smtp://127.0.0.1:25 barograph --site mysite newsletter send 2024-01-15
    """

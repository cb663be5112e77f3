"""``barograph newsletter import``: the readers of another service."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from barograph.config.progress import shown
from barograph.config.sender_start import with_sender

if TYPE_CHECKING:
    from barograph.newsletter.importing import ImportReport


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Write nothing: only say what would come in.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_sender
def import_(file: Path, dry_run: bool, as_json: bool) -> None:
    """Bring in a list of readers who agreed elsewhere, as a CSV file.

    Its first line names the columns: “email”, and if there are any “language” and “state”; what other services call
    them is understood. Readers who bounced, unsubscribed or never confirmed are left out and counted. Readers who
    are on the list already keep their choices. Run again after an interruption, it adds the rest.

    Nothing is kept of an address that was erased here, so an import cannot recognise it: leave out of the file
    those who unsubscribed. Remove the file safely afterwards, since it holds the list in the clear.

    \b
    Example:
      barograph --site mysite newsletter import --dry-run list.csv
      barograph --site mysite newsletter import list.csv
    """
    from barograph.base.site import site
    from barograph.config.sender_keys import open_keys
    from barograph.newsletter.importing import import_list

    report = import_list(
        file,
        keys=open_keys(),
        site=site(),
        today=datetime.now(UTC).date(),
        dry_run=dry_run,
        progress=shown("Importing", quiet=as_json),
    )
    click.echo(json.dumps({**report.as_json(), "dry_run": dry_run}) if as_json else _in_words(report, dry_run=dry_run))


def _in_words(report: ImportReport, *, dry_run: bool) -> str:
    unknown = ", ".join(f"“{state}”" for state, _ in report.unknown_states.most_common())
    facts: list[tuple[int, str, list[int]]] = [
        (report.known, "on the list already, or more than once in the file", []),
        (report.other_language, "in a language of the site, because the list names none or another one", []),
        *((count, f"left out because they are “{state}”", []) for state, count in report.left_out.most_common()),
        (report.unknown_states.total(), f"left out with states that say nothing to us ({unknown})", report.state_lines),
        (report.bad_addresses, "left out without a valid address", report.address_lines),
        (report.damaged, "that are no rows", report.damaged_lines),
    ]
    lines = [f"{report.rows:,} rows: {report.added:,} readers {'would be added' if dry_run else 'added'}."]
    lines += [f"{count:10,} in {language}" for language, count in report.languages.most_common()]
    lines += [f"{count:10,} {what}{_where(at, count)}" for count, what, at in facts if count]
    return "\n".join(lines)


def _where(lines: list[int], count: int) -> str:
    """The first lines of the file that this happened in."""
    shown_lines = ", ".join(map(str, lines[:20]))
    return f": line {shown_lines}{', …' if count > 20 else ''}" if lines else ""

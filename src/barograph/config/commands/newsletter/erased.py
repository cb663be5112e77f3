"""``barograph newsletter erased``: whether a reader's data was erased, by the number that the reader was shown."""

from __future__ import annotations

import json
from uuid import UUID

import click

from barograph.config.sender_start import with_sender


@click.command()
@click.argument("number", type=click.UUID)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_sender
def erased(number: UUID, as_json: bool) -> None:
    """Say whether and on which day a reader's data was erased.

    NUMBER is what the page showed to the reader. It is random: it proves that something was erased, and tells
    nobody whose.

    \b
    Example:
      barograph --site mysite newsletter erased 5f0c3a52-7d1e-4b9a-8f64-0a6f3c1d2e9b
    """
    from barograph.newsletter.erasing import erased_on

    day = erased_on(number)
    if as_json:
        click.echo(json.dumps({"number": str(number), "erased": day is not None, "day": day and day.isoformat()}))
    elif day:
        click.echo(f"Erased on {day.isoformat()}.")
    else:
        click.echo("Nothing was erased under this number. The link may still wait in the edge's box.")
